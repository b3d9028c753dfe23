import type { RelayMap } from '../../core/model/map.ts';
import { nameOf } from '../edge.ts';
import { digestOf, type LocationDigest } from '../fleet/digest.ts';
import type { ClientReport, Location, Sweep } from '../fleet/facts.ts';
import { tellFleet, type FleetText } from '../fleet/tell.ts';
import { reportsEach } from '../fleet/view.ts';
import type { Turns } from '../measure/in-turn.ts';
import { remember, type Remembered } from '../remembered.ts';
import { within } from '../within.ts';
import { claim } from './claim.ts';
import { dayKey, dayOf, keyBytesOf } from './day-key.ts';
import { newestSweep, register, registerEveryMs, sqlFleetStore } from './location-store.ts';
import { readDigests, type DigestOfLocation } from './read-digests.ts';
import type { Sql } from './sql.ts';
import type { FleetStore, LocationFacts } from './store.ts';

/** What is used of a Durable Object's state. */
interface ObjectState {
  readonly storage: { readonly sql: { exec(query: string, ...values: (string | number | null)[]): { toArray(): Record<string, unknown>[] } } };
}

/** What is used of a namespace of Durable Objects. `Id` is the platform's own. */
export interface ObjectNamespace<Id = unknown> {
  idFromName(name: string): Id;
  get(id: Id): { fetch(url: string, init: { readonly method: string; readonly body?: string }): Promise<ObjectAnswer> };
}

interface ObjectAnswer {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
  text(): Promise<string>;
}

/** What has outlived the retention goes that much later. */
const factsMaxAgeMs = 5 * 60 * 1000;

/** As the Worker has it, but sooner an old one than a wait that the Worker gives up: many locations take longer, each being asked where it is. */
const often = { wall: Date.now, maxAgeMs: 10_000, waitMs: 4_000, oldAgeMs: 300_000 };

/** The object that lists the others. Locations' codes have no such form. */
const registerName = 'register';

/**
 * The Durable Object that keeps what one location has measured and heard, in its SQLite. One more of them is the register of
 * the locations. Only this package's Worker reaches it, by `homeFleetStore`. Not a `DurableObject` by inheritance: that class
 * exists on Workers alone, and this module is imported on Node, too.
 */
export class HomeStore {
  readonly #sql: Sql;
  readonly #store: FleetStore;
  /** What was read last, and when: many processes ask for it, and each row that is read counts. Anything written ends it. */
  #facts: { readonly code: string; readonly text: string; readonly at: number } | undefined;

  /** What the locations know, and what was told of it last. */
  readonly #digests: Remembered<readonly DigestOfLocation[]>;
  readonly #told: Partial<Record<FleetText, { readonly map: string; readonly of: unknown; readonly text: string }>> = {};

