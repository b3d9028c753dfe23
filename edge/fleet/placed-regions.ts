import { placeOf } from '../../core/choice/light.ts';
import type { RegionId, RelayMap } from '../../core/model/map.ts';
import { isLocal } from '../../core/model/map.ts';
import type { Point } from './sphere.ts';
import { pointOf } from './sphere.ts';

/** A region that has a place. */
export interface PlacedRegion {
  readonly id: RegionId;
  readonly code: string;
  readonly point: Point;
}

const known = new WeakMap<RelayMap, readonly PlacedRegion[]>();

/**
 * What every report is held against, made once a map, in its order. None where all relays are on this machine: nothing there is
 * as far as it says.
 */
export function placedRegions(map: RelayMap): readonly PlacedRegion[] {
  const found = known.get(map);
  if (found) return found;
  const placed = isLocal(map) ? [] : map.regions.flatMap((region): PlacedRegion[] => {
    const place = placeOf(region);
    return place ? [{ id: region.id, code: region.code, point: pointOf(place) }] : [];
  });
  known.set(map, placed);
  return placed;
}
