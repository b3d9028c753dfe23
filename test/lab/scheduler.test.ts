import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScheduler } from '../../lab/scheduler.ts';

test('runs all, never early, in the order of their moments and equals as they came', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: -2, max: 40 }), { minLength: 1, maxLength: 60 }), async (quarters) => {
    const scheduler = createScheduler();
    const start = scheduler.now();
    const ran: { dueMs: number; order: number; early: boolean }[] = [];
    await new Promise<void>((done) => {
      for (const [order, quarter] of quarters.entries()) {
        const dueMs = quarter / 4;
        scheduler.at(start + dueMs, () => {
          ran.push({ dueMs, order, early: scheduler.now() < start + dueMs });
          if (ran.length === quarters.length) done();
        });
      }
    });
    expect(ran.filter((one) => one.early)).toEqual([]);
    expect(ran).toEqual(ran.toSorted((a, b) => a.dueMs - b.dueMs || a.order - b.order));
    expect(scheduler.pending).toBe(0);
  }), { numRuns: 40 });
});

test('what is asked for while others run takes its place among them', async () => {
  const scheduler = createScheduler();
  const start = scheduler.now();
  const ran: string[] = [];
  await new Promise<void>((done) => {
    scheduler.at(start + 9, () => { ran.push('last'); done(); });
    scheduler.at(start + 2, () => {
      ran.push('first');
      scheduler.at(start + 4, () => ran.push('nested'));
    });
  });
  expect(ran).toEqual(['first', 'nested', 'last']);
});

test('polls only shortly before something is due', async () => {
  let readings = 0;
  const scheduler = createScheduler(() => { readings++; return performance.now(); });
  scheduler.at(scheduler.now() + 60_000, () => {});
  const before = readings;
  await sleep(20);
  expect(readings - before).toBe(0);
});
