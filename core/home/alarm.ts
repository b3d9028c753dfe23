/** The next moment for which somebody has to be woken, gathered while rules are asked whether they are due. */
export interface Alarm {
  /** Whether the moment has come; where not, the alarm goes off then at the latest. */
  isDue(atMs: number, nowMs: number): boolean;
  /** Infinity: nobody waits for a moment. */
  readonly atMs: number;
  clear(): void;
}

export function createAlarm(): Alarm {
  let nextMs = Infinity;
  return {
    isDue(atMs, nowMs) {
      if (atMs <= nowMs) return true;
      nextMs = Math.min(nextMs, atMs);
      return false;
    },
    get atMs() { return nextMs; },
    clear() { nextMs = Infinity; },
  };
}
