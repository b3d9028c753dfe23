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

/** All locations in one database: on Node a file; in a Durable Object the tables hold its one location. */
export function sqlFleetStore({ sql, wall = Date.now }: SqlStoreOptions): FleetStore {
  createTables(sql);
  return {
    location: (code) => sqlLocationStore(sql, code, wall),
    async locations() {
      sql.all('DELETE FROM location WHERE at <= ?', wall() - retentionMs);
      return sql.all('SELECT code, latitude, longitude FROM location ORDER BY code').map(toLocation);
    },
  };
}

/** Notes that the location has saved something. Its place, once known, stays known. */
export function register(sql: Sql, { code, latitude = null, longitude = null }: { readonly [K in keyof Location]: Location[K] | null } & { readonly code: string }, at: number): void {
  sql.all(
    `INSERT INTO location (code, at, latitude, longitude) VALUES (?, ?, ?, ?)
     ON CONFLICT (code) DO UPDATE SET at = excluded.at, latitude = coalesce(excluded.latitude, latitude), longitude = coalesce(excluded.longitude, longitude)`,
    code, at, latitude, longitude,
  );
}

/** What the location has measured last. */
export function newestSweep(sql: Sql, code: string): Sweep | undefined {
  const [row] = sql.all('SELECT body FROM sweep WHERE location = ?', code);
  return row && (JSON.parse(String(row['body'])) as Sweep);
}

function sqlLocationStore(sql: Sql, code: string, wall: () => number): LocationStore {
  /** What has outlived the retention. */
  function prune(): void {
    const before = wall() - retentionMs;
    for (const table of ['sweep', 'history', 'report']) sql.all(`DELETE FROM ${table} WHERE location = ? AND at <= ?`, code, before);
  }

  function addPoint(region: string, point: Point): void {
    const [row] = sql.all('SELECT points FROM history WHERE location = ? AND region = ?', code, region);
    const points = withPoint(pointsOf(row), point);
    sql.all('INSERT OR REPLACE INTO history (location, region, at, points) VALUES (?, ?, ?, ?)', code, region, point[0], JSON.stringify(points));
  }

  return {
    async saveSweep(sweep) {
      prune();
      register(sql, sweep.location, sweep.at);
      const before = newestSweep(sql, code);
      for (const [region, { at, latencyMs = -1 }] of Object.entries(sweep.regions)) {
        // Regions that were not asked again stand in the sweep with what was known of them: no news.
        if (before?.regions[region]?.at !== at) addPoint(region, [at, latencyMs]);
      }
      sql.all('INSERT OR REPLACE INTO sweep (location, at, body) VALUES (?, ?, ?)', code, sweep.at, JSON.stringify(sweep));
    },
    async saveReport(report) {
      prune();
      register(sql, { code }, report.at);
      sql.all('INSERT OR REPLACE INTO report (location, client, network, at, body) VALUES (?, ?, ?, ?, ?)', code, report.client, report.network, report.at, JSON.stringify(report));
      const beyond = 'DELETE FROM report WHERE location = ?1 AND client IN (SELECT client FROM report WHERE location = ?1';
      sql.all(`${beyond} AND network = ?2 ORDER BY at DESC, client LIMIT -1 OFFSET ?3)`, code, report.network, mostReportsOfNetwork);
      sql.all(`${beyond} ORDER BY at DESC, client LIMIT -1 OFFSET ?2)`, code, mostReports);
    },
    async read(): Promise<LocationFacts> {
      prune();
      const sweep = newestSweep(sql, code);
      const history = sql.all('SELECT region, points FROM history WHERE location = ?', code);
      const reports = sql.all('SELECT body FROM report WHERE location = ? ORDER BY at, client', code);
      return {
        ...(sweep && { sweep }),
        history: Object.fromEntries(history.map((row) => [String(row['region']), pointsOf(row)])),
        reports: reports.map((row) => JSON.parse(String(row['body'])) as ClientReport),
      };
    },
  };
}

const pointsOf = (row: Record<string, unknown> | undefined): Point[] => (row ? (JSON.parse(String(row['points'])) as Point[]) : []);

const toLocation = ({ code, latitude, longitude }: Record<string, unknown>): Location =>
  present({ code: String(code), latitude: typeof latitude === 'number' ? latitude : undefined, longitude: typeof longitude === 'number' ? longitude : undefined });
