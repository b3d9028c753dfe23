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

/** What every report is held against, made once a map. */
interface RegionsOf {
  readonly ids: ReadonlySet<RegionId>;
  /** In the map's order. None where all relays are on this machine: nothing there is as far as it says. */
  readonly placed: readonly PlacedRegion[];
}

const known = new WeakMap<RelayMap, RegionsOf>();

function regionsOf(map: RelayMap): RegionsOf {
  const found = known.get(map);
  if (found) return found;
  const placed = isLocal(map) ? [] : map.regions.flatMap((region): PlacedRegion[] => {
    const place = placeOf(region);
    return place ? [{ id: region.id, code: region.code, point: pointOf(place) }] : [];
  });
  const made = { ids: new Set(map.regions.map(({ id }) => id)), placed };
  known.set(map, made);
  return made;
}

export const hasRegion = (map: RelayMap, id: string): boolean => regionsOf(map).ids.has(id);

export const placedRegions = (map: RelayMap): readonly PlacedRegion[] => regionsOf(map).placed;
