import { maxHintText, parseHint } from '../core/map/hint.ts';
import { MAX_TEXT } from '../core/map/limits.ts';
import { parseRelayMap, RelayMapError, type Prior, type RelayMap } from '../core/index.ts';
import { systemClock } from './clock.ts';

/** A hint that takes longer comes too late to be of use. */
const hintTimeoutMs = 2_000;
const mapTimeoutMs = 10_000;

/** The URL of an edge, with or without a slash at its end. */
export type EdgeSource = string | URL;

/** Where an edge answers that path. */
export const edgeUrl = (edge: EdgeSource, path: string): string => String(edge).replace(/\/*$/, path);

/**
 * What the edge would have this client measure first, to be given to a picker as its prior. Asked for at once, so that it
 * is there when the map is. Never rejects: without a hint there is a note, and no prior. `end` gives it up.
 */
export function askEdge(edge: EdgeSource, map: Promise<RelayMap>, options: { readonly signal?: AbortSignal | undefined; readonly note: (code: string, message: string) => void }): { readonly prior: Promise<Prior | undefined>; end(): void } {
  const given = new AbortController();
  const end = (): void => given.abort();
  const asked = fetchText(edgeUrl(edge, '/v1/hint'), { timeoutMs: hintTimeoutMs, maxBytes: maxHintText, signals: [given.signal, ...(options.signal ? [options.signal] : [])] });
  const prior = Promise.all([asked, map]).then(([text, relays]) => parseHint(text, relays) ?? Promise.reject(new Error('its answer is no hint for this map'))).catch((error: unknown) => {
    if (!given.signal.aborted && options.signal?.aborted !== true) options.note('edge', `no hint from the edge: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  return { prior, end };
}

/** The map that the edge serves. @throws RelayMapError `fetch` where there is none to be had; else as `parseRelayMap`. Rejects with the signal's reason when that aborts. */
export async function edgeMap(edge: EdgeSource, signal?: AbortSignal): Promise<RelayMap> {
  const text = await fetchText(edgeUrl(edge, '/v1/relays'), { timeoutMs: mapTimeoutMs, maxBytes: MAX_TEXT, signals: signal ? [signal] : [] }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new RelayMapError('fetch', '', `the edge's relay map cannot be had: ${error instanceof Error ? error.message : String(error)}`);
  });
  return parseRelayMap(text);
}

/** A GET without credentials that is bounded in time and size, and ends with any of the signals. */
async function fetchText(url: string, { timeoutMs, maxBytes, signals }: { readonly timeoutMs: number; readonly maxBytes: number; readonly signals: readonly AbortSignal[] }): Promise<string> {
  const bound = new AbortController();
  const done = new AbortController();
  const give = (): void => bound.abort();
  for (const signal of signals) {
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
  }
  let isLate = false;
  void systemClock().sleep(timeoutMs, done.signal).then(() => {
    isLate = !done.signal.aborted;
    if (isLate) give();
  });
  try {
    const answer = await fetch(url, { signal: bound.signal, credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer' });
    const reader = answer.body?.getReader();
    if (!answer.ok || !reader) {
      await reader?.cancel();
      throw new Error(`status ${answer.status}`);
    }
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for (let part = await reader.read(); !part.done && part.value; part = await reader.read()) {
      parts.push(part.value);
      bytes += part.value.length;
      if (bytes <= maxBytes) continue;
      await reader.cancel();
      throw new Error(`more than ${maxBytes} bytes`);
    }
    const all = new Uint8Array(bytes);
    parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
    return new TextDecoder().decode(all);
  } catch (error) {
    throw isLate ? new Error(`no answer within ${timeoutMs / 1_000} s`) : error;
  } finally {
    done.abort();
    for (const signal of signals) signal.removeEventListener('abort', give);
  }
}
