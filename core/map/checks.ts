import { familyOf, parseIp } from '../model/address.ts';
import type { Family } from '../model/kind.ts';
import { type Complain, fail, type Field, quoted, text } from './reader.ts';

// What is wrong in our own form but legal in a DERP map: `complain` makes it an error or a note.

/** A host as written. Characters that mean something else to DNS or in a URL have no place in it. */
export function host(field: Field, complain: Complain): string | undefined {
  const written = text(field);
  if (written !== undefined && !parseIp(written) && !/^[^\s\p{Cc}/\\?#@:[\]<>^|%]+$/u.test(written)) complain(field, 'host', 'is no host name or IP address');
  return written;
}

/** An address as written; `none`, and text that is odd, mean "not this family". Without a family either will do. Empty is absent. */
export function address(field: Field, complain: Complain, family?: Family): string | undefined {
  const written = text(field);
  if (!written) return undefined;
  const ip = parseIp(written);
  const isRight = family ? written === 'none' || (ip && familyOf(ip) === family) : ip;
  if (!isRight) complain(field, 'address', `is no IPv${family ?? '4 or 6'} address: ${quoted(written)}`);
  return written;
}

/** The pin of a certificate. An odd one stays: it matches nothing, so that the connection fails instead of going unchecked. */
export function pin(field: Field, complain: Complain): string | undefined {
  const written = text(field);
  if (written !== undefined && !/^sha256-raw:[\da-f]{64}$/i.test(written)) complain(field, 'certificate', 'must be sha256-raw: and 64 hex digits');
  return written;
}

/** A code or name, neither empty nor there already. */
export function word(field: Field, written: string, seen: Set<string>, complain: Complain): string {
  if (isReserved(written)) fail(field, 'value', `must not be ${quoted(written)}`);
  if (written === '') complain(field, 'value', 'is empty');
  else if (seen.has(written)) complain(field, 'duplicate', `${quoted(written)} is there already`);
  seen.add(written);
  return written;
}

/** Reports and preferences are objects keyed by ids, codes and names: `__proto__` and what else every object has would break them. */
export const isReserved = (written: string): boolean => Object.hasOwn(Object.prototype, written);

/** A URL of one of the schemes as written, without user and password: `fetch` refuses those. No error repeats it: its query may hold a token. */
export function url(field: Field, schemes: readonly string[]): string | undefined {
  const written = text(field);
  if (written !== undefined && !isUrlOf(written, schemes)) fail(field, 'value', `must be a URL of ${schemes.join(' or ')} without a user`);
  return written;
}

function isUrlOf(written: string, schemes: readonly string[]): boolean {
  try {
    const { protocol, username, password } = new URL(written);
    return schemes.includes(protocol) && username + password === '';
  } catch {
    return false;
  }
}
