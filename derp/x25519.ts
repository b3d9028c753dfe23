import { montgomery } from '@noble/curves/abstract/montgomery.js';
import { pow } from '@noble/curves/abstract/modular.js';
import { nativeX25519, type ScalarMult } from './native-x25519.ts';

const P = 2n ** 255n - 19n;

/**
 * X25519 of RFC 7748. Put together here from the library's Montgomery ladder, since its ready-made one brings Ed25519 with it and
 * makes tables for many keys a second: a third of this entry's size, and 30 ms at the first key where the ladder takes 5.
 */
const ladder = montgomery({
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

export const byLadder: ScalarMult = (privateKey, publicKey) => ladder.scalarMult(privateKey, publicKey);

/** The platform's, once it has computed a known secret; the ladder where it cannot. A login is three of them, which must keep no answer waiting. */
let chosen: ScalarMult | undefined;

function scalarMult(): ScalarMult {
  return (chosen ??= [nativeX25519()].find((native) => native && isRight(native)) ?? byLadder);
}

/** RFC 7748 section 5.2, the first of the repeated turns: nine times nine. */
const NINE_NINES = '422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079';

export function isRight(native: ScalarMult): boolean {
  try {
    const secret = native(ladder.GuBytes, ladder.GuBytes);
    return secret.every((byte, at) => byte === Number.parseInt(NINE_NINES.slice(2 * at, 2 * at + 2), 16)) && secret.length === 32;
  } catch {
    return false;
  }
}

export const publicKeyOf = (privateKey: Uint8Array): Uint8Array => scalarMult()(privateKey, ladder.GuBytes);

/** The secret that two keys share. @throws Error where the public key is one of the few whose secret is zero for everybody */
export const sharedSecret = (privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array => scalarMult()(privateKey, publicKey);
