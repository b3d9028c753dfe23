import type { RegionId, RelayMap } from '../model/map.ts';
import { regionById } from '../model/map.ts';
import { hash } from './hash.ts';

/**
 * One of the regions, always the same for the client, so that clients spread over equals by weight: the highest of draws that
 * hang on client and region alone (weighted rendezvous hashing). When a region leaves, only its own clients move.
 */
export function spreadOver(map: RelayMap, ids: readonly RegionId[], clientKey: string): RegionId | undefined {
  let chosen: RegionId | undefined;
  let highest = -Infinity;
  for (const id of ids) {
    const weight = Math.max(0, regionById(map, id)?.weight ?? 1);
    const chance = (hash(`${clientKey} ${id}`) + 0.5) / 2 ** 32;
    const score = weight === 0 ? -Infinity : weight / -Math.log(chance);
    if (chosen === undefined || score > highest) {
      chosen = id;
      highest = score;
    }
  }
  return chosen;
}
