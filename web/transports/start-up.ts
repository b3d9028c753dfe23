/** What one request took. */
interface Timed {
  readonly ms: number;
  /** The page's own clock was all there was. */
  readonly byClock: boolean;
}

/** The same as the browser noted it: what the server does not show is missing. */
export interface Noted extends Timed {
  /** From the call until the request left; absent where it seems to have left no sooner than the answer came. */
  readonly waitMs?: number;
  /** From the call until the answer came. */
  readonly answeredMs?: number;
}

/** What a browser needs to send a request on an open connection, learned from all that it sent. */
export interface StartUp {
  learn(noted: Noted): void;
  /** The time of a request without it. */
  read(noted: Noted): Timed;
}

/**
 * Firefox, whose clock has steps of 1 ms, notes one `requestStart` in six some ms late, up to when the answer comes: the
 * request then seems that much shorter, which no repetition mends. So with such a clock a request counts from its call to
 * its answer, less the shortest that any took to leave; to that a busy machine only adds.
 */
export function createStartUp(): StartUp {
  let isCoarse = true;
  let leastMs = Infinity;
  return {
    learn({ ms, waitMs }) {
      if (waitMs === undefined) return;
      isCoarse &&= Number.isInteger(ms) && Number.isInteger(waitMs);
      leastMs = Math.min(leastMs, waitMs);
    },
    read({ ms, byClock, answeredMs = 0 }) {
      const ownMs = answeredMs - leastMs;
      return isCoarse && ownMs > 0 ? { ms: ownMs, byClock: false } : { ms, byClock };
    },
  };
}
