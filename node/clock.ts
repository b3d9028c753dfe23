import type { Clock } from '../core/clock.ts';

/** Node's timers take a signed 32 bit number of ms and turn anything above it into 1. */
const maxTimerMs = 2 ** 31 - 1;

/** Below half a timer's step `setTimeout` can only be late. */
const timerStepMs = 1;

/**
 * The system's clocks. `now` stands still while the machine sleeps on Linux and macOS; `wall` is `Date.now()`, since
 * `performance.timeOrigin + performance.now()` never learns that somebody set the clock. A sleep ends at most half a
 * millisecond early, and as late as the event loop is; timers are unref'd, so a process with nothing else to do ends.
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
        let timer: NodeJS.Timeout | undefined;
        let immediate: NodeJS.Immediate | undefined;
        const done = (): void => {
          clearTimeout(timer);
          clearImmediate(immediate);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const arm = (): void => {
          const leftMs = end - now();
          // Not unref'd: such an immediate does not wake the event loop. It keeps the process for one turn, no longer.
          if (leftMs < timerStepMs / 2) immediate = setImmediate(done);
          // A timer counts from the time that the event loop last looked at the clock, so it may fire early: hence again.
          else timer = setTimeout(arm, Math.min(Math.round(leftMs), maxTimerMs)).unref();
        };
        signal?.addEventListener('abort', done, { once: true });
        arm();
      });
    },
  };
}
