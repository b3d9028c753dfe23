import type { RegionId, RelayMap } from '../model/map.ts';
import type { Report } from '../model/report.ts';
import { own } from '../model/own.ts';

/** Lower bounds of round trips, by silence: regions that did not answer when they were last asked, and how long they were given. */
export type Bounds = Readonly<Record<RegionId, number>>;

/**
 * What this report adds. Reports that stop early leave far regions unanswered; those that follow do not ask them again
 * until the next full one, and should not forget meanwhile that they are far.
 */
export function learnBounds(bounds: Bounds, report: Report, map: RelayMap): Bounds {
  const learned: Record<RegionId, number> = {};
  for (const { id } of map.regions) {
    const region = report.regions[id];
    if (!region || region.latencyMs !== undefined) continue;
    // What light allows at least is known anew for each report; it must not take the place of a silence that told more.
    const silentMs = region.lost > 0 ? region.atLeastMs : undefined;
    const boundMs = silentMs ?? own(bounds, id);
    if (boundMs !== undefined) learned[id] = boundMs;
  }
  return learned;
}
