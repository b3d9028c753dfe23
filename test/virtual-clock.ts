import type { Clock } from '../core/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/** A clock that moves only when told. `advance` runs everything that falls due on the way, in order. */
export interface VirtualClock extends Clock {
  advance(ms: number): Promise<void>;
  /** Advances until the promise settles; fails after `limitMs` of virtual time. */
  until<T>(promise: Promise<T>, limitMs?: number): Promise<T>;
  /** Sets the wall clock forward or back, as a person or NTP would. */
  setWall(epochMs: number): void;
  /** The machine sleeps: wall time passes, monotonic time does not. */
  suspend(ms: number): void;
  /** Sleeps under way: for leak checks. */
  readonly sleeping: number;
}

export function virtualClock(startWall = 1_700_000_000_000): VirtualClock {
  let now = 0;
  let wallOffset = startWall;
  let order = 0;
  let sleepers: Sleeper[] = [];

  // Promise reactions need real turns of the event loop: a few, so that chains of awaits come to rest.
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 4; turn++) await new Promise<void>((done) => setImmediate(done));
  };

  async function advance(ms: number): Promise<void> {
    const target = now + ms;
    await settle();
    for (;;) {
      const next = sleepers.filter((sleeper) => sleeper.at <= target).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (!next) break;
      now = Math.max(now, next.at);
      sleepers = sleepers.filter((sleeper) => sleeper !== next);
      next.wake();
      await settle();
    }
    now = target;
  }

  return {
    now: () => now,
    wall: () => wallOffset + now,
    sleep(ms, signal) {
      return new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = (): void => {
          signal?.removeEventListener('abort', abort);
          resolve();
        };
        const sleeper = { at: now + Math.max(0, ms), order: order++, wake };
        const abort = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          wake();
        };
        signal?.addEventListener('abort', abort, { once: true });
        sleepers.push(sleeper);
      });
    },
    advance,
    async until(promise, limitMs = 3_600_000) {
      let settled = false;
      const watched = promise.finally(() => { settled = true; });
      watched.catch(() => {});
      const end = now + limitMs;
      for (;;) {
        await settle();
        if (settled) return watched;
        const next = Math.min(...sleepers.map((sleeper) => sleeper.at));
        if (!(next <= end)) throw new Error(sleepers.length ? `still pending after ${limitMs} ms of virtual time` : 'pending, and nothing sleeps');
        await advance(Math.max(0, next - now));
      }
    },
    setWall(epochMs) { wallOffset = epochMs - now; },
    suspend(ms) { wallOffset += ms; },
    get sleeping() { return sleepers.length; },
  };
}
