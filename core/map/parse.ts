import { RelayMapError } from '../errors.ts';
import type { RelayMap } from '../model/map.ts';
import { readDerpMap } from './derp-map.ts';
import { readIceServers } from './ice-servers.ts';
import { MAX_TEXT } from './limits.ts';
import { readOurs } from './ours.ts';
import { checkLimit, fail, type Field } from './reader.ts';

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
export function parseRelayMap(input: string | object): RelayMap {
  try {
    return readDocument(typeof input === 'string' ? parseJson({ value: input, path: '' }, input) : input);
  } catch (error) {
    if (error instanceof RelayMapError) throw error;
    throw new RelayMapError('unreadable', '', 'cannot be read');
  }
}

function parseJson(field: Field, text: string): unknown {
  checkLimit(field, text.length, MAX_TEXT);
  try {
    return JSON.parse(text);
  } catch (error) {
    // Engines tell a position, or a few characters of the text, whose line breaks have no place in a message.
    return fail(field, 'json', `not JSON: ${String(error).replace(/[\s\p{Cc}]+/gu, ' ')}`);
  }
}

function readDocument(value: unknown): RelayMap {
  const document = { value, path: '' };
  if (Array.isArray(value)) return readIceServers(document);
  const { version, regions, Regions, iceServers } = Object(value) as Record<string, unknown>;
  // The regions of a DERP map are an object. It may have fields that Tailscale does not know either, a `version` among them.
  const hasRegions = typeof (regions ?? Regions ?? 0) === 'object';
  if (Array.isArray(regions) || (version !== undefined && !hasRegions)) return readOurs(document);
  if (Array.isArray(iceServers)) return readIceServers({ value: iceServers, path: 'iceServers' });
  // In Go `null` is an empty map, and so is an object without any field of a map. A promise, a buffer or a Map is a mistake.
  const tag: unknown = Object.prototype.toString.call(value);
  if (tag !== '[object Object]' && value !== null) fail(document, 'shape', 'not a relay map');
  return readDerpMap(document);
}
