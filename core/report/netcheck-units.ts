import { isUdpKind } from '../model/kind.ts';
import type { RegionId, RelayMap } from '../model/map.ts';
import type { RegionReport } from '../model/report.ts';

/** Integers as Go prints them; `007` is a name. */
const isInteger = (id: RegionId): boolean => String(Number(id)) === id && Number.isSafeInteger(Number(id));

/** Region ids of a map in numeric order, as netcheck goes through them; ids that are no integers come last, by their text. */
export function regionIds(map: RelayMap): RegionId[] {
  const ids = map.regions.map((region) => region.id);
  const numbers = ids.filter(isInteger).sort((a, b) => Number(a) - Number(b));
  return [...numbers, ...ids.filter((id) => !isInteger(id)).sort()];
}

/**
 * The number that stands for each region where netcheck's forms allow numbers alone: its id, or, where that is no
 * integer, the next free number above all ids, in the order of the map. Regions outside the map keep an integer id and
 * have no number otherwise.
 */
export function regionNumbers(map: RelayMap): (id: RegionId) => number | undefined {
  const numbers = new Map<RegionId, number>();
  let highest = map.regions.reduce((max, { id }) => (isInteger(id) ? Math.max(max, Number(id)) : max), 0);
  for (const { id } of map.regions) if (!isInteger(id)) numbers.set(id, ++highest);
  return (id) => (isInteger(id) ? Number(id) : numbers.get(id));
}

/** A region's latencies by family as netcheck keeps them: of UDP alone (`fake` stands in for it), never of HTTPS or ICMP. */
export function udpByFamily(region: RegionReport): { readonly v4Ms?: number; readonly v6Ms?: number } {
  const { kind } = region;
  if (kind === undefined || kind === 'fake' || isUdpKind(kind)) return region;
  return region.kinds?.stun ?? region.kinds?.ice ?? {};
}
