import { createBoundedMap } from './bounded-map.ts';

/** A token bucket for each client. `now` in ms on any clock. */
export interface RateLimit {
  /** Takes a token. 0: it was there; else how many ms until the next one. */
  take(client: string, now: number): number;
  /** The same, and takes none. */
  look(client: string, now: number): number;
}

/**
 * Lets each client do `burst` things at once, then one every `everyMs`. At most `mostClients` are remembered; one that is
 * forgotten starts with a full bucket, which is why the number is larger than what one attacker finds worth the effort.
 */
export function createRateLimit({ burst, everyMs, mostClients = 10_000 }: { readonly burst: number; readonly everyMs: number; readonly mostClients?: number }): RateLimit {
  const buckets = createBoundedMap<string, { tokens: number; at: number }>(mostClients);

  function look(client: string, now: number): number {
    const bucket = buckets.get(client);
    if (!bucket) return 0;
    // A clock that was set back gives nothing, and takes nothing away.
    bucket.tokens = Math.min(burst, bucket.tokens + Math.max(0, now - bucket.at) / everyMs);
    bucket.at = now;
    return bucket.tokens >= 1 ? 0 : Math.ceil((1 - bucket.tokens) * everyMs);
  }

  return {
    look,
    take(client, now) {
      const waitMs = look(client, now);
      if (waitMs > 0) return waitMs;
      const bucket = buckets.get(client);
      if (bucket) bucket.tokens--;
      else buckets.set(client, { tokens: burst - 1, at: now });
      return 0;
    },
  };
}
