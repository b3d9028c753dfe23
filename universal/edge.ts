import { maxHintText, parseHint } from '../core/map/hint.ts';
import type { Prior } from '../core/model/context.ts';
import type { RelayMap } from '../core/model/map.ts';
import { edgeUrl, type EdgeSource } from './edge-url.ts';
import { fetchText } from './fetch-text.ts';

/** A hint that takes longer comes too late to be of use. */
const hintTimeoutMs = 2_000;

/**
 * What the edge would have this client measure first, to be given to a picker as its prior. Asked for at once, so that it
 * is there when the map is. Never rejects: without a hint there is a note, and no prior; without a word where the signal aborts.
 */
export async function askEdge(edge: EdgeSource, map: Promise<RelayMap>, { signal, note }: { readonly signal: AbortSignal; readonly note: (code: string, message: string) => void }): Promise<Prior | undefined> {
  try {
    const [text, relays] = await Promise.all([fetchText(edgeUrl(edge, '/v1/hint'), { timeoutMs: hintTimeoutMs, maxBytes: maxHintText, signal }), map]);
    const prior = parseHint(text, relays);
    if (!prior) throw new Error('its answer is no hint for this map');
    return prior;
  } catch (error) {
    if (!signal.aborted) note('edge', `no hint from the edge: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
