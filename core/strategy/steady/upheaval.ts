import type { RegionId } from '../../model/map.ts';
import { upheavalMs, upheavalRegions, upheavalShare } from './constants.ts';

/**
 * Whether this report looks like another network: of the regions that answered now and have a floor of late all are far off
 * it, by differing amounts, and one at least is nearer than it was, which no queue makes it.
 */
export function isUpheaval(now: Readonly<Record<RegionId, number>>, floors: Readonly<Record<RegionId, number>>): boolean {
  const shifts: number[] = [];
  let nearer = false;
  for (const [id, ms] of Object.entries(now)) {
    const floorMs = Object.hasOwn(floors, id) ? floors[id] : undefined;
    if (floorMs === undefined) continue;
    const shift = ms - floorMs;
    if (Math.abs(shift) < Math.max(upheavalMs, upheavalShare * floorMs)) return false;
    nearer ||= shift < 0;
    shifts.push(shift);
  }
  return nearer && shifts.length >= upheavalRegions && Math.max(...shifts) - Math.min(...shifts) > upheavalMs;
}
