import { montgomery } from '@noble/curves/abstract/montgomery.js';
import { pow } from '@noble/curves/abstract/modular.js';

const P = 2n ** 255n - 19n;

/**
 * X25519 of RFC 7748. Put together here from the library's Montgomery ladder, since its ready-made one brings Ed25519 with it and
 * makes tables for many keys a second: a third of this entry's size, and 30 ms at the first key where the ladder takes 5.
 */
const x25519 = montgomery({
  P,
  type: 'x25519',
  adjustScalarBytes: clamp,
  powPminus2: (x) => pow(x, P - 2n, P),
});

/** The bits of a private key that are not free (RFC 7748 section 5), in place. */
export function clamp(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  bytes[0] = (bytes[0] ?? 0) & 0xf8;
  bytes[31] = ((bytes[31] ?? 0) & 0x7f) | 0x40;
  return bytes as Uint8Array<ArrayBuffer>;
}

export const publicKeyOf = (privateKey: Uint8Array): Uint8Array => x25519.scalarMult(privateKey, x25519.GuBytes);

/** The secret that two keys share. @throws Error where the public key is one of the few whose secret is zero for everybody */
export const sharedSecret = (privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array => x25519.scalarMult(privateKey, publicKey);
