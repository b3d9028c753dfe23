/** What the platform does with a private and a public key, 32 bytes each. Throws where the secret would be zero for everybody. */
export type ScalarMult = (privateKey: Uint8Array, publicKey: Uint8Array) => Uint8Array;

/** As much of `node:crypto` as is used. */
interface NodeCrypto {
  createPrivateKey(key: { readonly key: Uint8Array; readonly format: 'der'; readonly type: 'pkcs8' }): object;
  createPublicKey(key: { readonly key: Uint8Array; readonly format: 'der'; readonly type: 'spki' }): object;
  diffieHellman(keys: { readonly privateKey: object; readonly publicKey: object }): Uint8Array;
}

/** What stands before the 32 bytes of an X25519 key: RFC 8410 sections 7 and 4, as DER. */
const PKCS8 = Uint8Array.of(0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20);
const SPKI = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00);

/**
 * X25519 by Node's own library, at once and without an import that other platforms could not resolve; undefined where there is none.
 * Web Crypto has it too, but promises it: a key pair is made in one call here. Whoever takes it should see it compute a known secret
 * first, as what calls itself Node need not have this.
 */
export function nativeX25519(): ScalarMult | undefined {
  const { process } = globalThis as { readonly process?: { getBuiltinModule?(name: string): NodeCrypto | undefined } };
  const crypto = process?.getBuiltinModule?.('node:crypto');
  return crypto && ((privateKey, publicKey) => Uint8Array.from(crypto.diffieHellman({
    privateKey: crypto.createPrivateKey({ key: Uint8Array.of(...PKCS8, ...privateKey), format: 'der', type: 'pkcs8' }),
    publicKey: crypto.createPublicKey({ key: Uint8Array.of(...SPKI, ...publicKey), format: 'der', type: 'spki' }),
  })));
}
