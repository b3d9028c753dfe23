/**
 * How fast probes may leave. As one burst of 1,000, one in twelve is lost in the sender's own buffers and the rest read
 * 0.5 ms slow; at ten a ms all are answered. A few at once do no harm.
 */
export interface Pace {
  /** May leave at once. */
  readonly burst: number;
  readonly perMs: number;
  /** Under way at once, UDP. */
  readonly maxUdp: number;
  /** Under way at once, each of the other kinds: connections and processes cost more than datagrams. */
  readonly maxOther: number;
}

export const defaultPace: Pace = { burst: 40, perMs: 10, maxUdp: 2_000, maxOther: 64 };

/** A bucket of permits that refills with time. */
export interface Bucket {
  take(nowMs: number): boolean;
  /** When the next permit will be there. */
  readyMs(): number;
}

export function createBucket({ burst, perMs }: Pick<Pace, 'burst' | 'perMs'>): Bucket {
  let permits = burst;
  let filledMs = 0;
  return {
    take(nowMs) {
      permits = Math.min(burst, permits + (nowMs - filledMs) * perMs);
      filledMs = nowMs;
      // Sums of small steps end up a hair below one.
      if (permits < 1 - 1e-6) return false;
      permits--;
      return true;
    },
    readyMs: () => filledMs + Math.max(0, 1 - permits) / perMs,
  };
}
