import { isRelayMapError, RelayMapError } from '../errors.ts';
import { MAX_TEXT } from './limits.ts';
import { checkLimit, fail, type Field } from './reader.ts';

/** A relay map as it came, and whose form it has. */
export interface MapDocument {
  readonly form: 'ours' | 'derp' | 'ice';
  readonly field: Field;
}

/** Tells the forms apart by shape. Text is read as JSON. */
export function documentOf(input: string | object): MapDocument {
  const value = typeof input === 'string' ? parseJson({ value: input, path: '' }, input) : input;
  const field = { value, path: '' };
  if (Array.isArray(value)) return { form: 'ice', field };
  const { version, regions, Regions, iceServers } = Object(value) as Record<string, unknown>;
  // The regions of a DERP map are an object. It may have fields that Tailscale does not know either, a `version` among them.
  const hasRegions = typeof (regions ?? Regions ?? 0) === 'object';
  if (Array.isArray(regions) || (version !== undefined && !hasRegions)) return { form: 'ours', field };
  if (Array.isArray(iceServers)) return { form: 'ice', field: { value: iceServers, path: 'iceServers' } };
  // In Go `null` is an empty map, and so is an object without any field of a map. A promise, a buffer or a Map is a mistake.
  const tag: unknown = Object.prototype.toString.call(value);
  if (tag !== '[object Object]' && value !== null) fail(field, 'shape', 'not a relay map');
  return { form: 'derp', field };
}

function parseJson(field: Field, text: string): unknown {
  checkLimit(field, text.length, MAX_TEXT);
  try {
    return JSON.parse(text);
  } catch (error) {
    // Engines tell a position, or in quotes a few characters of the text, which may be secret and have line breaks.
    return fail(field, 'json', `not JSON: ${String(error).replace(/(, )?\.*".*"\.*|[\s\p{Cc}]+/gsu, ' ').replace(/ +/g, ' ')}`);
  }
}

/** Reading an object may run getters and proxies that throw whatever they like. */
export function orRelayMapError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isRelayMapError(error)) throw error;
    throw new RelayMapError('unreadable', '', 'cannot be read');
  }
}
