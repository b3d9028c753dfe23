import type { Context } from '../model/context.ts';
import { regionById, type RegionId } from '../model/map.ts';
import type { Report } from '../model/report.ts';
import { certainty, type Grounds } from './certainty.ts';
import { allowedRegions, latencyFactors, mostWanted } from './preferences.ts';

/**
 * `certainty` among the regions that the owner leaves to choose from, their latencies times the factors. A pin leaves nothing
 * to choose once it is home, and everything as long as it may still answer.
 */
export function sureOf({ map, preferences }: Pick<Context, 'map' | 'preferences'>, grounds: Omit<Grounds, 'allowed' | 'factors'>): number {
  const pin = regionById(map, preferences?.pin)?.id;
  if (pin === grounds.home) return 1;
  if (pin !== undefined && mayAnswer(grounds.report, pin)) return 0;
  const wanted = allowedRegions(map, preferences);
  const allowed = wanted.length ? wanted : mostWanted(map, preferences, map.regions.map(({ id }) => id));
  const { report, home, known, bounds, dead } = grounds;
  return certainty({ report, home, known, bounds, dead, allowed, factors: latencyFactors(map, preferences) });
}

/** Neither answered nor asked in vain: a report that is under way may ask it yet. */
function mayAnswer({ partial, regions }: Report, id: RegionId): boolean {
  const { samples = 0, lost = 0, pending } = regions[id] ?? {};
  return partial === true && samples === 0 && (lost === 0 || pending === true);
}
