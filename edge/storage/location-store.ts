import { present } from '../../core/model/present.ts';
import type { ClientReport, Location, Sweep } from '../fleet/facts.ts';
import { mostReports, mostReportsOfNetwork, retentionMs } from './bounds.ts';
import { withPoint, type Point } from './history.ts';
import type { Sql } from './sql.ts';
import type { FleetStore, LocationFacts, LocationStore } from './store.ts';
import { createTables } from './tables.ts';

export interface SqlStoreOptions {
  readonly sql: Sql;
  /** Epoch ms. */
  readonly wall?: () => number;
}

interface SqlLocationStore extends LocationStore {
  /** As one after another, with the bounds seen to once. At least one. */
  saveReports(reports: readonly ClientReport[]): Promise<void>;
}

interface SqlFleetStore extends FleetStore {
  location(code: string): SqlLocationStore;
}

/** All locations in one database: on Node a file; in a Durable Object the tables hold its one location. */
export function sqlFleetStore({ sql, wall = Date.now }: SqlStoreOptions): SqlFleetStore {
  createTables(sql);
  return {
    location: (code) => sqlLocationStore(sql, code, wall),
    async locations() {
      sql.all('DELETE FROM location WHERE at <= ?', wall() - retentionMs);
      return sql.all('SELECT code, latitude, longitude FROM location ORDER BY code').map(toLocation);
    },
  };
}

/** Roughly is enough of what is kept for a day. */
export const registerEveryMs: number = 10 * 60 * 1000;

/** Notes that the location has saved something. Its place, once known, stays known. */
export function register(sql: Sql, { code, latitude = null, longitude = null }: { readonly [K in keyof Location]: Location[K] | null } & { readonly code: string }, at: number): void {
  sql.all(
    `INSERT INTO location (code, at, latitude, longitude) VALUES (?, ?, ?, ?)
     ON CONFLICT (code) DO UPDATE SET at = excluded.at, latitude = coalesce(excluded.latitude, latitude), longitude = coalesce(excluded.longitude, longitude)
     WHERE excluded.at >= location.at + ? OR (excluded.latitude IS NOT NULL AND excluded.latitude IS NOT location.latitude)`,
    code, at, latitude, longitude, registerEveryMs,
  );
}

/** What the location has measured last. */
export function newestSweep(sql: Sql, code: string): Sweep | undefined {
  const [row] = sql.all('SELECT body FROM sweep WHERE location = ?', code);
  return row && (JSON.parse(String(row['body'])) as Sweep);
}

function sqlLocationStore(sql: Sql, code: string, wall: () => number): SqlLocationStore {
  /** What has outlived the retention. */
  function prune(): void {
    const before = wall() - retentionMs;
    for (const table of ['sweep', 'history', 'report']) sql.all(`DELETE FROM ${table} WHERE location = ? AND at <= ?`, code, before);
  }

  const historyRows = (): Record<string, unknown>[] => sql.all('SELECT region, points FROM history WHERE location = ?', code);

  /** Into the rows of their regions. */
  function fold(recent: readonly Recent[]): void {
    for (const [region, points] of Object.entries(historyOf(historyRows(), recent))) {
      const news = recent.some((one) => one[0] === region);
      if (news) sql.all('INSERT OR REPLACE INTO history (location, region, at, points) VALUES (?, ?, ?, ?)', code, region, points.at(-1)?.[0] ?? 0, JSON.stringify(points));
    }
  }

  function saveReports(reports: readonly ClientReport[]): void {
    prune();
    register(sql, { code }, Math.max(...reports.map(({ at }) => at)));
    for (const report of reports) {
      sql.all('INSERT OR REPLACE INTO report (location, client, network, at, body) VALUES (?, ?, ?, ?, ?)', code, report.client, report.network, report.at, JSON.stringify(report));
    }
    const beyond = 'DELETE FROM report WHERE location = ?1 AND client IN (SELECT client FROM report WHERE location = ?1';
    for (const network of new Set(reports.map(({ network }) => network))) sql.all(`${beyond} AND network = ?2 ORDER BY at DESC, client LIMIT -1 OFFSET ?3)`, code, network, mostReportsOfNetwork);
    sql.all(`${beyond} ORDER BY at DESC, client LIMIT -1 OFFSET ?2)`, code, mostReports);
  }

  return {
    async saveSweep(sweep) {
      prune();
      register(sql, sweep.location, sweep.at);
      const before = newestSweep(sql, code);
      // Regions that were not asked again stand in the sweep with what was known of them: no news.
      const news = Object.entries(sweep.regions).filter(([region, { at }]) => before?.regions[region]?.at !== at);
      let recent = [...recentIn(sql, code), ...news.map(([region, { at, latencyMs = -1 }]): Recent => [region, at, latencyMs])];
      if (sweep.at - Math.min(...recent.map(([, at]) => at)) >= foldEveryMs) {
        fold(recent);
        recent = [];
      }
      sql.all('INSERT OR REPLACE INTO sweep (location, at, body, recent) VALUES (?, ?, ?, ?)', code, sweep.at, JSON.stringify(sweep), JSON.stringify(recent));
    },
    saveReport: async (report) => saveReports([report]),
    saveReports: async (reports) => saveReports(reports),
    async read(): Promise<LocationFacts> {
      prune();
      const sweep = newestSweep(sql, code);
      const reports = sql.all('SELECT body FROM report WHERE location = ? ORDER BY at, client', code);
      return {
        ...(sweep && { sweep }),
        history: historyOf(historyRows(), recentIn(sql, code)),
        reports: reports.map((row) => JSON.parse(String(row['body'])) as ClientReport),
      };
    },
  };
}

/** A point that is not in its region's row yet. */
type Recent = readonly [region: string, at: number, ms: number];

/** Points wait so long in the sweep's own row, which is written anyway, for the rows of their regions. */
const foldEveryMs = 5 * 60 * 1000;

function recentIn(sql: Sql, code: string): Recent[] {
  const [row] = sql.all('SELECT recent FROM sweep WHERE location = ?', code);
  return row ? (JSON.parse(String(row['recent'])) as Recent[]) : [];
}

function historyOf(rows: readonly Record<string, unknown>[], recent: readonly Recent[]): Record<string, readonly Point[]> {
  const found = new Map(rows.map((row): [string, readonly Point[]] => [String(row['region']), JSON.parse(String(row['points'])) as Point[]]));
  for (const [region, at, ms] of recent) found.set(region, withPoint(found.get(region) ?? [], [at, ms]));
  return Object.fromEntries(found);
}

const toLocation = ({ code, latitude, longitude }: Record<string, unknown>): Location =>
  present({ code: String(code), latitude: typeof latitude === 'number' ? latitude : undefined, longitude: typeof longitude === 'number' ? longitude : undefined });
