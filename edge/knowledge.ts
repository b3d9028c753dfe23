import { createBoundedMap } from './bounded-map.ts';
import type { EdgeDeps } from './deps.ts';
import type { Location, Sweep } from './fleet/facts.ts';
import { createSingleFlight } from './single-flight.ts';
import type { Soon } from './soon.ts';
import type { LocationFacts } from './storage/store.ts';
import { within } from './within.ts';

/** What is known at a location, in memory: its newest sweep, and the facts of the store, read again now and then. */
export interface Knowledge {
  /** The newest sweep, made now if it is old: one for all who ask. Within a bound; then what is known, else undefined. */
  sweep(location: Location, request: Request): Promise<Sweep | undefined>;
  /** All facts. At once if any are known; a sweep that is due goes on behind the answer. */
  facts(location: Location, request: Request): Soon<LocationFacts>;
}

export interface KnowledgeEvents {
  onSweep(location: Location, outcome: { readonly sweep: Sweep; readonly durationMs: number } | { readonly error: unknown }): void;
  onStoreError(operation: string, location: Location, error: unknown): void;
}

/** A sweep serves for so long. */
export const sweepMaxAgeMs = 30_000;
/** After one that failed the next may begin then. */
const retryMs = 5_000;
/** The sweep's own bound, and what it may take beyond before it is given up. */
const sweepTimeoutMs = 8_000;
const letGoMs = 2_000;
/** A request that has an old sweep to give waits so long for the new one. */
const sweepWaitMs = 3_000;

/** Reports of clients that came since are in the hint then at the latest. */
const factsMaxAgeMs = 10_000;
/** The first request at a location waits so long for the store. */
const storeWaitMs = 1_500;

/** Far more than any platform has. */
const mostLocations = 1_000;

const noFacts: LocationFacts = { history: {}, reports: [] };

interface Known {
  sweep?: Sweep;
  failedAt?: number;
  facts?: LocationFacts;
  readAt?: number;
}

export function createKnowledge(deps: Pick<EdgeDeps, 'map' | 'sweep' | 'store' | 'wall' | 'background'>, events: KnowledgeEvents): Knowledge {
  const known = createBoundedMap<string, Known>(mostLocations);
  const sweeps = createSingleFlight<Sweep>();
  const reads = createSingleFlight<LocationFacts>();

  /** A clock that was set back makes things old, not fresh for ever. */
  const isFresh = (at: number | undefined, maxAgeMs: number): boolean => at !== undefined && deps.wall() - at >= 0 && deps.wall() - at < maxAgeMs;

  function of({ code }: Location): Known {
    const found = known.get(code) ?? {};
    known.set(code, found);
    return found;
  }

  const read = (location: Location): Promise<LocationFacts> => reads.join(location.code, async () => {
    const facts = await within(deps.store.location(location.code).read(), storeWaitMs);
    const entry = of(location);
    entry.readAt = deps.wall();
    entry.facts = newer(entry.sweep, facts.sweep) ? { ...facts, sweep: entry.sweep } : facts;
    entry.sweep = entry.facts.sweep;
    return entry.facts;
  });

  async function measure(location: Location): Promise<{ readonly sweep: Sweep; readonly isNew: boolean }> {
    const entry = of(location);
    const map = await deps.map();
    // Another process may have measured here meanwhile, and a new one goes on where the last one was.
    const stored = await read(location).catch((error: unknown) => {
      events.onStoreError('read', location, error);
      return undefined;
    });
    const last = entry.sweep ?? stored?.sweep;
    if (last && isFresh(last.at, sweepMaxAgeMs)) return { sweep: last, isNew: false };
    const startedAt = deps.wall();
    const sweep = await within(deps.sweep({ map, location, ...(last && { last }), signal: AbortSignal.timeout(sweepTimeoutMs) }), sweepTimeoutMs + letGoMs);
    entry.sweep = sweep;
    entry.facts = { ...(entry.facts ?? noFacts), sweep };
    events.onSweep(location, { sweep, durationMs: deps.wall() - startedAt });
    return { sweep, isNew: true };
  }

  /** Joins the sweep under way or begins one, which outlives the request; what it found is saved behind it. */
  const start = (location: Location, request: Request): Promise<Sweep> => sweeps.join(location.code, async () => {
    const made = measure(location);
    const saved = made.then(async ({ sweep, isNew }) => {
      if (isNew) await deps.store.location(location.code).saveSweep(sweep).catch((error: unknown) => events.onStoreError('save-sweep', location, error));
    }, (error: unknown) => {
      of(location).failedAt = deps.wall();
      events.onSweep(location, { error });
    });
    deps.background(saved, request);
    return (await made).sweep;
  });

  const isDue = (entry: Known): boolean => !isFresh(entry.sweep?.at, sweepMaxAgeMs) && !isFresh(entry.failedAt, retryMs);

  return {
    async sweep(location, request) {
      const entry = of(location);
      if (!isDue(entry)) return entry.sweep;
      const made = start(location, request);
      const waitMs = entry.sweep ? sweepWaitMs : sweepTimeoutMs + letGoMs;
      return within(made, waitMs).catch(() => entry.sweep);
    },
    facts(location, request) {
      const entry = of(location);
      if (isDue(entry)) start(location, request).catch(() => {});
      if (isFresh(entry.readAt, factsMaxAgeMs)) return entry.facts ?? noFacts;
      const reading = read(location).catch((error: unknown) => {
        events.onStoreError('read', location, error);
        // Not asked again by every request while it fails.
        entry.readAt = deps.wall();
        return entry.facts ?? noFacts;
      });
      // Another request's read is waited for with a timer of one's own: see `within`.
      if (!entry.facts) return within(reading, storeWaitMs + letGoMs).catch(() => noFacts);
      deps.background(reading, request);
      return entry.facts;
    },
  };
}

const newer = (one: Sweep | undefined, other: Sweep | undefined): one is Sweep => one !== undefined && one.at > (other?.at ?? -Infinity);
