import { isHidden, thisPage, type Page } from '../page.ts';

/** Tells how long an event may have waited for the page's thread, which others of the page may have had. */
export interface EventLoopWatch {
  /** Watches from now on; returns how to stop. Calls nest: one timer serves all. */
  start(): () => void;
  /** Of an event that is read at `atMs`: how long ago its cause may have come in, at the most; 0 where that is no more than usual, or cannot be told. */
  readLateMs(atMs: number): number;
  /** Whether the thread was busy at any time since then. */
  wasBusySince(atMs: number): boolean;
}

/** Browsers let timers that set one another fire no sooner. */
const tickMs = 4;

/** A thread that is idle takes two ticks, each of which may be late by a hair. */
const usualMs = 12;

/**
 * Ticks while somebody watches. The last tick is no mark: a timer that is due at the end of a long task may fire before an event
 * that has waited as long, because a candidate takes two turns of the thread, one to come from the thread that gathers and one to
 * be told. The tick before is: what came in before that had its first turn before the last tick, and its second before a next one.
 * Nothing is told of a hidden page, whose timers fire once a second, nor where there is no page.
 */
export function watchEventLoop(now: () => number, page: Page = thisPage()): EventLoopWatch {
  let watching = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastMs = 0;
  let beforeMs = 0;
  let busyMs = -Infinity;

  function tick(): void {
    beforeMs = lastMs;
    lastMs = now();
    if (readLateMs(lastMs) > 0) busyMs = lastMs;
    timer = setTimeout(tick, tickMs);
  }

  function readLateMs(atMs: number): number {
    const lateMs = atMs - beforeMs;
    return lateMs > usualMs && page.document && !isHidden(page) ? lateMs : 0;
  }

  return {
    start() {
      if (watching++ === 0 && page.document) {
        lastMs = now();
        tick();
      }
      return () => {
        if (--watching === 0) clearTimeout(timer);
      };
    },
    readLateMs,
    wasBusySince: (atMs) => busyMs > atMs || readLateMs(now()) > 0,
  };
}
