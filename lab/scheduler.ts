/** Runs things at a moment, to a few microseconds, though timers have steps of a millisecond. */
export interface Scheduler {
  /** Monotonic ms, with fractions. */
  now(): number;
  /** Runs at `dueMs` of `now`, or at the next turn if that is past; in the order of their moments, equals as they came. */
  at(dueMs: number, run: () => void): void;
  readonly pending: number;
}

/**
 * A timer may be late by one step and the thread by its waking. So the timer is set this much early, and the rest is spent
 * polling: the event loop goes round without sleeping and serves its sockets meanwhile. Nothing due, nothing polled.
 */
const POLL_MS = 1.2;

interface Entry {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

const isBefore = (a: Entry, b: Entry): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

export function createScheduler(now: () => number = () => performance.now()): Scheduler {
  /** Binary heap, the soonest first. */
  const heap: Entry[] = [];
  let order = 0;
  let timer: NodeJS.Timeout | undefined;
  let timerAtMs = Infinity;
  let isPolling = false;

  function push(entry: Entry): void {
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (!parent || !isBefore(entry, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  function shift(): void {
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
      if (!left) break;
      const [child, below] = right && isBefore(right, left) ? [right, 2 * at + 2] : [left, 2 * at + 1];
      if (!isBefore(child, last)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
  }

  function arm(): void {
    const first = heap[0];
    if (!first || isPolling) return;
    const sleepMs = Math.floor(first.dueMs - now() - POLL_MS);
    if (sleepMs >= 1) {
      if (timerAtMs <= first.dueMs) return;
      clearTimeout(timer);
      timerAtMs = first.dueMs;
      timer = setTimeout(wake, sleepMs);
    } else {
      isPolling = true;
      setImmediate(poll);
    }
  }

  function wake(): void {
    timerAtMs = Infinity;
    arm();
  }

  function poll(): void {
    isPolling = false;
    for (let first = heap[0]; first && first.dueMs <= now(); first = heap[0]) {
      shift();
      first.run();
    }
    arm();
  }

  return {
    now,
    at(dueMs, run) {
      push({ dueMs, order: order++, run });
      arm();
    },
    get pending() {
      return heap.length;
    },
  };
}
