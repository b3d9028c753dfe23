import type { RelayMap } from '../core/model/map.ts';
import { present } from '../core/model/present.ts';
import { createBoundedMap } from './bounded-map.ts';
import { coarsePlaceOf } from './client.ts';
import type { Client } from './deps.ts';
import type { Edge } from './edge.ts';
import type { Location } from './fleet/facts.ts';
import { rankHint, type Hint } from './fleet/hint.ts';
import type { LocationFacts } from './storage/store.ts';

/** A hint, and for whom it is. */
interface Hinted {
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
export function createHints({ deps, knowledge, map, pseudonyms, storeFailed }: Pick<Edge, 'deps' | 'knowledge' | 'map' | 'pseudonyms' | 'storeFailed'>): Hints {
  const shared = createBoundedMap<string, Shared>(mostShared);
  const networks = new WeakMap<LocationFacts, ReadonlySet<string>>();

  /** The hash of the client's network, where somebody of it has reported: else it tells nothing, and would tell clients apart for nothing. */
  async function knownNetwork(client: Client, location: Location, facts: LocationFacts): Promise<string | undefined> {
    if (facts.reports.length === 0) return undefined;
    const known = networks.get(facts) ?? new Set(facts.reports.map(({ network }) => network));
    networks.set(facts, known);
    const network = await pseudonyms.network(client, location).catch((error: unknown) => {
      storeFailed('key', location, error);
      return undefined;
    });
    return network !== undefined && known.has(network) ? network : undefined;
  }

  return {
    async for(request) {
      const location = deps.locate(request);
      const client = deps.clientOf(request);
      const [served, facts] = await Promise.all([map(), knowledge.facts(location, request)]);
      const network = await knownNetwork(client, location, facts);
      // Coarse, so that neighbours share a hint: a degree is a ms in fibre at the most.
      const place = coarsePlaceOf(client);
      const now = deps.wall();
      const key = `${location.code} ${network ?? ''} ${place?.latitude ?? ''} ${place?.longitude ?? ''}`;
      const known = shared.get(key);
      if (known && known.map === served && known.facts === facts && now >= known.at && now - known.at < sharedMs) {
        return { map: served, location, client, hint: known.hint.basis === 'place' ? known.hint : { ...known.hint, ageMs: Math.round(known.hint.ageMs + (now - known.at)) } };
      }
      const ranked = rankHint({ map: served, facts, location, client: present({ network, place }), now });
      const hint = { ...ranked, ageMs: Math.round(ranked.ageMs) };
      shared.set(key, { at: now, map: served, facts, hint });
      return { map: served, location, client, hint };
    },
  };
}
