import type { RegionId, RelayMap } from '../model/map.ts';

/**
 * Where to connect when nothing answers: a region that is arbitrary, but always the same for this client and map, and
 * spread over all clients. Avoided regions only if there is no other.
 */
export function fallbackRegion(map: RelayMap, clientKey: string): RegionId | undefined {
  const usable = map.regions.filter((region) => !region.noHome && region.nodes.some((node) => !node.stunOnly));
  const wanted = usable.filter((region) => !region.avoid);
  const pool = (wanted.length ? wanted : usable).map((region) => region.id);
  // Rendezvous hashing: a region that leaves the map moves only the clients that fell back on it.
  return pool.map((id) => ({ id, score: hash(`${clientKey}/${id}`) })).sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))[0]?.id;
}

/** FNV-1a, 32 bit, with a final mix, as short keys that differ in their last letter must land far apart. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
