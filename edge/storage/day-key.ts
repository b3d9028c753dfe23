import type { Sql } from './sql.ts';

const dayMs = 24 * 60 * 60 * 1000;
const keyBytes = 32;

/** The number of the day, by UTC. */
export const dayOf = (epochMs: number): number => Math.floor(epochMs / dayMs);

/**
 * The key that a location hashes clients under today, as base64, made when it is first asked for. Those of other days are
 * gone: then nobody can tell any more who was behind a hash.
 */
export function dayKey(sql: Sql, location: string, today: number): string {
  sql.all('DELETE FROM day_key WHERE day <> ?', today);
  const made = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(keyBytes))));
  sql.all('INSERT OR IGNORE INTO day_key (location, day, bytes) VALUES (?, ?, ?)', location, today, made);
  const [row] = sql.all('SELECT bytes FROM day_key WHERE location = ?', location);
  return String(row?.['bytes'] ?? made);
}

export const keyBytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
