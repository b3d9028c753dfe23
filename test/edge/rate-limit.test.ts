import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBoundedMap } from '../../edge/bounded-map.ts';
import { createRateLimit } from '../../edge/rate-limit.ts';

describe('a bucket', () => {
  it('lets a burst through, then one each interval', () => {
    const limit = createRateLimit({ burst: 2, everyMs: 1_000 });
    const steps = [[0, 0], [0, 0], [0, 1_000], [400, 600], [1_000, 0], [1_000, 1_000], [5_000, 0], [5_000, 0], [5_000, 1_000]] as const;
    expect(steps.map(([now]) => [now, limit.take('a', now)])).toEqual(steps);
    expect(limit.take('b', 5_000)).toBe(0);
  });

  it('is looked at without taking', () => {
    const limit = createRateLimit({ burst: 1, everyMs: 1_000 });
    expect([limit.look('a', 0), limit.look('a', 0), limit.take('a', 0), limit.look('a', 250), limit.look('a', 1_000), limit.take('a', 1_000)]).toEqual([0, 0, 0, 750, 0, 0]);
  });

  it('a clock that was set back neither gives nor takes', () => {
    const limit = createRateLimit({ burst: 1, everyMs: 1_000 });
    expect([limit.take('a', 10_000), limit.take('a', 0), limit.take('a', 500), limit.take('a', 1_000)]).toEqual([0, 1_000, 500, 0]);
  });

  it('never lets more through than the burst and one an interval', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(400), { maxLength: 200 }), (burst, gaps) => {
      const limit = createRateLimit({ burst, everyMs: 100 });
      let now = 0;
      const passed: number[] = [];
      for (const gap of gaps) {
        now += gap;
        if (limit.take('a', now) === 0) passed.push(now);
      }
      for (const from of passed) for (const to of passed) if (to >= from) expect(passed.filter((at) => at >= from && at <= to).length).toBeLessThanOrEqual(burst + (to - from) / 100 + 1e-9);
    }));
  });
});

describe('a bounded map', () => {
  it('forgets what was used longest ago', () => {
    const map = createBoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2]);
    map.set('a', 4);
    expect([map.get('a'), map.size]).toEqual([4, 2]);
  });

  it('holds what was used last, and never more than it may, whatever is done', () => {
    const key = fc.nat(12);
    fc.assert(fc.property(fc.integer({ min: 1, max: 6 }), fc.array(fc.tuple(fc.boolean(), key), { maxLength: 300 }), (most, steps) => {
      const map = createBoundedMap<number, number>(most);
      let used: number[] = [];
      for (const [isSet, at] of steps) {
        if (isSet) map.set(at, at);
        else expect(map.get(at)).toBe(used.includes(at) ? at : undefined);
        if (isSet || used.includes(at)) used = [...used.filter((other) => other !== at), at].slice(-most);
        expect(map.size).toBe(used.length);
      }
    }));
  });
});
