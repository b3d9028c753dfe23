import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientReport } from '../../../edge/fleet/facts.ts';
import { hasBuiltin, inMemory, openSql } from '../../../node/cli/serve-sql.ts';
import { serveStore } from '../../../node/cli/serve-store.ts';
import { now0, sweepOf } from '../../edge/rig.ts';
import { mapOf } from '../../maps.ts';

let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'sql-')); });
afterEach(() => rm(folder, { recursive: true, force: true }));

const report = (client: string, at: number): ClientReport => ({ at, client, network: `n${client}`, kind: 'stun', latencyMs: { 1: 10 } });
const noError = (error: unknown): never => { throw error; };

describe.each(['node-sqlite3-wasm', 'node:sqlite'] as const)('%s', (engine) => {
  const isThere = engine === 'node-sqlite3-wasm' || hasBuiltin();

  it.skipIf(!isThere)('keeps what it is given, for its owner’s eyes only', () => {
    const path = join(folder, 'a.sqlite');
    const first = openSql(path, { engine });
    first.sql.all('CREATE TABLE t (a INTEGER, b REAL, c TEXT)');
    first.sql.all('INSERT INTO t VALUES (?, ?, ?)', 1_700_000_000_000, 0.5, "'; DROP TABLE t; --");
    first.sql.all('INSERT INTO t VALUES (?, ?, ?)', 2, null, 'ü');
    first.close();
    const second = openSql(path, { engine });
    expect(second.sql.all('SELECT * FROM t ORDER BY a DESC').map((row) => ({ ...row }))).toEqual([{ a: 1_700_000_000_000, b: 0.5, c: "'; DROP TABLE t; --" }, { a: 2, b: null, c: 'ü' }]);
    second.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.skipIf(!isThere)('refuses a file that is no database', () => {
    const path = join(folder, 'b.sqlite');
    writeFileSync(path, 'x'.repeat(4_096));
    expect(() => openSql(path, { engine })).toThrow(/not a database/);
  });

  it.skipIf(!isThere)('refuses a database that is damaged inside', async () => {
    const path = join(folder, 'e.sqlite');
    const whole = openSql(path, { engine });
    const { store } = serveStore(whole.sql, { wall: () => now0, onError: noError });
    for (let one = 0; one < 200; one++) await store.location(`L${one}`).saveSweep(sweepOf(mapOf(['fra', 'par']), now0));
    whole.close();
    const bytes = readFileSync(path);
    for (let at = 4_096; at < bytes.length; at += 3) bytes.writeUInt8(bytes.readUInt8(at) ^ 0x5a, at);
    writeFileSync(path, bytes);
    expect(() => openSql(path, { engine })).toThrow(/damaged|malformed/);
  });

  it.skipIf(!isThere)('serves the stores, with what was written before', async () => {
    const path = join(folder, 'c.sqlite');
    const first = openSql(path, { engine });
    const before = serveStore(first.sql, { wall: () => now0, onError: noError });
    await before.store.location('FRA').saveSweep(sweepOf(mapOf(['fra']), now0));
    await before.store.location('FRA').saveReport(report('a', now0));
    const key = await before.hashKey({ code: 'FRA' });
    await before.flush();
    first.close();
    const second = openSql(path, { engine });
    const after = serveStore(second.sql, { wall: () => now0, onError: noError });
    expect(await after.store.location('FRA').read()).toMatchObject({ sweep: { at: now0 }, reports: [{ client: 'a' }] });
    expect(await after.store.locations()).toEqual([{ code: 'FRA', latitude: 50, longitude: 9 }]);
    expect(await after.hashKey({ code: 'FRA' })).toEqual(key);
    second.close();
  });
});

it('a lock that a killed process left behind is taken away, a fresh one is not', () => {
  const path = join(folder, 'd.sqlite');
  openSql(path, { engine: 'node-sqlite3-wasm' }).close();
  mkdirSync(`${path}.lock`);
  expect(() => openSql(path, { engine: 'node-sqlite3-wasm' })).toThrow(/locked/);
  utimesSync(`${path}.lock`, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
  openSql(path, { engine: 'node-sqlite3-wasm' }).close();
});

describe('reports that are written together', () => {
  it('are seen at once by who reads, the newest of each client, and no more than the store would keep', async () => {
    const { sql, close } = openSql(inMemory);
    const { store } = serveStore(sql, { wall: () => now0, onError: noError });
    const fra = store.location('FRA');
    for (let client = 0; client < 1_200; client++) await fra.saveReport(report(`c${client}`, now0 + client));
    await fra.saveReport(report('c1199', now0 + 2_000));
    const { reports } = await fra.read();
    expect([reports.length, reports[0]?.client, reports.at(-1)]).toEqual([500, 'c700', report('c1199', now0 + 2_000)]);
    close();
  });

  it('a failed write is told, and the next one works', async () => {
    const { sql, close } = openSql(inMemory);
    let isBroken = false;
    const broken = { all: (query: string, ...values: (string | number | null)[]) => {
      if (isBroken && query.startsWith('INSERT')) throw new Error('disk full');
      return sql.all(query, ...values);
    } };
    const { store, flush } = serveStore(broken, { wall: () => now0, onError: noError });
    isBroken = true;
    await store.location('FRA').saveReport(report('a', now0));
    await expect(flush()).rejects.toThrow('disk full');
    isBroken = false;
    await store.location('FRA').saveReport(report('b', now0));
    expect((await store.location('FRA').read()).reports.map(({ client }) => client)).toEqual(['b']);
    close();
  });

  it('a write whose transaction cannot be ended fails alone, for who asked for it', async () => {
    const { sql, close } = openSql(inMemory);
    let isBroken = false;
    const broken = { all: (query: string, ...values: (string | number | null)[]) => {
      if (isBroken && /^INSERT|^COMMIT/.test(query)) throw new Error(`malformed at ${query.slice(0, 6)}`);
      return sql.all(query, ...values);
    } };
    const { store } = serveStore(broken, { wall: () => now0, onError: noError });
    const unhandled: unknown[] = [];
    const note = (error: unknown): number => unhandled.push(error);
    process.on('unhandledRejection', note);
    isBroken = true;
    await expect(store.location('FRA').saveSweep(sweepOf(mapOf(['fra']), now0))).rejects.toThrow('malformed at COMMIT');
    isBroken = false;
    await store.location('FRA').saveSweep(sweepOf(mapOf(['fra']), now0));
    // Rejections that nobody took are told after a turn.
    await new Promise(setImmediate);
    process.off('unhandledRejection', note);
    expect([unhandled, (await store.location('FRA').read()).sweep?.at]).toEqual([[], now0]);
    close();
  });

  it('another day, another key', async () => {
    const { sql, close } = openSql(inMemory);
    let now = now0;
    const { hashKey } = serveStore(sql, { wall: () => now, onError: noError });
    const [today, same, elsewhere] = [await hashKey({ code: 'FRA' }), await hashKey({ code: 'FRA' }), await hashKey({ code: 'CDG' })];
    now += 86_400_000;
    const tomorrow = await hashKey({ code: 'FRA' });
    expect([same === today, today.length, elsewhere.join() === today.join(), tomorrow.join() === today.join()]).toEqual([true, 32, false, false]);
    close();
  });
});
