import { distanceKm, leastRttMs, placeOf } from '../../choice/light.ts';
import type { Context } from '../../model/context.ts';
import { regionById, type RegionId } from '../../model/map.ts';

/**
 * Whether a region that a prior ranks behind its shortlist cannot well be the nearest: light needs longer to it than the
 * nearest took, or the prior's own figures put it farther by more than that.
 */
export function isFar({ map, prior }: Context, nearest: { readonly id: RegionId; readonly latencyMs: number }, id: RegionId): boolean {
  const from = placeOf(regionById(map, nearest.id) ?? {});
  const to = placeOf(regionById(map, id) ?? {});
  const byLightMs = from && to ? leastRttMs(distanceKm(from, to)) - nearest.latencyMs : 0;
  const byPriorMs = (prior?.latencyMs?.[id] ?? 0) - (prior?.latencyMs?.[nearest.id] ?? Infinity);
  return prior !== undefined && Math.max(byLightMs, byPriorMs) > nearest.latencyMs;
}
