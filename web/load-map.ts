import { RelayMapError } from '../core/errors.ts';
import { parseRelayMap } from '../core/map/parse.ts';
import type { RelayMap } from '../core/model/map.ts';

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
  const get = async (): Promise<string> => {
    const answer = await fetch(source, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    return answer.ok ? answer.text() : fail(`cannot be had: status ${answer.status}`);
  };
  const text = await get().catch((error: unknown) => {
    signal?.throwIfAborted();
    if (error instanceof RelayMapError) throw error;
    return fail(timeout.aborted ? `did not come within ${timeoutMs / 1000} s` : `cannot be had: nobody answers there, or not to this page (${String(error)})`);
  });
  return { map: parseRelayMap(text), mapSource: shown };
}
