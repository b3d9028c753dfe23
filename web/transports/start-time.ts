/** What is seen around the sending of a request, monotonic ms. */
export interface Seen {
  /** `setLocalDescription` was called: nothing can have been sent before. */
  readonly calledMs: number;
  /** It resolved; absent: not yet. */
  readonly resolvedMs?: number;
  /** The host candidate of the same interface was announced. Its port sends as soon as it is open. Absent: there is none. */
  readonly hostMs?: number;
  /** The page's thread was busy when that came. */
  readonly isHostLate?: boolean;
}

/** When the request left at the soonest. */
export interface Start {
  readonly atMs: number;
  /** It may have left so much later. Absent: nothing tells. */
  readonly lateMs?: number;
}

/** A host candidate comes 1 to 2 ms after the call. One that comes later than this was held up, with the request or alone. */
const promptMs = 3;
/** On a slower machine: later than so many times the fastest there. */
const promptFactor = 2;

/**
 * Tells when requests left, of all gatherings of a page, as no browser does. By the host candidate it is right to 0.4 ms,
 * unless the page was busy when that came: then the latency might come out too small, which no repetition mends, so it is
 * not believed beyond what is prompt, nor learned from; but the request may have been held up as well. Without host candidates (a policy may forbid them) it is the time when
 * `setLocalDescription` resolved, 1 to 2 ms before the request.
 */
export function createStartTimes(): (seen: Seen) => Start {
  let fastestMs = Infinity;
  return ({ calledMs, resolvedMs, hostMs, isHostLate }) => {
    const latestMs = calledMs + (fastestMs < Infinity ? Math.max(promptMs, promptFactor * fastestMs) : promptMs);
    if (hostMs !== undefined && !isHostLate) fastestMs = Math.min(fastestMs, hostMs - calledMs);
    const seenMs = hostMs ?? resolvedMs ?? calledMs;
    const atMs = Math.min(seenMs, latestMs);
    return { atMs, ...(hostMs !== undefined && { lateMs: hostMs - atMs }) };
  };
}
