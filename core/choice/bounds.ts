import type { RegionId } from '../model/map.ts';
import type { Report } from '../model/report.ts';

/** Lower bounds of round trips, by silence: regions that did not answer when they were last asked, and how long they were given. */
export type Bounds = Readonly<Record<RegionId, number>>;

/**
 * What this report adds. Reports that stop early leave far regions unanswered; those that follow do not ask them again
 * until the next full one, and should not forget meanwhile that they are far.
 */
export function learnBounds(bounds: Bounds, report: Report): Bounds {
  const learned: Record<RegionId, number> = {};
  for (const [id, region] of Object.entries(report.regions)) {
    const boundMs = region.latencyMs === undefined ? (region.atLeastMs ?? (Object.hasOwn(bounds, id) ? bounds[id] : undefined)) : undefined;
    if (boundMs !== undefined) learned[id] = boundMs;
  }
  return learned;
}
