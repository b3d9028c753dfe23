import type { Sql } from './sql.ts';

/** True for one caller within `forMs`: it may measure from the location. All others wait for what it finds. */
export function claim(sql: Sql, location: string, now: number, forMs: number): boolean {
  const [held] = sql.all('SELECT until FROM claim WHERE location = ?', location);
  const until = Number(held?.['until'] ?? 0);
  // One that ends later than any could is of a clock that was set back since.
  if (until > now && until <= now + forMs) return false;
  sql.all('INSERT OR REPLACE INTO claim (location, until) VALUES (?, ?)', location, now + forMs);
  return true;
}
