import type { RegionId } from '../../model/map.ts';
import { upheavalMs, upheavalRegions, upheavalShare } from './constants.ts';

/**
 * Whether this report looks like another network: half of the regions that answered now and have a floor of late are far off
 * it, beyond what all have in common: a queue of the own line makes all farther, its end all nearer.
 */
export function isUpheaval(now: Readonly<Record<RegionId, number>>, floors: Readonly<Record<RegionId, number>>): boolean {
  const shifts: { readonly ms: number; readonly floorMs: number }[] = [];
  for (const [id, ms] of Object.entries(now)) {
    const floorMs = Object.hasOwn(floors, id) ? floors[id] : undefined;
    if (floorMs !== undefined) shifts.push({ ms: ms - floorMs, floorMs });
  }
  if (shifts.length < upheavalRegions) return false;
  const commonMs = shifts.map(({ ms }) => ms).sort((a, b) => a - b)[shifts.length >> 1] ?? 0;
  const off = shifts.filter(({ ms, floorMs }) => Math.abs(ms - commonMs) >= Math.max(upheavalMs, upheavalShare * floorMs));
  return off.length >= shifts.length / 2;
}
