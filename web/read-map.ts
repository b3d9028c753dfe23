import { documentOf, orRelayMapError } from '../core/map/document.ts';
import { readOurs } from '../core/map/ours.ts';
import { RelayMapError } from '../core/errors.ts';
import type { RelayMap } from '../core/model/map.ts';

/**
 * As `parseRelayMap`, but what reads a DERP map or a list of `RTCIceServer` is loaded when one is there. Rejects with a
 * `RelayMapError` `fetch` where that does not load.
 */
export async function readMap(input: string | object): Promise<RelayMap> {
  const document = orRelayMapError(() => documentOf(input));
  if (document.form === 'ours') return orRelayMapError(() => readOurs(document.field));
  const { readForeign } = await import('../core/map/foreign.ts').catch((error: unknown) => {
    throw new RelayMapError('fetch', '', `what reads DERP maps and lists of RTCIceServer does not load: ${String(error)}`);
  });
  return readForeign(document);
}
