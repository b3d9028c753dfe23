import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchEventLoop, type EventLoopWatch } from '../../../web/transports/event-loop.ts';
import type { Page } from '../../../web/page.ts';

/** A page's thread: what is due waits while it is busy, and timers run in the order in which they were due. */
function thread() {
  let nowMs = 1_000;
  let timers: { readonly run: () => void; readonly atMs: number }[] = [];
  /** One timer that is due. */
  function fire(): boolean {
    const due = timers.filter(({ atMs }) => atMs <= nowMs).sort((a, b) => a.atMs - b.atMs)[0];
    timers = timers.filter((timer) => timer !== due);
    due?.run();
    return due !== undefined;
  }
  return {
    now: () => nowMs,
    get timers() { return timers.length; },
    setTimeout(run: () => void, ms: number) {
      const timer = { run, atMs: nowMs + ms };
      timers.push(timer);
      return timer;
    },
    clearTimeout(timer: unknown) { timers = timers.filter((one) => one !== timer); },
    fire,
    busy(ms: number) { nowMs += ms; },
    idle(ms: number) {
      for (const endMs = nowMs + ms; nowMs < endMs;) {
        nowMs += 0.5;
        while (fire());
      }
    },
  };
}

const visible = { document: { visibilityState: 'visible', addEventListener: () => {} } };

describe('watchEventLoop, in a page', () => {
  let loop: ReturnType<typeof thread>;
  let watch: EventLoopWatch;
  const start = (page: Page = visible): (() => void) => {
    watch = watchEventLoop(loop.now, page);
    return watch.start();
  };
  beforeEach(() => {
    loop = thread();
    vi.stubGlobal('setTimeout', loop.setTimeout);
    vi.stubGlobal('clearTimeout', loop.clearTimeout);
  });
  afterEach(() => { vi.unstubAllGlobals(); });
  const lateMs = (): number => watch.readLateMs(loop.now());

  it.each<{ what: string; happens: () => void; within: [number, number] }>([
    { what: 'idle', happens: () => loop.idle(50), within: [0, 0] },
    { what: 'just begun', happens: () => {}, within: [0, 0] },
    { what: 'busy, and the event comes first', happens: () => { loop.idle(50); loop.busy(60); }, within: [60, 70] },
    { what: 'busy, and a timer comes before the event', happens: () => { loop.idle(50); loop.busy(60); loop.fire(); }, within: [60, 70] },
    { what: 'busy twice, with a timer between', happens: () => { loop.idle(50); loop.busy(60); loop.fire(); loop.busy(30); }, within: [90, 100] },
    { what: 'busy, but idle since', happens: () => { loop.idle(50); loop.busy(60); loop.idle(12); }, within: [0, 0] },
    { what: 'busy from the start', happens: () => loop.busy(40), within: [40, 40] },
  ])('$what: an event may be late by $within ms', ({ happens, within: [least, most] }) => {
    const stop = start();
    happens();
    expect(lateMs()).toBeGreaterThanOrEqual(least);
    expect(lateMs()).toBeLessThanOrEqual(most);
    stop();
  });

  it('knows of a busy time before', () => {
    start();
    loop.idle(50);
    const atMs = loop.now();
    expect(watch.wasBusySince(atMs)).toBe(false);
    loop.busy(60);
    expect(watch.wasBusySince(atMs)).toBe(true);
    loop.idle(30);
    expect(lateMs()).toBe(0);
    expect(watch.wasBusySince(atMs)).toBe(true);
    expect(watch.wasBusySince(loop.now())).toBe(false);
  });

  it('has one timer for all who watch, none after, and begins anew', () => {
    const stop = start();
    const stopAlso = watch.start();
    loop.idle(20);
    expect(loop.timers).toBe(1);
    stop();
    expect(loop.timers).toBe(1);
    stopAlso();
    expect(loop.timers).toBe(0);
    loop.busy(500);
    watch.start();
    loop.idle(1);
    expect(lateMs()).toBe(0);
  });

  it.each<{ what: string; page: Page; timers: number }>([
    { what: 'of a hidden page', page: { document: { ...visible.document, visibilityState: 'hidden' } }, timers: 1 },
    { what: 'where there is no page', page: {}, timers: 0 },
  ])('tells nothing $what', ({ page, timers }) => {
    start(page);
    loop.busy(1_000);
    expect(lateMs()).toBe(0);
    expect(watch.wasBusySince(0)).toBe(false);
    expect(loop.timers).toBe(timers);
  });
});
