/** Whether so many bytes may be sent now; if so, they count as sent. */
export type TokenBucket = (bytes: number) => boolean;

/** A limit that a relay asks its clients to keep: so much a second, and bursts of so much. Without a rate everything passes. */
export function createTokenBucket(bytesPerSecond: number | undefined, burstBytes: number | undefined, now: () => number): TokenBucket {
  if (bytesPerSecond === undefined) return () => true;
  const most = burstBytes ?? bytesPerSecond;
  let left = most;
  let countedAtMs = now();
  return (bytes) => {
    const atMs = now();
    left = Math.min(most, left + (bytesPerSecond * (atMs - countedAtMs)) / 1000);
    countedAtMs = atMs;
    if (bytes > left) return false;
    left -= bytes;
    return true;
  };
}
