import type { Clock } from '../core/clock.ts';

/** Timers take a signed 32 bit number of ms; anything above fires at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Timers have steps of 1 ms: for less than half of one they can only be late. */
const timerStepMs = 1;

/**
 * The platform's own clock. `now` stands still while the machine sleeps on Linux and macOS; `wall` is `Date.now()`, as
 * nothing derived from a monotonic clock learns that somebody set the other. A sleep ends at most half a millisecond early,
 * and as late as the event loop is. Timers do not keep a Node process alive that has nothing else to do.
 */
export function systemClock(): Clock {
  const now = (): number => performance.now();
  return {
    now,
    wall: () => Date.now(),
    sleep(ms, signal) {
      return new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const end = now() + (Number.isNaN(ms) ? 0 : ms);
        let timer: TimerHandle | undefined;
        const done = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const arm = (): void => {
          const leftMs = end - now();
          if (leftMs < timerStepMs / 2 && typeof setImmediate === 'function') {
            setImmediate(done);
            return;
          }
          if (leftMs < timerStepMs / 2) timer = setTimeout(done, 0);
          // A timer counts from when the event loop last looked at the clock, so it may fire early: hence again.
          else timer = setTimeout(arm, Math.min(Math.round(leftMs), longestTimerMs));
          if (typeof timer === 'object') timer.unref();
        };
        signal?.addEventListener('abort', done, { once: true });
        arm();
      });
    },
  };
}
