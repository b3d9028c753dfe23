import type { EdgeDeps } from '../../edge/deps.ts';
import { createLiveMap } from '../../edge/map/live-map.ts';
import type { Soon } from '../../edge/soon.ts';
import { formatRelayMap, type RelayMap } from '../../universal/index.ts';
import { loadMap, readMap } from './map-source.ts';

/** A map that is served, and read again while it is. */
export interface ServedMap {
  current(): Soon<RelayMap>;
  close(): Promise<void>;
}

const lookEveryMs = 5_000;
const fileRefreshMs = 5_000;
const urlRefreshMs = 60_000;

/** Throws `UsageError` where the first map is no map. Later ones that are none are logged, and the last good one stays. */
export async function serveMap(source: string, { signal, log, wall }: { readonly signal: AbortSignal; readonly log: EdgeDeps['log']; readonly wall: () => number }): Promise<ServedMap> {
  // Nothing to read again: relays of this process, a stream that is at its end.
  if (source === 'lab' || source === '-') {
    const loaded = await loadMap(source, signal);
    return { current: () => loaded.map, close: loaded.close };
  }
  const { map } = await loadMap(source, signal);
  let first: object | undefined = formatRelayMap(map);
  const isRemote = source === 'tailscale' || /^https?:/i.test(source);
  const live = createLiveMap({
    async read() {
      const document = first ?? (await readMap(source, signal)).text;
      first = undefined;
      return document;
    },
    // A reading that ends with the command is no fault of the map.
    log: (entry) => { if (!signal.aborted) log(entry); },
    wall, refreshMs: isRemote ? urlRefreshMs : fileRefreshMs,
  });
  await live.refresh();
  const timer = setInterval(() => void live.refresh(), lookEveryMs).unref();
  return { current: live.current, close: async () => clearInterval(timer) };
}
