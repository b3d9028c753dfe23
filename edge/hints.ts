import type { Place } from '../core/choice/light.ts';
import type { RelayMap } from '../core/model/map.ts';
import { present } from '../core/model/present.ts';
import { createBoundedMap } from './bounded-map.ts';
import { coarsePlaceOf } from './client.ts';
import type { Client } from './deps.ts';
import type { Edge } from './edge.ts';
import type { Location } from './fleet/facts.ts';
import { rankHint, type Hint } from './fleet/hint.ts';
import { or, when, type Soon } from './soon.ts';
import type { LocationFacts } from './storage/store.ts';

/** A hint, and for whom it is. */
interface Hinted {
  readonly map: RelayMap;
  readonly location: Location;
  readonly client: Client;
  readonly hint: Ranked;
  /** Its age now. */
  readonly ageMs: number;
  /** All of it but its age, as JSON without the last brace: it is written once for all that share it. */
  readonly json: string;
}

type Ranked = Omit<Hint, 'ageMs'>;

/** Clients of one place and network share a hint for so long. Its age is told exactly all the same. */
const sharedMs = 1_000;
const mostShared = 5_000;

export interface Hints {
  for(request: Request): Soon<Hinted>;
}

interface Shared {
  readonly at: number;
  readonly map: RelayMap;
  readonly facts: LocationFacts;
  readonly hint: Ranked;
  readonly ageMs: number;
  readonly json: string;
}

/** Ranks for clients, and ranks once for those that nothing tells apart: it is asked before every start of a client. */
export function createHints({ deps, knowledge, map, pseudonyms, storeFailed }: Pick<Edge, 'deps' | 'knowledge' | 'map' | 'pseudonyms' | 'storeFailed'>): Hints {
  const shared = createBoundedMap<string, Shared>(mostShared);
  const networks = new WeakMap<LocationFacts, ReadonlySet<string>>();

  /** The hash of the client's network, where somebody of it has reported: else it tells nothing, and would tell clients apart for nothing. */
  function knownNetwork(client: Client, location: Location, facts: LocationFacts): Soon<string | undefined> {
    if (facts.reports.length === 0) return undefined;
    const known = networks.get(facts) ?? new Set(facts.reports.map(({ network }) => network));
    networks.set(facts, known);
    const asked = or(pseudonyms.network(client, location), (error) => storeFailed('key', location, error));
    return when(asked, (network) => (network !== undefined && known.has(network) ? network : undefined));
  }

  /** The one that others share, or a new one. */
  function sharedFor(location: Location, facts: LocationFacts, served: RelayMap, { network, place, now }: { readonly network: string | undefined; readonly place: Place | undefined; readonly now: number }): Shared {
    const key = `${location.code} ${network ?? ''} ${place?.latitude ?? ''} ${place?.longitude ?? ''}`;
    const known = shared.get(key);
    if (known && known.map === served && known.facts === facts && now >= known.at && now - known.at < sharedMs) return known;
    const { ageMs, ...hint } = rankHint({ map: served, facts, location, client: present({ network, place }), now });
    const made: Shared = { at: now, map: served, facts, hint, ageMs, json: JSON.stringify({ location: location.code, ...hint }).slice(0, -1) };
    shared.set(key, made);
    return made;
  }

  return {
    for(request) {
      const location = deps.locate(request);
      const client = deps.clientOf(request);
      const facts = knowledge.facts(location, request);
      return when(map(), (served) => when(facts, (known) => when(knownNetwork(client, location, known), (network) => {
        const now = deps.wall();
        // Coarse, so that neighbours share a hint: a degree is a ms in fibre at the most.
        const { at, hint, ageMs, json } = sharedFor(location, known, served, { network, place: coarsePlaceOf(client), now });
        return { map: served, location, client, hint, ageMs: hint.basis === 'place' ? 0 : Math.round(ageMs + (now - at)), json };
      })));
    },
  };
}
