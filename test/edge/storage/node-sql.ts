import { createRequire } from 'node:module';
import sqlite from 'node-sqlite3-wasm';
import type { Sql } from '../../../edge/storage/sql.ts';

type Value = string | number | null;
interface Database extends Sql { close(): void }

/** SQLite compiled to WebAssembly: runs on every Node. */
export function wasmSql(file = ':memory:'): Database {
  const database = new sqlite.Database(file);
  return { all: (query, ...values) => database.all(query, values) as Record<string, unknown>[], close: () => database.close() };
}

interface Builtin { readonly DatabaseSync: new (file: string) => { prepare(query: string): { all(...values: Value[]): Record<string, unknown>[] }; close(): void } }

/** Node's own, where this Node has it without a flag. */
export function builtinSql(): (() => Database) | undefined {
  let builtin: Builtin;
  try {
    builtin = createRequire(import.meta.url)('node:sqlite') as Builtin;
  } catch {
    return undefined;
  }
  return () => {
    const database = new builtin.DatabaseSync(':memory:');
    return { all: (query, ...values) => database.prepare(query).all(...values), close: () => database.close() };
  };
}
