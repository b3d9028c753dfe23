/** What is seen around the sending of a request, monotonic ms. */
export interface Seen {
  /** `setLocalDescription` was called: nothing can have been sent before. */
  readonly calledMs: number;
  /** It resolved; absent: not yet. */
  readonly resolvedMs?: number;
  /** The host candidate of the same interface was announced. Its port sends as soon as it is open. Absent: there is none. */
  readonly hostMs?: number;
}

/** When the request left, and whether that is sure. */
export interface Start {
  readonly atMs: number;
  readonly isSure: boolean;
}

/** A host candidate comes 1 to 2 ms after the call. One that comes later than this was itself held up; the request was not. */
const promptMs = 3;
/** On a slower machine: later than so many times the fastest there. */
const promptFactor = 2;

/**
 * Tells when requests left, of all gatherings of a page, as no browser does. By the host candidate it is right to 0.4 ms,
 * unless the page was busy when that came: then the latency would come out too small, which no repetition mends, so it is
 * not believed beyond what is prompt. Without host candidates (a policy may forbid them) it is the time when
 * `setLocalDescription` resolved, 1 to 2 ms before the request.
 */
export function createStartTimes(): (seen: Seen) => Start {
  let fastestMs = Infinity;
  return ({ calledMs, resolvedMs, hostMs }) => {
    const latestMs = calledMs + (fastestMs < Infinity ? Math.max(promptMs, promptFactor * fastestMs) : promptMs);
    if (hostMs !== undefined) fastestMs = Math.min(fastestMs, hostMs - calledMs);
    const seenMs = hostMs ?? resolvedMs ?? calledMs;
    return { atMs: Math.min(seenMs, latestMs), isSure: hostMs !== undefined && hostMs <= latestMs };
  };
}
