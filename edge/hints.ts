import type { RelayMap } from '../core/model/map.ts';
import { createBoundedMap } from './bounded-map.ts';
import { placeOf } from './client.ts';
import type { Client } from './deps.ts';
import type { Edge } from './edge.ts';
import type { Location } from './fleet/facts.ts';
import { rankHint, type Hint } from './fleet/hint.ts';
import type { LocationFacts } from './storage/store.ts';

/** A hint, and for whom it is. */
export interface Hinted {
  readonly map: RelayMap;
  readonly location: Location;
  readonly client: Client;
  readonly hint: Hint;
}

/** Clients of one place and network share a hint for so long. Its age is told exactly all the same. */
const sharedMs = 1_000;
const mostShared = 5_000;

export interface Hints {
  for(request: Request): Promise<Hinted>;
}

interface Shared {
  readonly at: number;
  readonly map: RelayMap;
  readonly facts: LocationFacts;
  readonly hint: Hint;
}

/** Ranks for clients, and ranks once for those that nothing tells apart: it is asked before every start of a client. */
export function createHints({ deps, knowledge, map }: Pick<Edge, 'deps' | 'knowledge' | 'map'>): Hints {
  const shared = createBoundedMap<string, Shared>(mostShared);
  return {
    async for(request) {
      const location = deps.locate(request);
      const client = deps.clientOf(request);
      // Coarse, so that neighbours share a hint: a degree is a ms in fibre at the most.
      const asker = { ...client, ...placeOf(client) };
      const [served, facts] = await Promise.all([map(), knowledge.facts(location, request)]);
      const now = deps.wall();
      const key = `${location.code} ${asker.network ?? ''} ${asker.latitude ?? ''} ${asker.longitude ?? ''}`;
      const known = shared.get(key);
      if (known && known.map === served && known.facts === facts && now >= known.at && now - known.at < sharedMs) {
        return { map: served, location, client, hint: { ...known.hint, ageMs: known.hint.ageMs + (now - known.at) } };
      }
      const hint = rankHint({ map: served, facts, location, client: asker, now });
      shared.set(key, { at: now, map: served, facts, hint });
      return { map: served, location, client, hint };
    },
  };
}
