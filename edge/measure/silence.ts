import type { Listener, ProbeEvent } from '../../core/events.ts';
import type { RegionId } from '../../core/model/map.ts';

export interface Silence {
  readonly onEvent: Listener<ProbeEvent>;
  /** All that was asked of the region failed, or was waited for long enough. */
  isProven(region: RegionId): boolean;
}

/** Tells who does not answer from who was cut off by the end of a report, or never had its turn: that one may live. */
export function watchSilence(provenMs: number): Silence {
  const sentMs = new Map<string, number>();
  const lost = new Map<RegionId, boolean>();
  return {
    onEvent(event) {
      const probe = `${event.region} ${event.node}`;
      if (event.type === 'probe') sentMs.set(probe, event.atMs);
      if (event.type !== 'lost') return;
      const waitedMs = event.atMs - (sentMs.get(probe) ?? 0);
      const isProven = event.code !== 'aborted' && (event.code !== 'no-answer' || waitedMs >= provenMs);
      lost.set(event.region, isProven && lost.get(event.region) !== false);
    },
    isProven: (region) => lost.get(region) === true,
  };
}
