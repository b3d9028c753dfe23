import type { Context } from 'hono';
import type { BlankEnv } from 'hono/types';
import type { RelayMap } from '../core/model/map.ts';
import type { EdgeDeps } from './deps.ts';
import type { Location } from './fleet/facts.ts';
import { createFleetFacts, type FleetFacts } from './fleet-facts.ts';
import { createHints, type Hints } from './hints.ts';
import { createKnowledge, type Knowledge } from './knowledge.ts';
import { createEdgeMetrics, type EdgeMetrics } from './metrics.ts';
import { Problem } from './problem.ts';
import { createPseudonyms, type Pseudonyms } from './pseudonym.ts';
import { or, type Soon } from './soon.ts';

/** Requests carry nothing from handler to handler. */
export type EdgeEnv = BlankEnv;

export type EdgeContext = Context<EdgeEnv>;

/** What answers on a route. Fastest where it needs no promise. */
export type Handler = (c: EdgeContext) => Soon<Response>;

/** Takes routes: paths as they are written, a handler each. */
export interface Routes {
  get(path: string, handle: Handler): void;
  post(path: string, handle: Handler): void;
}

/** What the routes share. */
export interface Edge {
  readonly deps: EdgeDeps;
  readonly knowledge: Knowledge;
  readonly hints: Hints;
  readonly fleetFacts: FleetFacts;
  readonly pseudonyms: Pseudonyms;
  readonly metrics: EdgeMetrics;
  /** The map that is served. Rejects with a `Problem` 503 while there is none. */
  map(): Soon<RelayMap>;
  /** Logs and counts what the store could not do. */
  storeFailed(operation: string, location: Location | undefined, error: unknown): void;
}

export function createEdge(deps: EdgeDeps): Edge {
  const metrics = createEdgeMetrics();
  const storeFailed: Edge['storeFailed'] = (operation, location, error) => {
    metrics.storeError(operation);
    deps.log({ level: 'error', event: 'store-failed', operation, location: location?.code, error: nameOf(error) });
  };
  const knowledge = createKnowledge(deps, {
    onSweep(location, outcome) {
      metrics.sweep('sweep' in outcome ? 'made' : 'failed');
      if ('error' in outcome) deps.log({ level: 'warning', event: 'sweep-failed', location: location.code, error: nameOf(outcome.error) });
      else deps.log({ level: 'info', event: 'sweep', location: location.code, durationMs: outcome.durationMs, ...tally(Object.values(outcome.sweep.regions)) });
    },
    onStoreError: (operation, location, error) => storeFailed(operation, location, error),
  });
  const noMap = (): never => {
    // It is read again 15 s after it could not be: who comes sooner comes in vain.
    throw new Problem(503, 'there is no valid relay map yet', { headers: { 'retry-after': '15' } });
  };
  const map: Edge['map'] = () => or(deps.map(), noMap);
  const pseudonyms = createPseudonyms(deps);
  return { deps, knowledge, metrics, storeFailed, map, pseudonyms, hints: createHints({ deps, knowledge, map, pseudonyms, storeFailed }), fleetFacts: createFleetFacts({ deps, storeFailed }) };
}

const tally = (regions: readonly { readonly latencyMs?: number }[]): { regions: number; silent: number } =>
  ({ regions: regions.length, silent: regions.filter(({ latencyMs }) => latencyMs === undefined).length });

/** An error's name says what kind it is, and cannot hold text of a client. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
