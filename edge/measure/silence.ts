import type { Listener, ProbeEvent } from '../../core/events.ts';
import type { RegionId } from '../../core/model/map.ts';

export interface Silence {
  readonly onEvent: Listener<ProbeEvent>;
  /** Every node of the region that was asked failed or was waited for long enough, by every kind that it was asked by. */
  isProven(region: RegionId): boolean;
}

/** What became of a node's probes of one kind. */
interface Asked {
  /** When the first went out. A node that is asked again, over the other family or once more, has been silent since then. */
  readonly sinceMs: number;
  isProven: boolean;
}

/**
 * Tells who does not answer from who was cut off by the end of a report, or never had its turn: that one may live. Of several
 * probes that ask the same it is enough that one was waited for: the last may well be cut off.
 */
export function watchSilence(provenMs: number): Silence {
  /** By region, then node and kind. */
  const regions = new Map<RegionId, Map<string, Asked>>();
  return {
    onEvent(event) {
      if (event.type === 'sample') return;
      const key = `${event.kind} ${event.node}`;
      const nodes = regions.get(event.region) ?? new Map<string, Asked>();
      regions.set(event.region, nodes);
      const asked = nodes.get(key) ?? { sinceMs: event.atMs, isProven: false };
      nodes.set(key, asked);
      if (event.type === 'lost') asked.isProven ||= event.code !== 'aborted' && (event.code !== 'no-answer' || event.atMs - asked.sinceMs >= provenMs);
    },
    isProven(region) {
      const nodes = regions.get(region);
      return nodes !== undefined && [...nodes.values()].every(({ isProven }) => isProven);
    },
  };
}