  constructor(state: ObjectState, env: { readonly HOMES?: ObjectNamespace } = {}) {
    const { sql } = state.storage;
    this.#sql = { all: (query, ...values) => sql.exec(query, ...values).toArray() };
    this.#store = sqlFleetStore({ sql: this.#sql });
    const store = env.HOMES ? { ...homesIn(env.HOMES).store, locations: () => this.#store.locations() } : this.#store;
    const onError = (location: Location, error: unknown): void => console.error(JSON.stringify({ level: 'error', event: 'store-failed', operation: 'read', location: location.code, error: nameOf(error) }));
    this.#digests = remember(() => readDigests(store, { now: Date.now(), mostReports: reportsEach, onError }), often);
  }

  /** `PUT` and `GET /sweep`, `PUT /report`, `GET /facts`, `GET /digest`, `GET /key`, `PUT /claim` with `?location=`; `PUT` and `GET /locations`, `POST /view`, `POST /metrics`. */
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const code = searchParams.get('location') ?? '';
    const location = this.#store.location(code);
    if (request.method === 'PUT') this.#facts = undefined;
    switch (`${request.method} ${pathname}`) {
      case 'PUT /sweep':
        await location.saveSweep(await request.json() as Sweep);
        return new Response(null, { status: 204 });
      case 'GET /sweep':
        return Response.json(newestSweep(this.#sql, code) ?? null);
      case 'PUT /claim':
        return Response.json(claim(this.#sql, code, Date.now(), await request.json() as number));
      case 'PUT /report':
        await location.saveReport(await request.json() as ClientReport);
        return new Response(null, { status: 204 });
      case 'GET /facts':
        if (this.#facts?.code !== code || Date.now() - this.#facts.at > factsMaxAgeMs) this.#facts = { code, text: JSON.stringify(await location.read()), at: Date.now() };
        return new Response(this.#facts.text);
      case 'GET /digest':
        return Response.json(digestOf(await location.read(), { now: Date.now(), mostReports: Number(searchParams.get('reports')) }));
      case 'POST /view':
      case 'POST /metrics':
        return this.#tell(pathname === '/view' ? 'view' : 'metrics', await request.text());
      case 'GET /key':
        return Response.json(dayKey(this.#sql, code, dayOf(Date.now())));
      case 'PUT /locations': {
        const { at, ...place } = await request.json() as Location & { readonly at: number };
        register(this.#sql, place, at);
        return new Response(null, { status: 204 });
      }
      case 'GET /locations':
        return Response.json(await this.#store.locations());
      default:
        return new Response(null, { status: 404 });
    }
  }

  /**
   * The register knows the locations, asks them, and makes the text: a request to a Worker has 10 ms for all it does on the free
   * plan. However many processes ask, it is made once of what is known.
   */
  async #tell(text: FleetText, map: string): Promise<Response> {
    const locations = await this.#digests.get().catch(() => undefined);
    if (!locations) return new Response(null, { status: 503 });
    let told = this.#told[text];
    if (told?.map !== map || told.of !== locations) {
      told = { map, of: locations, text: tellFleet(text, { map: JSON.parse(map) as RelayMap, locations, now: Date.now() }) };
      this.#told[text] = told;
    }
    return new Response(told.text);
  }
}

/** A client waits for the key, once a day. */
const keyWaitMs = 1_500;

/** What a Worker keeps in its objects. */
export interface Homes {
  readonly store: FleetStore;
  /** The location's key of the day; the same bytes each time, until the day is over. */
  hashKey(location: Location): Promise<Uint8Array<ArrayBuffer>>;
  /** Who may measure: a location is served by many processes. */
  readonly turns: Turns;
}

/** The store and the keys, kept by the objects of the namespace: one a location, and the register. */
export function homesIn<Id>(namespace: ObjectNamespace<Id>, wall: () => number = Date.now): Homes {
  const registeredAt = new Map<string, number>();
  const keys = new Map<string, { readonly day: number; readonly bytes: Uint8Array<ArrayBuffer> }>();

  async function fetchFrom(name: string, method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<ObjectAnswer> {
    const stub = namespace.get(namespace.idFromName(name));
    const response = await stub.fetch(`https://home${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`the store answered ${response.status}`);
    return response;
  }

  async function ask(name: string, method: 'GET' | 'PUT', path: string, body?: unknown): Promise<unknown> {
    const response = await fetchFrom(name, method, path, body);
    return response.status === 204 ? undefined : response.json();
  }

  /** Known to the register, told at most as often as that needs. A place that is news is told at once. */
  async function registered(location: Location, at: number): Promise<void> {
    const key = JSON.stringify(location);
    if (at - (registeredAt.get(key) ?? -Infinity) < registerEveryMs) return;
    await ask(registerName, 'PUT', '/locations', { ...location, at });
    registeredAt.set(key, at);
  }

  const nameOf = (code: string): string => `location ${code}`;
  const queryOf = (code: string): string => `?location=${encodeURIComponent(code)}`;

  return {
    store: {
      location: (code) => ({
        async saveSweep(sweep) {
          await Promise.all([ask(nameOf(code), 'PUT', `/sweep${queryOf(code)}`, sweep), registered(sweep.location, sweep.at)]);
        },
        async saveReport(report) {
          await Promise.all([ask(nameOf(code), 'PUT', `/report${queryOf(code)}`, report), registered({ code }, report.at)]);
        },
        read: async () => await ask(nameOf(code), 'GET', `/facts${queryOf(code)}`) as LocationFacts,
        digest: async (mostReports) => await ask(nameOf(code), 'GET', `/digest${queryOf(code)}&reports=${mostReports}`) as LocationDigest,
      }),
      locations: async () => await ask(registerName, 'GET', '/locations') as Location[],
      // Passed on as it is: reading it would take what making it elsewhere saves.
      tell: async (text, map) => (await fetchFrom(registerName, 'POST', `/${text}`, map)).text(),
    },
    turns: {
      claim: async (code, forMs) => await ask(nameOf(code), 'PUT', `/claim${queryOf(code)}`, forMs) as boolean,
      newest: async (code) => (await ask(nameOf(code), 'GET', `/sweep${queryOf(code)}`) as Sweep | null) ?? undefined,
    },
    async hashKey({ code }) {
      const day = dayOf(wall());
      const known = keys.get(code);
      if (known?.day === day) return known.bytes;
      const bytes = keyBytesOf(await within(ask(nameOf(code), 'GET', `/key${queryOf(code)}`), keyWaitMs) as string);
      // Two that asked at once get one answer's bytes.
      const newest = keys.get(code);
      if (newest?.day === day) return newest.bytes;
      keys.set(code, { day, bytes });
      return bytes;
    },
  };
}
