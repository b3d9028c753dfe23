import { describe, expect, it } from 'vitest';
import { dayKey, keyBytesOf } from '../../../edge/storage/day-key.ts';
import { withPoint, type Point } from '../../../edge/storage/history.ts';
import { sqlFleetStore } from '../../../edge/storage/location-store.ts';
import { memoryFleetStore } from '../../../edge/storage/memory-store.ts';
import { describeStore } from './contract.ts';
import { builtinSql, wasmSql } from './node-sql.ts';

describeStore('memory', async () => ({ store: memoryFleetStore(), close: async () => {} }));

describeStore('SQLite in WebAssembly', async () => {
  const sql = wasmSql();
  return { store: sqlFleetStore({ sql }), close: async () => sql.close() };
});

const builtin = builtinSql();
if (builtin) {
  describeStore('SQLite of Node', async () => {
    const sql = builtin();
    return { store: sqlFleetStore({ sql }), close: async () => sql.close() };
  });
} else {
  it.skip(`SQLite of Node (Node ${process.versions.node} has none)`, () => {});
}

describe('the key of the day', () => {
  it('is one a location and day, and random', () => {
    const sql = wasmSql();
    sqlFleetStore({ sql });
    const keys = [dayKey(sql, 'FRA', 1), dayKey(sql, 'NYC', 1), dayKey(sql, 'FRA', 2)];
    expect(new Set(keys).size).toBe(3);
    expect(dayKey(sql, 'FRA', 2)).toBe(keys[2]);
    expect(keys.map((key) => keyBytesOf(key).length)).toEqual([32, 32, 32]);
    expect(sql.all('SELECT location, day FROM day_key')).toEqual([{ location: 'FRA', day: 2 }]);
    sql.close();
  });
});

describe('a history', () => {
  it('takes no point that is not newer than the last', () => {
    const points: Point[] = [[1, 5], [2, 6]];
    expect(withPoint(points, [2, 7])).toEqual([[1, 5], [2, 7]]);
  });
});
