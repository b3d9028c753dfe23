import { RelayMapError } from '../core/errors.ts';
import { documentOf, orRelayMapError } from '../core/map/document.ts';
import { readOurs } from '../core/map/ours.ts';
import type { RelayMap } from '../core/model/map.ts';

/** As `parseRelayMap`, but what reads the forms of others is loaded when a map has one of them. Rejects with `fetch` where that cannot be had. */
export async function readMap(input: string | object): Promise<RelayMap> {
  const document = orRelayMapError(() => documentOf(input));
  if (document.form === 'ours') return orRelayMapError(() => readOurs(document.field));
  const { readForeign } = await import('../core/map/foreign.ts').catch((error: unknown) => {
    throw new RelayMapError('fetch', '', `what reads DERP maps and lists of RTCIceServer cannot be loaded: ${String(error)}`);
  });
  return orRelayMapError(() => readForeign(document));
}
