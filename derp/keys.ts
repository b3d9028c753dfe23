import { KEY_BYTES } from '../core/wire/derp.ts';
import { platformRandom } from './box.ts';
import type { Random } from './box.ts';
import { clamp, publicKeyOf } from './x25519.ts';

/** An X25519 key pair. Its public half is the address of whoever holds the private one. */
export interface DerpKey {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

const PUBLIC = 'nodekey:';
const PRIVATE = 'privkey:';

/**
 * A new key pair: a client that no relay has seen before.
 *
 * @param random fills an array; default: the platform's `crypto.getRandomValues`
 */
export function generateDerpKey(random: Random = platformRandom): DerpKey {
  const privateKey = new Uint8Array(KEY_BYTES);
  random(privateKey);
  // X25519 does this by itself wherever a key is used. Here, so that its text is what Tailscale would write of the same key.
  return derpKeyOf(clamp(privateKey));
}

/** The pair of a private key that was kept. @throws RangeError if it has not 32 bytes */
export const derpKeyOf = (privateKey: Uint8Array): DerpKey => ({ privateKey, publicKey: publicKeyOf(thatIsKey('privateKey', privateKey)) });

/** @throws RangeError that does not repeat the key */
export function thatIsKey(name: string, key: Uint8Array): Uint8Array {
  if (key?.length !== KEY_BYTES) throw new RangeError(`${name}: must have ${KEY_BYTES} bytes, has ${key?.length}`);
  return key;
}

/** `nodekey:` and 64 hex digits, as Tailscale writes a public key. Good as the key of a `Map`, which bytes are not. */
export const formatDerpKey = (publicKey: Uint8Array): string => PUBLIC + hexOf(publicKey);

/** Reads what `formatDerpKey` writes. @throws SyntaxError that does not repeat the text */
export const parseDerpKey = (text: string): Uint8Array => bytesOf(text, PUBLIC);

/** `privkey:` and 64 hex digits, as Tailscale writes a private key. A secret: to be kept where nobody else reads. */
export const formatDerpPrivateKey = ({ privateKey }: DerpKey): string => PRIVATE + hexOf(privateKey);

/** Reads what `formatDerpPrivateKey` writes. @throws SyntaxError that does not repeat the text */
export const parseDerpPrivateKey = (text: string): DerpKey => derpKeyOf(bytesOf(text, PRIVATE));

const DIGITS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += DIGITS[byte];
  return text;
}

function bytesOf(text: string, prefix: string): Uint8Array {
  const hex = text.startsWith(prefix) ? text.slice(prefix.length) : '';
  if (!/^[0-9a-f]{64}$/i.test(hex)) throw new SyntaxError(`a key must be ${prefix} and ${2 * KEY_BYTES} hex digits`);
  return Uint8Array.from({ length: KEY_BYTES }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}
