import { hsalsa, secretbox } from '@noble/ciphers/salsa.js';
import { NONCE_BYTES } from '../core/wire/derp.ts';
import { sharedSecret } from './x25519.ts';

/** Fills the bytes with what nobody can foresee. */
export type Random = (bytes: Uint8Array<ArrayBuffer>) => void;

export const platformRandom: Random = (bytes) => void crypto.getRandomValues(bytes);

/** What two key pairs seal for one another: NaCl's `crypto_box`, with the part that is the same for all boxes done once. */
export interface Box {
  /** A fresh nonce, then the box. */
  seal(text: Uint8Array, random: Random): Uint8Array;
  /** The text; undefined if it was sealed with other keys, or changed. */
  open(sealed: Uint8Array): Uint8Array | undefined;
}

/** `expand 32-byte k`, as four little-endian words: what every Salsa20 key of 256 bits is mixed with. */
const SIGMA = Uint32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574);

/** Undefined where the other's key is one of the few that would give a secret which everybody knows. */
export function createBox(privateKey: Uint8Array, publicKey: Uint8Array): Box | undefined {
  const key = sharedKey(privateKey, publicKey);
  return key && {
    seal(text, random) {
      const nonce = new Uint8Array(NONCE_BYTES);
      random(nonce);
      const box = secretbox(key, nonce).seal(text);
      const sealed = new Uint8Array(nonce.length + box.length);
      sealed.set(nonce);
      sealed.set(box, nonce.length);
      return sealed;
    },
    open(sealed) {
      try {
        return secretbox(key, sealed.slice(0, NONCE_BYTES)).open(sealed.slice(NONCE_BYTES));
      } catch {
        return undefined;
      }
    },
  };
}

/** `crypto_box_beforenm`: HSalsa20 of the point that both can compute. */
function sharedKey(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  let point: Uint8Array;
  try {
    point = sharedSecret(privateKey, publicKey);
  } catch {
    return undefined;
  }
  const words = new Uint32Array(8);
  hsalsa(SIGMA, wordsOf(point), new Uint32Array(4), words);
  return new Uint8Array(words.buffer);
}

/** A copy, aligned as words must be. */
const wordsOf = (bytes: Uint8Array): Uint32Array => new Uint32Array(Uint8Array.from(bytes).buffer);
