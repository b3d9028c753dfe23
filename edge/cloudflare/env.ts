import type { ObjectNamespace } from '../storage/home-store.ts';

/**
 * What `wrangler.toml`, its secrets and the dashboard bind. Of the platform's own types only what is used of them: whoever has
 * this in a Worker of their own has those types from wherever they like.
 */
export interface Env {
  /** What each location has measured and heard (`HomeStore`). */
  readonly HOMES: ObjectNamespace;
  /** The relay map itself, as JSON or its text. The first of these three that is there counts. */
  readonly RELAY_MAP?: string | object;
  /** The relay map under the key `relay-map`, for maps that change between deploys, or that outgrow a variable's 5 kB. */
  readonly RELAY_MAPS?: { get(key: string, options: { readonly cacheTtl: number }): Promise<string | null> };
  /** Where the relay map is. */
  readonly RELAY_MAP_URL?: string;
  /** Secret: guards the fleet view, the metrics and the dashboard's data. */
  readonly FLEET_TOKEN?: string;
  /** `1`: they are open to anybody. */
  readonly PUBLIC_FLEET?: string;
  /** Requests that one request may make, by the plan. Default 50, the free plan's. */
  readonly SUBREQUESTS?: string | number;
  readonly EVENTS?: { writeDataPoint(point: { readonly indexes: string[]; readonly blobs: string[]; readonly doubles: number[] }): void };
}

const freePlan = 50;
const mostAnyPlan = 10_000;

/** As many as one request may make. Text that is no such number counts as the free plan. */
export function subrequestsOf({ SUBREQUESTS }: Pick<Env, 'SUBREQUESTS'>): number {
  const stated = Number(SUBREQUESTS ?? freePlan);
  return Number.isInteger(stated) && stated >= freePlan && stated <= mostAnyPlan ? stated : freePlan;
}
