import type { Clock } from '../../core/clock.ts';
import { ProbeFailure } from '../../core/errors.ts';
import { onAbort } from '../../core/probe/on-abort.ts';
import type { Transport } from '../../core/probe/transport.ts';

export interface PoolOptions {
  /** Probes under way at once, of all the transports together. */
  readonly places: number;
  /** A probe that has its place may take so long; then its signal aborts, and the place is free. */
  readonly patienceMs: number;
  readonly clock: Clock;
}

/**
 * Transports that share a few places. Workers hold back the seventh connection of a request inside `connect` and `fetch`,
 * where a transport's clock already runs: here a probe waits before its transport is asked.
 */
export function pooled(transports: readonly Transport[], { places, patienceMs, clock }: PoolOptions): Transport[] {
  let free = places;
  const queue = new Set<() => void>();

  function leave(): void {
    const [next] = queue;
    if (!next) {
      free++;
      return;
    }
    queue.delete(next);
    next();
  }

  async function enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new ProbeFailure('aborted', 'aborted before anything was sent', false);
    if (free > 0) {
      free--;
      return;
    }
    let stopListening = (): void => {};
    await new Promise<void>((resolve, reject) => {
      queue.add(resolve);
      stopListening = onAbort(signal, () => {
        queue.delete(resolve);
        reject(new ProbeFailure('aborted', 'aborted while it waited for its turn', false));
      });
    }).finally(() => stopListening());
  }

  return transports.map((transport) => ({
    ...transport,
    async probe(node, options) {
      await enter(options.signal);
      const end = new AbortController();
      const over = new AbortController();
      const stopListening = options.signal.aborted ? (): void => {} : onAbort(options.signal, () => end.abort());
      if (options.signal.aborted) end.abort();
      void clock.sleep(patienceMs, over.signal).then(() => end.abort());
      try {
        return await transport.probe(node, { ...options, signal: end.signal });
      } finally {
        stopListening();
        over.abort();
        leave();
      }
    },
  }));
}
