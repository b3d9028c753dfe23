import { parseRelayMap } from '../../core/map/parse.ts';
import type { RelayMap } from '../../core/model/map.ts';
import type { EdgeDeps } from '../deps.ts';
import type { Soon } from '../soon.ts';

export interface LiveMap {
  /** The last valid map. Rejects while there was none, with what is wrong with it: a `RelayMapError`, or why it could not be read. */
  current(): Soon<RelayMap>;
  /** Reads the map again if that is due. Never rejects: what went wrong is logged. */
  refresh(): Promise<void>;
}

export interface LiveMapOptions {
  /** The document, as text or as JSON. */
  readonly read: () => Promise<string | object>;
  /** Epoch ms. */
  readonly wall: () => number;
  readonly log: EdgeDeps['log'];
  readonly refreshMs?: number;
}

/** A map that could not be read is asked for again so much later: a source that is down is not to be overrun. */
const retryMs = 15_000;

/** A map that its owner may change while it is served. An invalid one never replaces a valid one. */
export function createLiveMap({ read, wall, log, refreshMs = 5 * 60_000 }: LiveMapOptions): LiveMap {
  let valid: RelayMap | undefined;
  let failure: unknown;
  let dueAt = -Infinity;
  let reading: Promise<void> | undefined;

  async function readOnce(): Promise<void> {
    try {
      valid = parseRelayMap(await read());
      failure = undefined;
      dueAt = wall() + refreshMs;
    } catch (error) {
      failure = error;
      dueAt = wall() + retryMs;
      log({ level: valid ? 'warning' : 'error', event: 'map-unusable', reason: error instanceof Error ? error.message : String(error), served: valid !== undefined });
    } finally {
      reading = undefined;
    }
  }

  const refresh = (): Promise<void> => {
    if (wall() < dueAt) return Promise.resolve();
    reading ??= readOnce();
    return reading;
  };

  return {
    refresh,
    current: () => valid ?? refresh().then(() => {
      if (!valid) throw failure;
      return valid;
    }),
  };
}
