import type { Region, RegionId, RelayMap } from '../../core/model/map.ts';
import type { Sweep } from '../fleet/facts.ts';

/**
 * The regions to ask now, at most `most`: those never asked first, then those asked longest ago; equals in the map's order.
 * A region whose relay did not answer is asked at its next relay.
 */
export function dueRegions(map: RelayMap, last: Sweep | undefined, most: number, isMeasurable: (region: Region) => boolean): Region[] {
  const askedAt = (id: RegionId): number => last?.regions[id]?.at ?? -Infinity;
  return map.regions
    .filter((region) => !region.noHome && isMeasurable(region))
    .sort((one, other) => (askedAt(one.id) === askedAt(other.id) ? 0 : askedAt(one.id) - askedAt(other.id)))
    .slice(0, most)
    .map((region) => ({ ...region, nodes: fromNext(region.nodes, last?.regions[region.id]?.missed ?? 0) }));
}

/** The list, begun `by` places later. */
function fromNext<T>(list: readonly T[], by: number): T[] {
  const first = list.length > 0 ? by % list.length : 0;
  return [...list.slice(first), ...list.slice(0, first)];
}
