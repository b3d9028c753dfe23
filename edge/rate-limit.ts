import { createBoundedMap } from './bounded-map.ts';

/** A token bucket for each client. */
export interface RateLimit {
  /** Takes a token. 0: it was there; else how many ms until the next one. `now` in ms on any clock. */
  take(client: string, now: number): number;
}

/**
 * Lets each client do `burst` things at once, then one every `everyMs`. At most `mostClients` are remembered; one that is
 * forgotten starts with a full bucket, which is why the number is larger than what one attacker finds worth the effort.
 */
export function createRateLimit({ burst, everyMs, mostClients = 10_000 }: { readonly burst: number; readonly everyMs: number; readonly mostClients?: number }): RateLimit {
  const buckets = createBoundedMap<string, { tokens: number; at: number }>(mostClients);
  return {
    take(client, now) {
      let bucket = buckets.get(client);
      if (!bucket) {
        bucket = { tokens: burst, at: now };
        buckets.set(client, bucket);
      }
      // A clock that was set back gives nothing, and takes nothing away.
      bucket.tokens = Math.min(burst, bucket.tokens + Math.max(0, now - bucket.at) / everyMs);
      bucket.at = now;
      const isThere = bucket.tokens >= 1;
      if (isThere) bucket.tokens--;
      return isThere ? 0 : Math.ceil((1 - bucket.tokens) * everyMs);
    },
  };
}
