import type { RelayMap } from '../core/model/map.ts';
import type { Edge } from './edge.ts';
import { tellFleet, type FleetText } from './fleet/tell.ts';
import { reportsEach } from './fleet/view.ts';
import { Problem } from './problem.ts';
import { remember, type Remembered } from './remembered.ts';
import { readDigests } from './storage/read-digests.ts';

export interface FleetFacts {
  /** What is told of all locations. Throws a `Problem` 503 where the store does not answer. */
  tell(text: FleetText, map: RelayMap, request: Request): Promise<string>;
}

type Tell = (request: Request) => Promise<string>;

/** However many look, and however often. What is not there within the wait goes on behind; an old text says when it was made. */
const often = { maxAgeMs: 10_000, waitMs: 5_000, oldAgeMs: 300_000 };

/** Reads every location's facts and tells of them, where the store does not do it itself. */
export function createFleetFacts({ deps, storeFailed }: Pick<Edge, 'deps' | 'storeFailed'>): FleetFacts {
  const { store, wall } = deps;
  const options = { ...often, wall, onError: (error: unknown) => storeFailed('locations', undefined, error) };
  const digests = remember(() => readDigests(store, { now: wall(), mostReports: reportsEach, onError: (location, error) => storeFailed('read', location, error) }), options);
  const tells: Readonly<Record<FleetText, WeakMap<RelayMap, Tell>>> = { view: new WeakMap(), metrics: new WeakMap() };

  const available = <T>(what: Remembered<T>, request: Request): Promise<T> => what.get((work) => deps.background(work, request)).catch(() => {
    throw new Problem(503, 'the store does not answer', { headers: { 'retry-after': '10' } });
  });

  function tellHere(text: FleetText, map: RelayMap): Tell {
    // Of the same facts there is one text.
    let told: { readonly of: unknown; readonly text: string } | undefined;
    return async (request) => {
      const locations = await available(digests, request);
      if (told?.of !== locations) told = { of: locations, text: tellFleet(text, { map, locations, now: wall() }) };
      return told.text;
    };
  }

  function tellElsewhere(tell: NonNullable<typeof store.tell>, text: FleetText, map: RelayMap): Tell {
    const remembered = remember(() => tell(text, map), options);
    return (request) => available(remembered, request);
  }

  return {
    tell(text, map, request) {
      const tell = tells[text].get(map) ?? (store.tell ? tellElsewhere(store.tell, text, map) : tellHere(text, map));
      tells[text].set(map, tell);
      return tell(request);
    },
  };
}
