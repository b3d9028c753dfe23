import type { Edge } from './edge.ts';
import type { Location } from './fleet/facts.ts';
import { Problem } from './problem.ts';
import { createSingleFlight } from './single-flight.ts';
import type { LocationFacts } from './storage/store.ts';
import { within } from './within.ts';

interface FactsOfLocation {
  readonly location: Location;
  readonly facts: LocationFacts;
}

export interface FleetFacts {
  /** By code. Throws a `Problem` 503 where the store does not answer. */
  read(request: Request): Promise<readonly FactsOfLocation[]>;
}

/** The owner may look as often as they like; the locations are read so often. */
const maxAgeMs = 10_000;
const waitMs = 5_000;
/** Locations read at once: a Worker may have six requests under way. */
const atOnce = 5;

/** Reads every location's facts. A location that cannot be read is left out, and counted as an error of the store. */
export function createFleetFacts({ deps, storeFailed }: Pick<Edge, 'deps' | 'storeFailed'>): FleetFacts {
  const reads = createSingleFlight<readonly FactsOfLocation[]>();
  let known: { readonly at: number; readonly facts: readonly FactsOfLocation[] } | undefined;

  async function readAll(): Promise<readonly FactsOfLocation[]> {
    const locations = await deps.store.locations();
    const found: FactsOfLocation[] = [];
    let next = 0;
    async function work(): Promise<void> {
      for (let location = locations[next++]; location; location = locations[next++]) {
        const { code } = location;
        try {
          found.push({ location, facts: await deps.store.location(code).read() });
        } catch (error) {
          storeFailed('read', location, error);
        }
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work));
    found.sort((one, other) => (one.location.code < other.location.code ? -1 : 1));
    known = { at: deps.wall(), facts: found };
    return found;
  }

  return {
    async read(request) {
      const now = deps.wall();
      if (known && now >= known.at && now - known.at < maxAgeMs) return known.facts;
      const reading = reads.join('all', readAll);
      deps.background(reading.catch(() => {}), request);
      try {
        return await within(reading, waitMs);
      } catch (error) {
        storeFailed('locations', undefined, error);
        throw new Problem(503, 'the store does not answer', { headers: { 'retry-after': '10' } });
      }
    },
  };
}
