import type { RelayMap } from '../model/map.ts';
import { documentOf, orRelayMapError } from './document.ts';
import { readForeign } from './foreign.ts';
import { readOurs } from './ours.ts';

/**
 * Reads a relay map: our own form, a Tailscale DERP map, or a list of `RTCIceServer` (also as the `iceServers` of an
 * `RTCConfiguration`), told apart by shape. Text is read as JSON. The result is plain data that shares nothing with the
 * input, all defaults filled in; what was odd but legal stands in its `notes`.
 *
 * @throws RelayMapError, and nothing else, whatever the input. Its `path` says where; its `code` is `json` (no JSON text),
 * `shape` (none of the three), `missing`, `type` (of the wrong type, or out of range), `value`, `host`, `address`,
 * `certificate`, `duplicate`, `limit` (more than 10,000 regions, 100 nodes a region or 32 Mi characters), or `unreadable`
 * (an object whose getters throw).
 */
export const parseRelayMap = (input: string | object): RelayMap => orRelayMapError(() => {
  const document = documentOf(input);
  return document.form === 'ours' ? readOurs(document.field) : readForeign(document);
});
