/** A signal that is aborted after a time, or with another. `end` leaves nothing behind; call it on every path. */
export interface Bound {
  readonly signal: AbortSignal;
  /** The time is over, and nobody aborted before. */
  expired(): boolean;
  end(): void;
}

/**
 * Bounds a wait. When the time is over the event loop gets one more turn, so that an answer which came in time, while this
 * process was busy elsewhere, is read before it is given up. The timer does not keep a process alive.
 */
export function bound(outer: AbortSignal, ms: number): Bound {
  const controller = new AbortController();
  let isOver = false;
  let immediate: NodeJS.Immediate | undefined;
  const abort = (): void => controller.abort();
  const expire = (): void => {
    isOver = !outer.aborted;
    abort();
  };
  // The immediate stays ref'd: an unref'd one does not wake the loop, and would wait for whatever does.
  const timer = setTimeout(() => { immediate = setImmediate(expire); }, ms).unref();
  if (outer.aborted) abort();
  else outer.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    expired: () => isOver,
    end() {
      clearTimeout(timer);
      clearImmediate(immediate);
      outer.removeEventListener('abort', abort);
      abort();
    },
  };
}

/** The promise's value, or undefined as soon as the signal aborts. A promise that rejects counts as undefined. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve) => {
    const settle = (value?: T): void => {
      signal.removeEventListener('abort', abort);
      resolve(value);
    };
    const abort = (): void => settle();
    if (signal.aborted) return settle();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(settle, abort);
  });
}

/** Resolves when the signal aborts. For signals that end with the wait, as a `Bound`'s does. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
