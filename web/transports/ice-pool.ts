import type { Clock } from '../../core/clock.ts';
import { ProbeFailure } from '../../core/errors.ts';
import { onAbort } from '../../core/probe/on-abort.ts';
import type { EventLoopWatch } from './event-loop.ts';
import type { Gatherer } from './gatherer.ts';

/** At once. More disturb each other's times, and a browser allows 500, closed ones that it still remembers included. */
export const poolSize = 10;

/** A relay that has been silent for so long gives way to one that waits. */
export const patienceMs = 1_000;

/** One starts when the one before has sent, which takes about 2 ms. Where that cannot be seen: after so long. */
const startMs = 20;

/** Waking up takes 20 ms where a host candidate shows that it is done, and is waited for so long once where none does. */
const warmUpMs = 50;

/** A reset takes 1 ms; a connection that takes this long is replaced. */
const resetMs = 1_000;

interface Slot {
  gatherer?: Gatherer | undefined;
}

interface Lease {
  readonly sinceMs: number;
  readonly end: AbortController;
}

/** Must reject soon after `signal` aborts, and call `onStarted` once its requests have left. */
type Work<T> = (gatherer: Gatherer, options: { readonly signal: AbortSignal; readonly onStarted: () => void }) => Promise<T>;

export interface IcePool {
  /** Lends a warm connection, first come first served. Rejects with the signal's reason, or with a `ProbeFailure` that made room for others. */
  run<T>(signal: AbortSignal, work: Work<T>): Promise<T>;
  /** Makes idle connections ready, one after the other. */
  warmUp(count: number): Promise<void>;
  /** Closes the connections that are idle. Others are made when they are needed. */
  rest(): void;
}

/** The few peer connections of a page. One starts at a time: opening sockets delays the events of others by several ms. The page is watched while they work. */
export function createIcePool(create: () => Gatherer, clock: Pick<Clock, 'now' | 'sleep'>, watch: Pick<EventLoopWatch, 'start'>): IcePool {
  const free: Slot[] = Array.from({ length: poolSize }, () => ({}));
  const leases = new Set<Lease>();
  const waiting: ((slot: Slot) => void)[] = [];
  let starting: Slot | undefined;
  let wakeMs = warmUpMs;

  function serve(): void {
    if (starting || waiting.length === 0) return;
    starting = free.pop();
    if (starting) waiting.shift()?.(starting);
  }

  async function turn(signal: AbortSignal): Promise<Slot> {
    const over = new AbortController();
    const slot = new Promise<Slot>((resolve, reject) => {
      waiting.push(resolve);
      const stop = onAbort(signal, () => {
        const at = waiting.indexOf(resolve);
        if (at >= 0) waiting.splice(at, 1);
        reject(signal.reason);
      });
      over.signal.addEventListener('abort', stop);
    });
    serve();
    void displace(over.signal);
    try {
      return await slot;
    } finally {
      over.abort();
    }
  }

  /** Ends the longest under way once it is overdue, if one still waits then. */
  async function displace(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const [oldest] = free.length > 0 ? [] : leases;
      const leftMs = oldest ? oldest.sinceMs + patienceMs - clock.now() : patienceMs;
      if (oldest && leftMs <= 0) {
        leases.delete(oldest);
        return oldest.end.abort(new ProbeFailure('no-answer', `no answer within ${patienceMs} ms while others waited`, true));
      }
      await clock.sleep(leftMs, over);
    }
  }

  async function run<T>(signal: AbortSignal, work: Work<T>): Promise<T> {
    const slot = await turn(signal);
    const onStarted = (): void => {
      if (starting !== slot) return;
      starting = undefined;
      serve();
    };
    const lease: Lease = { sinceMs: clock.now(), end: new AbortController() };
    const stop = signal.aborted ? undefined : onAbort(signal, () => lease.end.abort());
    const unwatch = watch.start();
    leases.add(lease);
    try {
      signal.throwIfAborted();
      const gatherer = await ready(slot);
      lease.end.signal.throwIfAborted();
      void clock.sleep(startMs, lease.end.signal).then(onStarted);
      return await work(gatherer, { signal: lease.end.signal, onStarted });
    } finally {
      unwatch();
      stop?.();
      leases.delete(lease);
      lease.end.abort();
      onStarted();
      void recycle(slot);
    }
  }

  async function ready(slot: Slot): Promise<Gatherer> {
    if (slot.gatherer) return slot.gatherer;
    const gatherer = create();
    slot.gatherer = gatherer;
    if (!(await inTime(gatherer.warmUp(), wakeMs))) wakeMs = startMs;
    return gatherer;
  }

  async function recycle(slot: Slot): Promise<void> {
    if (slot.gatherer && !(await inTime(slot.gatherer.reset(), resetMs))) end(slot);
    free.push(slot);
    serve();
  }

  /** Whether it was fulfilled within that time. */
  async function inTime(promise: Promise<unknown>, ms: number): Promise<boolean> {
    const over = new AbortController();
    const late = clock.sleep(ms, over.signal).then(() => false);
    const isDone = await Promise.race([promise.then(() => true, () => false), late]);
    over.abort();
    return isDone;
  }

  return {
    run,
    async warmUp(count) {
      for (const slot of free.filter(({ gatherer }) => !gatherer).slice(-count)) {
        const at = free.indexOf(slot);
        if (at < 0) continue;
        free.splice(at, 1);
        const unwatch = watch.start();
        try {
          await ready(slot);
        } finally {
          unwatch();
          await recycle(slot);
        }
      }
    },
    rest: () => free.forEach(end),
  };
}

function end(slot: Slot): void {
  slot.gatherer?.close();
  slot.gatherer = undefined;
}
