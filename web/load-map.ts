import { isRelayMapError, RelayMapError } from '../core/errors.ts';
import { MAX_TEXT } from '../core/map/limits.ts';
import type { RelayMap } from '../core/model/map.ts';
import { readText } from '../universal/read-body.ts';
import { unlessAborted } from './unless-aborted.ts';

/** A map, or the URL of one: of this origin, or of a server that lets this page read it (CORS). */
export type MapSource = RelayMap | string | URL;

export interface LoadedMap {
  readonly map: RelayMap;
  /** The URL without what may be a secret, for the report. */
  readonly mapSource?: string;
}

const timeoutMs = 10_000;

/** @throws RelayMapError `fetch` where there is no answer, or no good one; else as `parseRelayMap`. Rejects with the signal's reason when that aborts. */
export async function loadMap(source: MapSource, signal?: AbortSignal): Promise<LoadedMap> {
  if (typeof source === 'object' && 'regions' in source) return { map: source };
  const shown = String(source).replace(/[?#].*/s, '').replace(/\/\/[^/]*@/, '//');
  const fail = (what: string): never => {
    throw new RelayMapError('fetch', '', `the relay map at ${shown} ${what}`);
  };
  const timeout = AbortSignal.timeout(timeoutMs);
  const bound = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const get = async (): Promise<string> => {
    const answer = await fetch(source, { signal: bound });
    if (!answer.ok) return fail(`cannot be had: status ${answer.status}`);
    return await readText(answer.body, MAX_TEXT) ?? fail(`has more than ${MAX_TEXT} bytes`);
  };
  const load = async (): Promise<RelayMap> => {
    // What reads the map comes while the map is on its way.
    const reader = import('./read-map.ts').catch((error: unknown) => fail(`cannot be read: what reads it does not load (${String(error)})`));
    const [{ readMap }, text] = await Promise.all([reader, get()]);
    return readMap(text);
  };
  const map = await unlessAborted(load(), bound).catch((error: unknown) => {
    signal?.throwIfAborted();
    if (isRelayMapError(error)) throw error.path || error.code === 'fetch' ? error : new RelayMapError(error.code, '', `the relay map at ${shown}: ${error.message}`);
    return fail(timeout.aborted ? `did not come within ${timeoutMs / 1000} s` : `cannot be had: nobody answers there, or not to this page (${String(error)})`);
  });
  return { map, mapSource: shown };
}
