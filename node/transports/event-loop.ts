/** Tells how long an answer may have lain in its socket before this process read it. */
export interface EventLoopWatch {
  /** Watches from now on. Calls nest: one timer serves all, and it does not keep a process alive. */
  start(): void;
  stop(): void;
  /** To be asked once for each datagram or event that is read, at `atMs`: how long ago it may have come in, at the most. */
  readLateMs(atMs: number): number;
}

/** What of an event loop is needed: a timer, and what runs after the sockets were looked at once more. */
export interface Loop {
  /** Returns how to end it. */
  every(ms: number, run: () => void): () => void;
  /** Once; returns how to call it off. */
  afterPoll(run: () => void): () => void;
}

/** Node runs timers, looks at the sockets, and then runs what `setImmediate` took. */
const nodeLoop: Loop = {
  every(ms, run) {
    const timer = setInterval(run, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
  afterPoll(run) {
    const immediate = setImmediate(run);
    return () => clearImmediate(immediate);
  },
};

const tickMs = 1;

/** As many datagrams as libuv reads from a socket at a time (`uv__udp_recvmsg`): more may be left in it. */
const readAtOnce = 32;

/** A loop that is on time takes up to so long between two looks at its sockets: the tick, and in a new process the first run of what judges an answer. */
const usualMs = 6;

/**
 * Ticks while somebody watches. After a tick the loop looks at its sockets, and reads what is in them; what is read after that
 * look came in later than the tick, whose age thus bounds the delay. Ticks alone are no such marks: after a stall several may
 * fire before the sockets are looked at. Nor is `monitorEventLoopDelay`, a histogram: it does not tell when.
 */
export function watchEventLoop(now: () => number, loop: Loop = nodeLoop): EventLoopWatch {
  let watching = 0;
  let end = (): void => {};
  let cancel: (() => void) | undefined;
  /** All that came in before this was read. */
  let emptyMs = 0;
  let readSinceTick = 0;

  function tick(): void {
    if (cancel) return;
    const atMs = now();
    readSinceTick = 0;
    cancel = loop.afterPoll(() => {
      cancel = undefined;
      if (readSinceTick < readAtOnce) emptyMs = atMs;
    });
  }

  return {
    start(): void {
      if (watching++ > 0) return;
      emptyMs = now();
      end = loop.every(tickMs, tick);
    },
    stop(): void {
      if (--watching > 0) return;
      end();
      cancel?.();
      cancel = undefined;
    },
    readLateMs(atMs): number {
      readSinceTick++;
      return atMs - emptyMs;
    },
  };
}

/**
 * What a sample says of this: `lateMs`, how much of the latency may be this process's own, at the most, where that is more than a loop
 * on time takes. `readLateMs`: how long its answer may have waited; `sendLateMs`: how long its request, between the reading of the clock and the system call's end.
 */
export function lateness(latencyMs: number, readLateMs: number, sendLateMs = 0): { lateMs?: number; doubt?: ['event-loop'] } {
  const lateMs = readLateMs + sendLateMs;
  return lateMs > usualMs ? { lateMs: Math.min(lateMs, latencyMs), doubt: ['event-loop'] } : {};
}
