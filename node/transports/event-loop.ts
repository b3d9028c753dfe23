/** Tells whether this process was late when an answer was read. */
export interface EventLoopWatch {
  /** Watches from now on. Calls nest: one timer serves all, and it does not keep a process alive. */
  start(): void;
  stop(): void;
  /** Whether an answer that is read now, at `atMs`, may have lain in the socket for several ms. */
  wasLate(atMs: number): boolean;
}

const tickMs = 2;
/** A timer fires up to 1 ms after its time, so two ticks of a loop that is on time take at most 6 ms. */
const toleratedMs = 8;

/**
 * Ticks while somebody watches. The loop has looked at its sockets at some time after the tick before the last one, so what
 * is read now arrived later than that tick: its age bounds the delay. `monitorEventLoopDelay` keeps a histogram only, from
 * which it cannot be told whether the loop was blocked when this answer came or at another time.
 */
export function watchEventLoop(now: () => number): EventLoopWatch {
  let watching = 0;
  let timer: NodeJS.Timeout | undefined;
  let lastTickMs = 0;
  let tickBeforeMs = 0;

  return {
    start(): void {
      if (watching++ > 0) return;
      lastTickMs = now();
      tickBeforeMs = lastTickMs;
      timer = setInterval(() => {
        tickBeforeMs = lastTickMs;
        lastTickMs = now();
      }, tickMs);
      timer.unref();
    },
    stop(): void {
      if (--watching === 0) clearInterval(timer);
    },
    wasLate: (atMs) => atMs - tickBeforeMs > toleratedMs,
  };
}
