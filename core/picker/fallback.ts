import { hash } from '../choice/hash.ts';
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
