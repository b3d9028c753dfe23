import { spreadOver } from '../../choice/spread.ts';
import type { RegionId } from '../../model/map.ts';
import { equalMs, equalShare } from './constants.ts';
import { favourMs, type Seen } from './seen.ts';

/**
 * The one to go to where none is to be compared with: by its lowest time of the window, as what it read just now may be a
 * spike. With `spread`, any of those that cannot be told from it, by weight.
 */
export function nearestOf(seen: Seen, candidates: readonly RegionId[]): RegionId | undefined {
  const figure = (id: RegionId): number => {
    const ms = seen.floors[id] ?? seen.ranked[id] ?? Infinity;
    return ms - favourMs(seen, id, ms);
  };
  let nearest: RegionId | undefined;
  for (const id of candidates) if (nearest === undefined || figure(id) < figure(nearest)) nearest = id;
  if (nearest === undefined || !seen.spread) return nearest;
  const leastMs = figure(nearest);
  const band = Math.max(equalMs, equalShare * leastMs);
  return spreadOver(seen.context.map, candidates.filter((id) => figure(id) - leastMs <= band), seen.context.clientKey);
}
