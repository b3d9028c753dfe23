import type { Clock } from '../core/clock.ts';

/** A timer takes no more (it would fire at once). */
const longestTimerMs = 2 ** 31 - 1;

/** The platform's own clock. Its sleeps do not keep a Node process alive. */
export function systemClock(): Clock {
  return {
    now: () => performance.now(),
    wall: () => Date.now(),
    async sleep(ms, signal) {
      for (let leftMs = ms; leftMs > 0 && !signal?.aborted; leftMs -= longestTimerMs) await timer(Math.min(leftMs, longestTimerMs), signal);
      if (ms <= 0 && !signal?.aborted) await timer(0, signal);
    },
  };
}

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal?.removeEventListener('abort', done);
      clearTimeout(handle);
      resolve();
    };
    // Up: a timer that is due half a millisecond early would only be asked again.
    const handle = setTimeout(done, Math.ceil(ms));
    if (typeof handle === 'object') handle.unref();
    signal?.addEventListener('abort', done, { once: true });
  });
}
