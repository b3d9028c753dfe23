import { MAX_TEXT } from '../core/map/limits.ts';
import { edgeUrl, type EdgeSource } from '../universal/edge-url.ts';
import { fetchText } from '../universal/fetch-text.ts';
import { parseRelayMap, RelayMapError, type RelayMap } from '../universal/index.ts';

const mapTimeoutMs = 10_000;

/** The map that the edge serves. @throws RelayMapError `fetch` where there is none to be had; else as `parseRelayMap`. Rejects with the signal's reason when that aborts. */
export async function edgeMap(edge: EdgeSource, signal: AbortSignal): Promise<RelayMap> {
  const text = await fetchText(edgeUrl(edge, '/v1/relays'), { timeoutMs: mapTimeoutMs, maxBytes: MAX_TEXT, signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new RelayMapError('fetch', '', `the edge's relay map cannot be had: ${error instanceof Error ? error.message : String(error)}`);
  });
  return parseRelayMap(text);
}
