import type { RelayMap } from '../core/model/map.ts';
import type { Edge } from './edge.ts';
import { fleetView, reportsEach } from './fleet/view.ts';
import { Problem } from './problem.ts';
import { createSingleFlight } from './single-flight.ts';
import { readDigests, type DigestOfLocation } from './storage/read-digests.ts';
import { within } from './within.ts';

export interface FleetFacts {
  /** By code. Throws a `Problem` 503 where the store does not answer. */
  read(request: Request): Promise<readonly DigestOfLocation[]>;
  /** The fleet view as JSON. Throws the same. */
  view(map: RelayMap, request: Request): Promise<string>;
}

/** However many look, and however often: the locations are read, and the view is made, so often. */
const maxAgeMs = 10_000;
/** What is not there then goes on behind, and an old answer is given if there is one: it says when it was made. */
const waitMs = 5_000;
const oldAgeMs = 300_000;

/** Reads every location's facts, and makes the view of them where the store does not do it itself. */
export function createFleetFacts({ deps, storeFailed }: Pick<Edge, 'deps' | 'storeFailed'>): FleetFacts {
  const mostReports = deps.store.view ? (): number => 0 : reportsEach;
  const digests = remembered(() => readDigests(deps.store, { now: deps.wall(), mostReports, onError: (location, error) => storeFailed('read', location, error) }));
  /** Of the same facts there is one view. */
  const views = new WeakMap<readonly DigestOfLocation[], { readonly map: RelayMap; readonly text: string }>();
  const elsewhere = new WeakMap<RelayMap, (request: Request) => Promise<string>>();

  async function viewHere(map: RelayMap, request: Request): Promise<string> {
    const locations = await digests(request);
    const known = views.get(locations);
    if (known?.map === map) return known.text;
    const text = JSON.stringify(fleetView({ map, locations, now: deps.wall() }));
    views.set(locations, { map, text });
    return text;
  }

  return {
    read: digests,
    view(map, request) {
      const { view } = deps.store;
      if (!view) return viewHere(map, request);
      const asked = elsewhere.get(map) ?? remembered(() => view(map));
      elsewhere.set(map, asked);
      return asked(request);
    },
  };

  /** The same answer for all who ask within `maxAgeMs`. */
  function remembered<T>(make: (request: Request) => Promise<T>): (request: Request) => Promise<T> {
    const making = createSingleFlight<T>();
    let known: { readonly at: number; readonly value: T } | undefined;
    const isYounger = (ageMs: number): boolean => known !== undefined && deps.wall() >= known.at && deps.wall() - known.at < ageMs;
    return async (request) => {
      if (known && isYounger(maxAgeMs)) return known.value;
      const made = making.join('all', async () => {
        const value = await make(request);
        known = { at: deps.wall(), value };
        return value;
      });
      deps.background(made.catch(() => {}), request);
      try {
        return await within(made, waitMs);
      } catch (error) {
        if (!(error instanceof Problem)) storeFailed('locations', undefined, error);
        if (known && isYounger(oldAgeMs)) return known.value;
        throw new Problem(503, 'the store does not answer', { headers: { 'retry-after': '10' } });
      }
    };
  }
}
