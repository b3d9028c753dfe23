import { createLoop } from '../core/picker/picker.ts';
import { systemClock } from '../universal/clock.ts';
import type { LoadedMap } from './load-map.ts';
import { found, named, pageOptions, prepare, sharedName, type Nearest, type NearestOptions } from './nearest.ts';
import { webNetwork } from './network.ts';
import { pageStretch } from './pace.ts';
import { readFound, type Found } from './read-found.ts';
import { shared } from './tabs/shared.ts';

/** A report of another tab that is no older is as good as a new one. */
const freshMs = 20_000;

/**
 * The nearest region, again and again: when the strategy says so, and at once when the network changes. One visible tab
 * measures for all tabs of the origin that watch the same map; hidden ones rest, and where data is dear reports come less
 * often. Ends when the signal aborts. Rejects with a `RelayMapError` where the map cannot be had.
 */
export async function* watchNearest(options: Omit<NearestOptions, 'until'>): AsyncGenerator<Nearest, void, void> {
  const { loaded, end, ...rest } = await prepare(options);
  try {
    for await (const item of watchLoaded(loaded, { ...options, ...rest })) yield named(loaded.map, options.preferences, item);
  } finally {
    end();
  }
}

/** As `watchNearest`, of a map that is there. */
export function watchLoaded(loaded: LoadedMap, options: Parameters<typeof pageOptions>[1] & { readonly signal?: AbortSignal }): AsyncGenerator<Found, void, void> {
  const { signal } = options;
  const { map } = loaded;
  async function* lead(turn: AbortSignal, heardAt: number): AsyncGenerator<Found, void, void> {
    await unlessChanged(heardAt + freshMs - performance.now(), turn);
    const picker = createLoop(pageOptions(loaded, options));
    try {
      for await (const picked of picker.watch({ signal: turn, stretch: pageStretch() })) yield found(picker, picked);
    } finally {
      await picker.close();
    }
  }
  return shared({ name: sharedName('watch', map, options), read: (data) => readFound(data, map), ...(signal && { signal }) }, lead);
}

/** Sleeps, unless the network changes meanwhile. */
async function unlessChanged(ms: number, signal: AbortSignal): Promise<void> {
  if (!(ms > 0)) return;
  const end = new AbortController();
  const wake = (): void => end.abort();
  const stop = webNetwork().onChange(wake);
  signal.addEventListener('abort', wake, { once: true });
  await systemClock().sleep(ms, end.signal);
  stop();
  signal.removeEventListener('abort', wake);
}
