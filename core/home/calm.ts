import type { Alarm } from './alarm.ts';

/** A time in which no connection is begun in place of the home: others have lost the same, and would all come at once. */
export interface Calm {
  /** Draws it, up to `spreadMs`. One that takes its time already draws no second time. */
  take(spreadMs: number, nowMs: number): void;
  isOver(nowMs: number): boolean;
  /** Somebody is there and waits, or a home was found. */
  end(): void;
}

/** @param random in [0, 1) */
export function createCalm(alarm: Alarm, random: () => number): Calm {
  let untilMs = -Infinity;
  return {
    take(spreadMs, nowMs) {
      if (spreadMs > 0 && untilMs <= nowMs) untilMs = nowMs + random() * spreadMs;
    },
    isOver: (nowMs) => alarm.isDue(untilMs, nowMs),
    end() { untilMs = -Infinity; },
  };
}
