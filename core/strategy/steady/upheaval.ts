import type { RegionId } from '../../model/map.ts';
import { own } from '../../model/own.ts';
import { upheavalMs, upheavalRegions, upheavalShare } from './constants.ts';

/**
 * Whether this report looks like another network: of the regions that answered now and have a floor of late all are far off
 * it, some farther and some nearer: a queue makes all farther, and its end all nearer.
 */
export function isUpheaval(now: Readonly<Record<RegionId, number>>, floors: Readonly<Record<RegionId, number>>): boolean {
  const shifts: number[] = [];
  for (const [id, ms] of Object.entries(now)) {
    const floorMs = own(floors, id);
    if (floorMs === undefined) continue;
    const shift = ms - floorMs;
    if (Math.abs(shift) < Math.max(upheavalMs, upheavalShare * floorMs)) return false;
    shifts.push(shift);
  }
  return shifts.length >= upheavalRegions && Math.min(...shifts) < 0 && Math.max(...shifts) > 0;
}
