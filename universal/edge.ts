import { maxHintText, parseHint } from '../core/map/hint.ts';
import type { Prior } from '../core/model/context.ts';
import type { RelayMap } from '../core/model/map.ts';
import { fetchText, type GetText } from './fetch-text.ts';

/** A hint that takes longer comes too late to be of use. */
const hintTimeoutMs = 2_000;

/** The URL of an edge, with or without a slash at its end. */
export type EdgeSource = string | URL;

/** Where an edge answers that path. */
export const edgeUrl = (edge: EdgeSource, path: string): string => String(edge).replace(/\/*$/, path);

/**
 * What the edge would have this client measure first, to be given to a picker as its prior. Asked for at once, so that it
 * is there when the map is. Never rejects: without a hint there is a note, and no prior. `end` gives it up.
 */
export function askEdge(edge: EdgeSource, map: Promise<RelayMap>, options: { readonly signal?: AbortSignal | undefined; readonly get?: GetText; readonly note: (code: string, message: string) => void }): { readonly prior: Promise<Prior | undefined>; end(): void } {
  const given = new AbortController();
  const end = (): void => given.abort();
  const asked = (options.get ?? fetchText)(edgeUrl(edge, '/v1/hint'), { timeoutMs: hintTimeoutMs, maxBytes: maxHintText, signals: [given.signal, ...(options.signal ? [options.signal] : [])] });
  const prior = Promise.all([asked, map]).then(([text, relays]) => parseHint(text, relays) ?? Promise.reject(new Error('its answer is no hint for this map'))).catch((error: unknown) => {
    if (!given.signal.aborted && options.signal?.aborted !== true) options.note('edge', `no hint from the edge: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  return { prior, end };
}
