import type { RelayMap } from '../../core/model/map.ts';
import type { Report } from '../../core/model/report.ts';
import { createApp, type EdgeApp } from '../../edge/app.ts';
import type { Client, EdgeDeps, LogEntry } from '../../edge/deps.ts';
import type { ClientReport, Location, Sweep } from '../../edge/fleet/facts.ts';
import type { FleetStore, LocationFacts } from '../../edge/storage/store.ts';
import { mapOf } from '../maps.ts';

/** A time at which everything happens, unless a test moves it. */
export const now0 = 1_700_000_000_000;

export const frankfurt: Location = { code: 'FRA', latitude: 50, longitude: 9 };

/** A sweep of the map: region n at n * 10 ms. */
export const sweepOf = (map: RelayMap, at: number, location: Location = frankfurt): Sweep =>
  ({ location, at, regions: Object.fromEntries(map.regions.map(({ id }, index) => [id, { latencyMs: (index + 1) * 10, kind: 'tcp', at, missed: 0 }])) });

/** A report on regions `1` and `2`, as a client of this package posts it. */
export const reportOf = (latencies: Readonly<Record<string, number>> = { 1: 12.5, 2: 20.25 }, at: number = now0): Report => ({
  at, full: true, durationMs: 80, strategy: 'steady', udp: true, notes: [], globalV4: '192.0.2.77:4711',
  regions: Object.fromEntries(Object.entries(latencies).map(([id, latencyMs]) => [id, { code: id, latencyMs, kind: 'stun', samples: 1, lost: 0, doubt: ['single'], kinds: { stun: { ms: latencyMs, samples: 1, lost: 0 } } }])),
});

export interface Rig {
  readonly app: EdgeApp;
  readonly map: RelayMap;
  /** Moves the wall clock. */
  now: number;
  readonly sweeps: Parameters<EdgeDeps['sweep']>[0][];
  readonly saved: { readonly sweeps: Sweep[]; readonly reports: ClientReport[] };
  readonly logged: LogEntry[];
  readonly counted: Parameters<NonNullable<EdgeDeps['count']>>[0][];
  readonly behind: Promise<unknown>[];
  /** Everything that goes on behind the answers, to its end. */
  settle(): Promise<void>;
  get(path: string, init?: RequestInit): Promise<Response>;
  post(body: unknown, init?: RequestInit): Promise<Response>;
}

export function createRig(change: Partial<EdgeDeps> & { readonly served?: RelayMap; readonly facts?: LocationFacts } = {}): Rig {
  const map = change.served ?? mapOf(['fra', 'par', 'nyc']);
  const saved: Rig['saved'] = { sweeps: [], reports: [] };
  const behind: Promise<unknown>[] = [];
  const sweeps: Rig['sweeps'] = [];
  const logged: LogEntry[] = [];
  const counted: Rig['counted'] = [];
  const clock = { now: now0 };
  const store: FleetStore = {
    location: () => ({
      async saveSweep(sweep) { saved.sweeps.push(sweep); },
      async saveReport(report) { saved.reports.push(report); },
      async read() { return change.facts ?? { history: {}, reports: [...saved.reports], ...(saved.sweeps.at(-1) && { sweep: saved.sweeps.at(-1) }) }; },
    }),
    locations: async () => [frankfurt],
  };
  const clientOf = (request: Request): Client => ({ address: request.headers.get('x-client') ?? '198.51.100.7', latitude: 52.5, longitude: 13.4 });
  const deps: EdgeDeps = {
    map: async () => map,
    locate: () => frankfurt,
    clientOf,
    async sweep(options) {
      sweeps.push(options);
      return sweepOf(options.map, clock.now);
    },
    store,
    wall: () => clock.now,
    background: (work) => void behind.push(work),
    access: 'open',
    hashKey: async () => key,
    upgradeWebSocket: () => async (c) => c.body(null, 204),
    log: (entry) => void logged.push(entry),
    count: (point) => void counted.push(point),
    ...change,
  };
  const app = createApp(deps);
  return {
    app, map, sweeps, saved, logged, counted, behind,
    get now() { return clock.now; },
    set now(at) { clock.now = at; },
    async settle() {
      for (let work = behind.shift(); work; work = behind.shift()) await work;
    },
    get: async (path, init) => app.request(path, init),
    post: async (body, init) => app.request('/v1/reports', { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), ...init, headers: { 'content-type': 'application/json', ...init?.headers } }),
  };
}

const key = new Uint8Array(32).fill(7);

export const problemOf = async (response: Response): Promise<{ type: string; title: string; status: number; detail: string; errors?: { path: string; message: string }[] }> => response.json() as never;

