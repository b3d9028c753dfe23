import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../universal/clock.ts';

const clock = systemClock();
afterEach(() => { vi.useRealTimers(); });

test('now runs on, with fractions', async () => {
  const first = clock.now();
  await clock.sleep(2);
  expect(clock.now()).toBeGreaterThan(first);
  expect(Number.isInteger(first) && Number.isInteger(clock.now())).toBe(false);
});

test('wall follows a wall clock that is set; now does not', () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(1_000_000);
  const before = clock.now();
  expect(clock.wall()).toBe(1_000_000);
  vi.setSystemTime(9_000_000_000_000);
  expect(clock.wall()).toBe(9_000_000_000_000);
  expect(clock.now() - before).toBeLessThan(60_000);
});

describe('sleep', () => {
  test.each([5, 1.4, 12.6, 1, 0.6])('%s ms: at most half a ms early', async (ms) => {
    for (let time = 0; time < 20; time++) {
      const start = clock.now();
      await clock.sleep(ms);
      expect(clock.now() - start).toBeGreaterThanOrEqual(ms - 0.5);
    }
  });

  test.each([0, 0.3, -5, Number.NaN, Number.NEGATIVE_INFINITY])('%s ms: the next turn of the event loop, not this one', async (ms) => {
    const order: string[] = [];
    const slept = clock.sleep(ms).then(() => order.push('slept'));
    await Promise.resolve();
    order.push('microtask');
    await slept;
    expect(order).toEqual(['microtask', 'slept']);
  });

  test('an aborted signal: at once', async () => {
    await clock.sleep(1e12, AbortSignal.abort());
  });

  test.each([0, 50, 2 ** 31, 1e15, Number.POSITIVE_INFINITY])('%s ms, aborted meanwhile: resolves, and leaves no listener', async (ms) => {
    const controller = new AbortController();
    const slept = clock.sleep(ms, controller.signal);
    controller.abort();
    await slept;
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('its end leaves no listener', async () => {
    const { signal } = new AbortController();
    await clock.sleep(1, signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test.each([2 ** 31 - 1, 2 ** 31, 2 ** 33 + 0.25])('%s ms: longer than a timer can be', async (ms) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] });
    let woken = false;
    const slept = systemClock().sleep(ms).finally(() => { woken = true; });
    await vi.advanceTimersByTimeAsync(ms - 10);
    expect(woken).toBe(false);
    await vi.advanceTimersByTimeAsync(20);
    await slept;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not keep a process alive', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const controller = new AbortController();
    const slept = clock.sleep(60_000, controller.signal);
    expect(timers()).toBe(before);
    controller.abort();
    await slept;
  });
});
