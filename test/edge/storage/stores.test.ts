import { describe, expect, it } from 'vitest';
import { claim } from '../../../edge/storage/claim.ts';
import { dayKey, keyBytesOf } from '../../../edge/storage/day-key.ts';
import { withPoint, type Point } from '../../../edge/storage/history.ts';
import { sqlFleetStore } from '../../../edge/storage/location-store.ts';
import { memoryFleetStore } from '../../../edge/storage/memory-store.ts';
import { hasBuiltin, inMemory, openSql } from '../../../node/cli/serve-sql.ts';
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

describe('a history', () => {
  it('takes no point that is not newer than the last', () => {
    const points: Point[] = [[1, 5], [2, 6]];
    expect(withPoint(points, [2, 7])).toEqual([[1, 5], [2, 7]]);
  });
});
