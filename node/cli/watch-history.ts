import type { PickerEvent } from '../../core/events.ts';
import type { Decision } from '../../core/model/decision.ts';
import type { RegionId, RelayMap } from '../../core/model/map.ts';
import type { RegionReport, Report } from '../../core/model/report.ts';
import type { Tick } from '../../core/report/bars.ts';
import { reportOfRegion, wasAsked } from '../../core/report/region-order.ts';

/** How many reports back a sparkline goes. */
export const HISTORY_LENGTH = 30;

export type ReportEvent = Extract<PickerEvent, { type: 'report' }>;

/** What a watcher remembers. Bounded by the map. */
export interface WatchHistory {
  add(event: ReportEvent): void;
  readonly map: RelayMap;
  readonly last?: ReportEvent;
  /** When the home became it, epoch ms. */
  readonly homeSince?: number;
  readonly moves: number;
  readonly lastMove?: { readonly at: number; readonly decision: Decision };
  ticks(id: RegionId): readonly Tick[];
  /** The last report, each region as it was when it was last asked. */
  merged(): Report | undefined;
  /** End of the report that a region's figures are from, epoch ms. */
  askedAt(id: RegionId): number | undefined;
}

interface Remembered {
  readonly ticks: Tick[];
  readonly asked?: { readonly at: number; readonly region: RegionReport };
}

export function createWatchHistory(start: RelayMap): WatchHistory {
  let map = start;
  let regions = new Map<RegionId, Remembered>();
  let last: ReportEvent | undefined;
  let homeSince: number | undefined;
  let moves = 0;
  let lastMove: { at: number; decision: Decision } | undefined;

  return {
    add(event) {
      const { decision, report } = event;
      if (decision.home === undefined) homeSince = undefined;
      else if (decision.home !== last?.decision.home) homeSince = event.at;
      if (decision.changed && decision.previous !== undefined) {
        moves++;
        lastMove = { at: event.at, decision };
      }
      last = event;
      map = event.context.map;
      // Made anew from the map, so that regions that left it are forgotten.
      regions = new Map(map.regions.map(({ id }) => {
        const before = regions.get(id);
        const region = reportOfRegion(report, id);
        const asked = region && wasAsked(region) ? { at: event.at, region } : before?.asked;
        return [id, { ticks: [...(before?.ticks ?? []), tickOf(region)].slice(-HISTORY_LENGTH), ...(asked && { asked }) }];
      }));
    },
    get map() { return map; },
    get last() { return last; },
    get homeSince() { return homeSince; },
    get moves() { return moves; },
    get lastMove() { return lastMove; },
    ticks: (id) => regions.get(id)?.ticks ?? [],
    merged() {
      if (!last) return undefined;
      const { report } = last;
      const known = [...regions].flatMap(([id, { asked }]) => (asked ? [[id, asked.region] as const] : []));
      return { ...report, regions: { ...report.regions, ...Object.fromEntries(known) } };
    },
    askedAt: (id) => regions.get(id)?.asked?.at,
  };
}

function tickOf(region: RegionReport | undefined): Tick {
  if (region?.latencyMs !== undefined) return region.rankMs ?? region.latencyMs;
  return region && wasAsked(region) ? 'lost' : undefined;
}
