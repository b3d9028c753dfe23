import type { Context } from '../model/context.ts';
import { regionById, type RegionId } from '../model/map.ts';
import type { RegionReport, Report } from '../model/report.ts';
import { certainty, type Grounds } from './certainty.ts';
import { allowedRegions, latencyFactor, mostWanted } from './preferences.ts';

/**
 * `certainty` among the regions that the owner leaves to choose from, their latencies times the factors. A pin leaves nothing
 * to choose once it is home, and everything as long as it may still answer.
 */
export function sureOf({ map, preferences }: Pick<Context, 'map' | 'preferences'>, grounds: Omit<Grounds, 'allowed' | 'factorOf'>): number {
  const pin = regionById(map, preferences?.pin)?.id;
  if (pin === grounds.home) return 1;
  if (pin !== undefined && mayAnswer(grounds.report, pin)) return 0;
  const wanted = allowedRegions(map, preferences);
  const allowed = wanted.length ? wanted : mostWanted(map, preferences, map.regions.map(({ id }) => id));
  return certainty({ ...grounds, allowed, factorOf: (id) => latencyFactor(regionById(map, id), preferences) });
}

const mayAnswer = ({ partial, regions }: Report, id: RegionId): boolean =>
  partial === true && !isOver(regions[id] ?? { samples: 0, lost: 0 });

/** Answered, asked in vain, or left out for good. */
const isOver = ({ samples, lost, pending, skipped }: Pick<RegionReport, 'samples' | 'lost' | 'pending' | 'skipped'>): boolean =>
  samples > 0 || (skipped === undefined ? lost > 0 && !pending : skipped !== 'enough' && skipped !== 'not-due');
