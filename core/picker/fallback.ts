import { hash } from '../choice/hash.ts';
import { mostWanted } from '../choice/preferences.ts';
import type { Preferences } from '../model/context.ts';
import { regionById, type RegionId, type RelayMap } from '../model/map.ts';

/**
 * Where to connect when nothing answers: what is pinned, else a region that is arbitrary, but always the same for this client
 * and map, and spread over all clients. Avoided regions only if there is no other, drained ones last.
 */
export function fallbackRegion(map: RelayMap, preferences: Preferences | undefined, clientKey: string): RegionId | undefined {
  const pin = regionById(map, preferences?.pin);
  const usable = (pin ? [pin] : map.regions).filter((region) => !region.noHome && region.nodes.some((node) => !node.stunOnly));
  const pool = mostWanted(map, preferences, usable.map(({ id }) => id));
  // Rendezvous hashing: a region that leaves the map moves only the clients that fell back on it.
  return pool.map((id) => ({ id, score: hash(`${clientKey}/${id}`) })).sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))[0]?.id;
}
