import { familyIn } from '../model/address.ts';
import { MAX_URLS } from './limits.ts';
import { STUN_PORT } from './ports.ts';
import { fail, type Field, items, required, text } from './reader.ts';

/** A STUN or TURN server by its URI. */
export interface IceUrl {
  /** As written. */
  readonly text: string;
  readonly isTurn: boolean;
  /** In lower case; an IPv6 address without its brackets. */
  readonly host: string;
  /** Where it answers plain STUN over UDP: TURN does as well, unless it is over TCP or TLS. */
  readonly stunPort?: number;
}

/**
 * Reads a STUN or TURN URI (RFC 7064 and RFC 7065, section 3.1): `stun:`, `stuns:`, `turn:` or `turns:`, `host[:port]`, IPv6 in
 * brackets, for TURN `?transport=udp` or `tcp`. No slashes, no user, no empty port, as in browsers. Undefined if it is none.
 */
export function parseIceUrl(written: string): IceUrl | undefined {
  const [, base, secure, name, literal, digits, transport] = /^(stun|turn)(s?):(?:([\w.-]+)|\[([^\]%]+)\])(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/.exec(written.toLowerCase()) ?? [];
  const isTurn = base === 'turn';
  const host = name ?? literal;
  const port = Number(digits ?? STUN_PORT);
  if (!host || (literal && familyIn(literal) !== 6) || port < 1 || port > 65_535 || (transport && !isTurn)) return undefined;
  return { text: written, isTurn, host, ...(!secure && transport !== 'tcp' && { stunPort: port }) };
}

/** The URLs of a field that has one or a list of them, as `RTCIceServer.urls`. */
export function iceUrls(field: Field, isTurnOnly: boolean): IceUrl[] {
  const list = typeof field.value === 'string' ? [field] : items(field, MAX_URLS);
  if (list.length === 0) fail(field, 'missing', 'is empty');
  return list.map((item) => {
    const ice = parseIceUrl(text(required(item)) ?? '');
    return ice && (ice.isTurn || !isTurnOnly) ? ice : fail(item, 'value', `must be ${isTurnOnly ? '' : 'stun: or '}turn:host[:port]`);
  });
}
