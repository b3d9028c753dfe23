import type { Clock } from '../../core/clock.ts';

/**
 * Calls its listeners when `signature` has changed. It looks every `pollMs`, only while somebody listens, and never twice at
 * once. The first look, at the first listener, is what later ones are compared with. A look that fails says nothing.
 */
export function watchSignature(signature: () => Promise<string>, { clock, pollMs }: { readonly clock: Clock; readonly pollMs: number }): (listener: () => void) => () => void {
  // A set of wrappers: the same function may listen twice, and each of the two stops on its own.
  const listeners = new Set<{ readonly call: () => void }>();
  let stop: AbortController | undefined;

  function notify(): void {
    // A copy: who starts to listen because of this change is not told of it. Who stops because of it is not either.
    for (const listener of Array.from(listeners)) {
      if (!listeners.has(listener)) continue;
      try {
        listener.call();
      } catch (error) {
        // It is the process's to handle, as an event listener's would be; the others are told all the same.
        queueMicrotask(() => { throw error; });
      }
    }
  }

  async function poll(signal: AbortSignal): Promise<void> {
    let known: string | undefined;
    while (!signal.aborted) {
      const seen = await signature().catch(() => undefined);
      if (signal.aborted) return;
      const changed = seen !== undefined && known !== undefined && seen !== known;
      known = seen ?? known;
      if (changed) notify();
      await clock.sleep(pollMs, signal);
    }
  }

  return (call) => {
    const listener = { call };
    listeners.add(listener);
    if (!stop) {
      stop = new AbortController();
      void poll(stop.signal);
    }
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      stop?.abort();
      stop = undefined;
    };
  };
}
