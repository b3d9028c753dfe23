import { describe, expect, it, vi } from 'vitest';
import { claim } from '../../../edge/storage/claim.ts';
import { dayKey, keyBytesOf } from '../../../edge/storage/day-key.ts';
import { withPoint, type Point } from '../../../edge/storage/history.ts';
import { homesIn } from '../../../edge/storage/home-store.ts';
import { sqlFleetStore } from '../../../edge/storage/location-store.ts';
import { memoryFleetStore } from '../../../edge/storage/memory-store.ts';
import { hasBuiltin, inMemory, openSql } from '../../../node/cli/serve-sql.ts';
import { sparing } from '../../../edge/storage/sparing.ts';
import { describeStore } from './contract.ts';

describeStore('memory', async () => ({ store: memoryFleetStore(), close: async () => {} }));

describeStore('SQLite in WebAssembly', async () => {
  const { sql, close } = openSql(inMemory, { engine: 'node-sqlite3-wasm' });
  return { store: sqlFleetStore({ sql }), close: async () => close() };
});

if (hasBuiltin()) {
  describeStore('SQLite of Node', async () => {
    const { sql, close } = openSql(inMemory, { engine: 'node:sqlite' });
    return { store: sqlFleetStore({ sql }), close: async () => close() };
  });
} else {
  it.skip(`SQLite of Node (Node ${process.versions.node} has none)`, () => {});
}

describe('the key of the day', () => {
  it('is one a location and day, and random', () => {
    const { sql, close } = openSql(inMemory);
    sqlFleetStore({ sql });
    const keys = [dayKey(sql, 'FRA', 1), dayKey(sql, 'NYC', 1), dayKey(sql, 'FRA', 2)];
    expect(new Set(keys).size).toBe(3);
    expect(dayKey(sql, 'FRA', 2)).toBe(keys[2]);
    expect(keys.map((key) => keyBytesOf(key).length)).toEqual([32, 32, 32]);
    expect(sql.all('SELECT location, day FROM day_key')).toEqual([{ location: 'FRA', day: 2 }]);
    close();
  });
});

it('the key of an object that does not answer is given up in time', async () => {
  vi.useFakeTimers();
  try {
    const { hashKey } = homesIn({ idFromName: (name) => name, get: () => ({ fetch: () => new Promise(() => {}) }) });
    const asked = hashKey({ code: 'FRA' }).catch((error: Error) => error.name);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await asked).toBe('OverdueError');
  } finally {
    vi.useRealTimers();
  }
});

describe('a claim', () => {
  it('is one caller\'s for its time, and each location has its own', () => {
    const { sql, close } = openSql(inMemory);
    sqlFleetStore({ sql });
    const now = 1_000_000;
    expect([claim(sql, 'FRA', now, 100), claim(sql, 'FRA', now + 99, 100), claim(sql, 'NYC', now, 100), claim(sql, 'FRA', now + 100, 100), claim(sql, 'FRA', now + 150, 100)]).toEqual([true, false, true, true, false]);
    close();
  });

  it('does not outlast a clock that is set back', () => {
    const { sql, close } = openSql(inMemory);
    sqlFleetStore({ sql });
    expect([claim(sql, 'FRA', 1_000_000, 100), claim(sql, 'FRA', 5_000, 100)]).toEqual([true, true]);
    close();
  });
});

describe('a sparing store', () => {
  it('saves a client\'s report once in ten minutes, each client\'s and each location\'s', async () => {
    let now = 1_700_000_000_000;
    const store = sparing(memoryFleetStore(() => now), () => now);
    const post = (client: string, code = 'FRA'): Promise<void> | undefined => store.location(code).saveReport({ at: now, client, network: 'n', latencyMs: { 1: 5 }, kind: 'ice' });
    const kept = async (code = 'FRA'): Promise<[string, number][]> => (await store.location(code).read()).reports.map(({ client, at }) => [client, at - 1_700_000_000_000]);
    await post('a');
    now += 599_999;
    await post('a');
    await post('b');
    await post('a', 'NYC');
    expect([await kept(), await kept('NYC')]).toEqual([[['a', 0], ['b', 599_999]], [['a', 599_999]]]);
    now += 1;
    await post('a');
    expect(await kept()).toEqual([['b', 599_999], ['a', 600_000]]);
  });

  it('tries again what was not saved', async () => {
    let fails = true;
    const memory = memoryFleetStore();
    const store = sparing({ ...memory, location: (code) => ({ ...memory.location(code), saveReport: async (report) => { if (fails) throw new Error('down'); await memory.location(code).saveReport(report); } }) }, Date.now);
    const post = (): Promise<void> | undefined => store.location('FRA').saveReport({ at: Date.now(), client: 'a', network: 'n', latencyMs: { 1: 5 }, kind: 'ice' });
    await expect(post()).rejects.toThrow('down');
    fails = false;
    await post();
    expect((await store.location('FRA').read()).reports).toHaveLength(1);
  });
});

describe('a history', () => {
  it('takes no point that is not newer than the last', () => {
    const points: Point[] = [[1, 5], [2, 6]];
    expect(withPoint(points, [2, 7])).toEqual([[1, 5], [2, 7]]);
  });
});
