import { familyIn } from '../model/address.ts';
import type { Family } from '../model/kind.ts';
import { type Complain, fail, type Field, quoted, text } from './reader.ts';

// What may be wrong with text. `complain` makes it an error, or a note where the map is Tailscale's, whose own reader takes it.

/** A host as written. Characters that mean something else to DNS or in a URL have no place in it. */
export const host = (field: Field, complain: Complain): string | undefined =>
  checked(field, complain, 'host', 'is no host name or IP address', (written) => familyIn(written) !== undefined || /^[^\s\p{Cc}/\\?#@:[\]<>^|%]+$/u.test(written));

/** An address as written; `none`, and text that is odd, mean "not this family". Empty is as good as absent. */
export const address = (field: Field, complain: Complain, family: Family): string | undefined =>
  checked(field, complain, 'address', `is no IPv${family} address`, (written) => written === '' || written === 'none' || familyIn(written) === family) || undefined;

/** An address of either family. */
export const anyAddress = (field: Field, complain: Complain): string | undefined =>
  checked(field, complain, 'address', 'is no IP address', (written) => written === '' || familyIn(written) !== undefined) || undefined;

/** The pin of a certificate. An odd one stays: it matches nothing, so that the connection fails instead of going unchecked. */
export const pin = (field: Field, complain: Complain): string | undefined =>
  checked(field, complain, 'certificate', 'must be sha256-raw: and 64 hex digits', (written) => /^sha256-raw:[\da-f]{64}$/i.test(written));

/** A URL of one of the schemes as written, without user and password: `fetch` refuses those. No error repeats it: its query may hold a token. */
export const url = (field: Field, schemes: readonly string[]): string | undefined =>
  checked(field, fail, 'value', `must be a URL of ${schemes.join(' or ')} without a user`, (written) => {
    try {
      const { protocol, username, password } = new URL(written);
      return schemes.includes(protocol) && username + password === '';
    } catch {
      return false;
    }
  });

function checked(field: Field, complain: Complain, code: string, message: string, isRight: (written: string) => boolean): string | undefined {
  const written = text(field);
  if (written !== undefined && !isRight(written)) complain(field, code, message);
  return written;
}

/** An id, code or name, neither empty nor there already. */
export function word(field: Field, written: string, seen: Set<string>, complain: Complain): string {
  if (isReserved(written)) fail(field, 'value', `must not be ${quoted(written)}`);
  if (written === '') complain(field, 'value', 'is empty');
  else if (seen.has(written)) complain(field, 'duplicate', `${quoted(written)} is there already`);
  seen.add(written);
  return written;
}

/** Reports and preferences are objects keyed by such words: `__proto__` and what else every object has would break them. */
export const isReserved = (written: string): boolean => written in {};
