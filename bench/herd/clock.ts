import type { Clock } from '../../core/clock.ts';

/** Virtual time in steps of a ms, for many clients at once: whatever falls due in one step is woken together. */
export interface SteppingClock extends Clock {
  advance(ms: number): Promise<void>;
}

export function steppingClock(): SteppingClock {
  let nowMs = 0;
  const due = new Map<number, Set<() => void>>();

  return {
    now: () => nowMs,
    wall: () => 1_700_000_000_000 + nowMs,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const atMs = Math.ceil(nowMs + Math.max(0, ms));
        const sleepers = due.get(atMs) ?? new Set();
        const wake = (): void => {
          sleepers.delete(wake);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        signal?.addEventListener('abort', wake, { once: true });
        if (atMs !== Infinity) due.set(atMs, sleepers.add(wake));
      });
    },
    async advance(ms) {
      for (const endMs = nowMs + ms; ; nowMs++) {
        do {
          for (const wake of due.get(nowMs) ?? []) wake();
          // All chains of promises run to their next sleep: there is nothing else to wait for.
          await new Promise<void>((done) => { setImmediate(done); });
        } while (due.get(nowMs)?.size);
        due.delete(nowMs);
        if (nowMs >= endMs) return;
      }
    },
  };
}
