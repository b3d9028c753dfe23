/** Work that several callers wait for together: one run, which ends early only when nobody waits any more. */
export interface Shared<T> {
  /** Joins the run under way or starts one. Rejects with the signal's reason when it aborts. */
  join(signal: AbortSignal | undefined, start: (ended: AbortSignal) => Promise<T>): Promise<T>;
  abort(reason: unknown): void;
  /** Resolves when nothing runs. */
  idle(): Promise<void>;
}

export function createShared<T>(): Shared<T> {
  let current: { readonly promise: Promise<T>; readonly end: AbortController; waiting: number } | undefined;
  return {
    join(signal, start) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (!current || current.end.signal.aborted) {
        const previous = current?.promise.catch(() => {}) ?? Promise.resolve();
        const end = new AbortController();
        const run: NonNullable<typeof current> = { promise: previous.then(() => start(end.signal)), end, waiting: 0 };
        const forget = (): void => {
          if (current === run) current = undefined;
        };
        run.promise.then(forget, forget);
        current = run;
      }
      const run = current;
      run.waiting++;
      return new Promise<T>((resolve, reject) => {
        const leave = (): void => {
          signal?.removeEventListener('abort', onAbort);
          run.waiting--;
        };
        const onAbort = (): void => {
          leave();
          if (run.waiting === 0) run.end.abort(signal?.reason);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        run.promise.finally(leave).then(resolve, reject);
      });
    },
    abort(reason) {
      current?.end.abort(reason);
    },
    async idle() {
      await current?.promise.catch(() => {});
    },
  };
}
