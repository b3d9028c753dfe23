import type { Place } from '../../core/choice/light.ts';
import { distanceKm, leastRttMs, placeOf } from '../../core/choice/light.ts';
import type { Region, RegionId } from '../../core/model/map.ts';

/** The way from a place to each region that has one, nearest first. */
export type Ways = readonly { readonly id: RegionId; readonly leastMs: number }[];

/** Reckons them once a place: clients stand in whole degrees, so many share one. */
export function createWays(regions: readonly Region[]): (place: Place) => Ways {
  const placed = regions.flatMap((region) => {
    const there = placeOf(region);
    return there ? [{ id: region.id, there }] : [];
  });
  const known = new Map<string, Ways>();
  return (place) => {
    const key = keyOf(place);
    const found = known.get(key) ?? placed.map(({ id, there }) => ({ id, leastMs: leastRttMs(distanceKm(place, there)) })).sort((a, b) => a.leastMs - b.leastMs);
    known.set(key, found);
    return found;
  };
}

export const keyOf = ({ latitude, longitude }: Place): string => `${latitude} ${longitude}`;
