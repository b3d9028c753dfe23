import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Sql } from '../../edge/storage/sql.ts';

/** A SQLite database of this process. */
export interface OpenSql {
  readonly sql: Sql;
  /** Which SQLite it is. */
  readonly engine: 'node:sqlite' | 'node-sqlite3-wasm';
  close(): void;
}

/** In place of a path: gone when it is closed. */
export const inMemory = ':memory:';

type Value = string | number | null;

/** What is used of `node:sqlite`, whose types Node 20 does not have. */
interface Builtin {
  readonly DatabaseSync: new (path: string) => {
    prepare(query: string): { all(...values: Value[]): unknown[] };
    close(): void;
  };
}

/**
 * Opens or makes a database, for its owner's eyes only (mode 0600). By the platform's SQLite where there is one (Node 22.13
 * and later), else by SQLite as WebAssembly; the files are the same. Throws what they say of a file that is none.
 */
export function openSql(path: string, { engine = hasBuiltin() ? 'node:sqlite' : 'node-sqlite3-wasm' }: { readonly engine?: OpenSql['engine'] } = {}): OpenSql {
  if (path !== inMemory) closeSync(openSync(path, 'a', 0o600));
  const opened = engine === 'node:sqlite' ? openBuiltin(path) : openWasm(path);
  try {
    // Reads the file: what is no database is found out here. Losing the last second to a power cut is no loss.
    for (const pragma of ['journal_mode = WAL', 'synchronous = NORMAL', 'busy_timeout = 2000']) opened.sql.all(`PRAGMA ${pragma}`);
    if (path !== inMemory) refuseDamaged(opened.sql);
    return opened;
  } catch (error) {
    opened.close();
    throw error;
  }
}

/** Some MB take some ms. What is found out here says what to do about it; later each request would fail for itself. */
function refuseDamaged(sql: Sql): void {
  const [row] = sql.all('PRAGMA quick_check(1)');
  const found = Object.values(row ?? {})[0];
  if (found !== 'ok') throw new Error(`the database is damaged (${String(found).replace(/\s+/g, ' ')}): restore it, or move it away to begin anew`);
}

/**
 * Without Node's warning that its SQLite may still change: what is used of it here is what Node 22 to 24 have alike, and the
 * command's only lines on stderr are its own.
 */
function builtin(): Builtin | undefined {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule?.('node:sqlite') as Builtin | undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

export const hasBuiltin = (): boolean => builtin() !== undefined;

function openBuiltin(path: string): OpenSql {
  const module = builtin();
  if (!module) throw new Error('this Node has no SQLite of its own');
  const database = new module.DatabaseSync(path);
  const prepared = remembered((query) => database.prepare(query));
  return { engine: 'node:sqlite', sql: { all: (query, ...values) => prepared(query).all(...values) as Record<string, unknown>[] }, close: () => database.close() };
}

function openWasm(path: string): OpenSql {
  const { Database } = createRequire(import.meta.url)('node-sqlite3-wasm') as typeof import('node-sqlite3-wasm');
  breakStaleLock(`${path}.lock`);
  const database = new Database(path);
  const prepared = remembered((query) => database.prepare(query));
  return { engine: 'node-sqlite3-wasm', sql: { all: (query, ...values) => prepared(query).all(values) as Record<string, unknown>[] }, close: () => database.close() };
}

/** A lock is held for some ms. One that is older was left behind by a process that was killed, and nobody else would take it away. */
const staleLockMs = 10_000;

function breakStaleLock(path: string): void {
  const lock = statSync(path, { throwIfNoEntry: false });
  if (lock && Date.now() - lock.mtimeMs > staleLockMs) rmSync(path, { recursive: true, force: true });
}

/** The stores have a few queries, which are told apart by their text. */
function remembered<T>(make: (query: string) => T): (query: string) => T {
  const made = new Map<string, T>();
  return (query) => {
    const found = made.get(query) ?? make(query);
    made.set(query, found);
    return found;
  };
}
