import type { Sql } from './sql.ts';

/** What is only read and written as a whole is JSON: Cloudflare counts rows, and a free account may write 100,000 a day. */
const tables: readonly string[] = [
  'CREATE TABLE IF NOT EXISTS location (code TEXT PRIMARY KEY, at INTEGER NOT NULL, latitude REAL, longitude REAL) WITHOUT ROWID',
  'CREATE TABLE IF NOT EXISTS sweep (location TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL, recent TEXT NOT NULL) WITHOUT ROWID',
  'CREATE TABLE IF NOT EXISTS history (location TEXT NOT NULL, region TEXT NOT NULL, at INTEGER NOT NULL, points TEXT NOT NULL, PRIMARY KEY (location, region)) WITHOUT ROWID',
  'CREATE TABLE IF NOT EXISTS report (location TEXT NOT NULL, client TEXT NOT NULL, network TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (location, client))',
  'CREATE INDEX IF NOT EXISTS report_age ON report (location, at, client)',
  'CREATE INDEX IF NOT EXISTS report_network ON report (location, network, at, client)',
  'CREATE TABLE IF NOT EXISTS day_key (location TEXT PRIMARY KEY, day INTEGER NOT NULL, bytes TEXT NOT NULL) WITHOUT ROWID',
  'CREATE TABLE IF NOT EXISTS claim (location TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID',
];

/** Makes what is not there yet. */
export function createTables(sql: Sql): void {
  for (const table of tables) sql.all(table);
}
