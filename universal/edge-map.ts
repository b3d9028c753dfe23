import { isRelayMapError, RelayMapError } from '../core/errors.ts';
import { MAX_TEXT } from '../core/map/limits.ts';
import { parseRelayMap } from '../core/map/parse.ts';
import type { RelayMap } from '../core/model/map.ts';
import { edgeUrl, type EdgeSource } from './edge.ts';
import { fetchText, type GetText } from './fetch-text.ts';

const timeoutMs = 10_000;

/** The map that the edge serves. @throws RelayMapError `fetch` where there is none to be had; else as `parseRelayMap`. Rejects with the signal's reason when that aborts. */
export async function edgeMap(edge: EdgeSource, signal?: AbortSignal, get: GetText = fetchText): Promise<RelayMap> {
  const text = await get(edgeUrl(edge, '/v1/relays'), { timeoutMs, maxBytes: MAX_TEXT, signals: signal ? [signal] : [] }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new RelayMapError('fetch', '', `the edge's relay map cannot be had: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    return parseRelayMap(text);
  } catch (error) {
    // A login page, mostly: nothing in it has a path.
    throw isRelayMapError(error) && !error.path ? new RelayMapError(error.code, '', `the edge's relay map: ${error.message}`) : error;
  }
}
