import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchEventLoop } from '../../../node/transports/event-loop.ts';

describe('the watch on the event loop', () => {
  beforeEach(() => { vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }); });
  afterEach(() => { vi.useRealTimers(); });

  /** While the loop is blocked time passes and no timer fires. */
  let blockedMs: number;
  beforeEach(() => { blockedMs = 0; });
  const now = (): number => performance.now() + blockedMs;

  it.each([
    { what: 'on time', before: 100, blocked: 0, after: 0, late: false },
    { what: 'just started', before: 0, blocked: 0, after: 0, late: false },
    { what: 'blocked for a moment', before: 100, blocked: 3, after: 0, late: false },
    { what: 'blocked now', before: 100, blocked: 9, after: 0, late: true },
    { what: 'blocked from the start', before: 0, blocked: 9, after: 0, late: true },
    { what: 'blocked until the tick just now', before: 100, blocked: 9, after: 2, late: true },
    { what: 'blocked a while ago', before: 100, blocked: 50, after: 4, late: false },
  ])('$what: late is $late', ({ before, blocked, after, late }) => {
    const watch = watchEventLoop(now);
    watch.start();
    vi.advanceTimersByTime(before);
    blockedMs += blocked;
    vi.advanceTimersByTime(after);
    expect(watch.wasLate(now())).toBe(late);
    watch.stop();
  });

  it('has one timer for all who watch, and none when nobody does', () => {
    const watch = watchEventLoop(now);
    watch.start();
    watch.start();
    expect(vi.getTimerCount()).toBe(1);
    watch.stop();
    expect(vi.getTimerCount()).toBe(1);
    watch.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
