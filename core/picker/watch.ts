import type { Clock } from '../clock.ts';
import type { Network } from '../probe/network.ts';
import type { Picked } from './series.ts';

/** A network change must hold so long before it is believed: interfaces come and go in bursts. */
const settleMs = 200;

/** What the caller of `Picker.watch` may say. */
export interface WatchRhythm {
  readonly signal?: AbortSignal;
  /** From the end of a report to the start of the next. Default: as the strategy waits. */
  readonly intervalMs?: number;
  /** The first report asks all regions, whatever is remembered of them. Default: as the strategy says. */
  readonly full?: boolean;
  /** Report also while the machine has no network, instead of waiting for one. */
  readonly evenOffline?: boolean;
  /** Asked whenever a wait would end: how many times longer it is now. `Infinity`: until a change wants a report. Default 1. */
  stretch?(): number;
}

export interface WatchOptions {
  report(signal: AbortSignal): Promise<Picked>;
  readonly clock: Clock;
  readonly closing: AbortSignal;
  readonly signal?: AbortSignal;
  readonly network?: Network;
  readonly evenOffline: boolean;
  /** All relays are on this machine: being offline does not matter. */
  isLocal(): boolean;
  waitMs(): number;
  /** Something changed that wants a report now; returns how to stop listening. */
  onStir(listener: () => void): () => void;
}

/** Report after report, until the signal aborts or the picker closes. */
export async function* watch(options: WatchOptions): AsyncGenerator<Picked, void, void> {
  const { clock, network } = options;
  const end = new AbortController();
  let nudge = new AbortController();
  let changedMs = -Infinity;
  let wanted = false;

  const onEnd = (): void => {
    end.abort();
    nudge.abort();
  };
  const stir = (sinceMs: number = -Infinity): void => {
    wanted = true;
    changedMs = sinceMs;
    nudge.abort();
  };
  const isOffline = (): boolean => network?.online() === false && !options.evenOffline && !options.isLocal();
  const rest = async (ms: number): Promise<void> => {
    nudge = new AbortController();
    if (!end.signal.aborted) await clock.sleep(ms, nudge.signal);
  };

  const stops = [options.onStir(stir), network?.onChange(() => stir(clock.now()))];
  for (const signal of [options.signal, options.closing]) {
    if (signal?.aborted) end.abort();
    signal?.addEventListener('abort', onEnd, { once: true });
  }
  try {
    while (!end.signal.aborted) {
      // A change that may be the first of a burst: wait until it has held.
      while (!end.signal.aborted && clock.now() - changedMs < settleMs) await rest(settleMs - (clock.now() - changedMs));
      while (!end.signal.aborted && isOffline()) await rest(Infinity);
      if (end.signal.aborted) break;
      wanted = false;
      changedMs = -Infinity;
      let picked: Picked;
      try {
        picked = await options.report(end.signal);
      } catch (error) {
        if (end.signal.aborted) break;
        throw error;
      }
      yield picked;
      const endedMs = clock.now();
      const leftMs = (): number => endedMs + options.waitMs() - clock.now();
      while (!end.signal.aborted && !wanted && leftMs() > 0) await rest(leftMs());
    }
  } finally {
    onEnd();
    for (const stop of stops) stop?.();
    for (const signal of [options.signal, options.closing]) signal?.removeEventListener('abort', onEnd);
  }
}
