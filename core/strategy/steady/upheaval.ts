import type { RegionId } from '../../model/map.ts';
import { upheavalMs, upheavalRegions, upheavalShare } from './constants.ts';

/**
 * Whether this report looks like another network: of the regions that answered now and have a floor of late all are far off it,
 * some farther and some nearer; or half are far off it beyond what all have in common. A queue of the own line makes all
 * farther alike, its end all nearer.
 */
export function isUpheaval(now: Readonly<Record<RegionId, number>>, floors: Readonly<Record<RegionId, number>>): boolean {
  const shifts: { readonly ms: number; readonly floorMs: number }[] = [];
  for (const [id, ms] of Object.entries(now)) {
    const floorMs = Object.hasOwn(floors, id) ? floors[id] : undefined;
    if (floorMs !== undefined) shifts.push({ ms: ms - floorMs, floorMs });
  }
  if (shifts.length < upheavalRegions) return false;
  const farOff = (commonMs: number): typeof shifts => shifts.filter(({ ms, floorMs }) => Math.abs(ms - commonMs) >= Math.max(upheavalMs, upheavalShare * floorMs));
  const sorted = shifts.map(({ ms }) => ms).sort((a, b) => a - b);
  const [least = 0] = sorted;
  const isBothWays = least < 0 && (sorted.at(-1) ?? 0) > 0;
  return (isBothWays && farOff(0).length === shifts.length) || farOff(sorted[sorted.length >> 1] ?? 0).length >= shifts.length / 2;
}
