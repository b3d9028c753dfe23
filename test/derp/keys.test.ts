import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { derpKeyOf, formatDerpKey, formatDerpPrivateKey, generateDerpKey, parseDerpKey, parseDerpPrivateKey } from '../../derp/index.ts';
import { nativeX25519, type ScalarMult } from '../../derp/native-x25519.ts';
import { byLadder, isRight, publicKeyOf, sharedSecret } from '../../derp/x25519.ts';
import { bytes, hex } from '../core/wire/stun-packets.ts';

interface Pair { readonly private: string; readonly public: string }
const { keys } = JSON.parse(readFileSync(new URL('../vectors/derp-frames.json', import.meta.url), 'utf8')) as { readonly keys: Readonly<Record<string, Pair>> };

it.each(Object.entries(keys))('the key of %s is the pair that Tailscale made', (_, pair) => {
  const key = parseDerpPrivateKey(`privkey:${pair.private}`);
  expect(hex(key.publicKey)).toBe(pair.public);
  expect(formatDerpKey(key.publicKey)).toBe(`nodekey:${pair.public}`);
  expect(formatDerpPrivateKey(key)).toBe(`privkey:${pair.private}`);
});

// RFC 7748, sections 5.2 and 6.1.
it.each([
  ['a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4', 'e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c', 'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552'],
  ['4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d', 'e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493', '95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957'],
  ['5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb', '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a', '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742'],
  // Its section 5.2 once more: the first of the repeated turns.
  [`09${'00'.repeat(31)}`, `09${'00'.repeat(31)}`, '422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079'],
])('X25519 of RFC 7748: %s', (scalar, point, result) => {
  for (const one of [sharedSecret, byLadder]) expect(hex(one(bytes(scalar), bytes(point)))).toBe(result);
});

const native = nativeX25519();
it('the platform\'s own X25519 and the ladder are the same, for any two keys', () => {
  if (!native) throw new Error('Node has it');
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const outcomeOf = (one: ScalarMult, scalar: Uint8Array, point: Uint8Array): string => {
    try {
      return hex(one(scalar.slice(), point.slice()));
    } catch {
      return 'refused';
    }
  };
  fc.assert(fc.property(key, key, (scalar, point) => outcomeOf(native, scalar, point) === outcomeOf(byLadder, scalar, point)), { numRuns: 100 });
});

it.each<[string, ScalarMult, boolean]>([
  ['Node\'s', native ?? (() => new Uint8Array()), true],
  ['one that throws', () => { throw new Error('not implemented'); }, false],
  ['one that is wrong', () => new Uint8Array(32), false],
  ['one that says nothing', () => new Uint8Array(), false],
])('a platform\'s X25519 is taken only where it is right: %s', (_, one, right) => {
  expect(isRight(one)).toBe(right);
});

it('points that give everybody the same secret are refused', () => {
  const { privateKey } = generateDerpKey();
  for (const point of ['00'.repeat(32), `01${'00'.repeat(31)}`, 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800']) {
    for (const one of [sharedSecret, byLadder]) expect(() => one(privateKey, bytes(point))).toThrow();
  }
});

it('two keys agree on a secret, and the text of each is its own', () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array({ minLength: 32, maxLength: 32 }), (a, b) => {
    expect(hex(sharedSecret(a, publicKeyOf(b)))).toBe(hex(sharedSecret(b, publicKeyOf(a))));
    expect(hex(parseDerpKey(formatDerpKey(a)))).toBe(hex(a));
  }), { numRuns: 30 });
});

it('a new key is of the randomness that it is given, and another each time', () => {
  const key = generateDerpKey((random) => random.fill(0xff));
  expect(hex(key.privateKey)).toBe(`f8${'ff'.repeat(30)}7f`);
  expect(derpKeyOf(key.privateKey)).toEqual(key);
  expect(hex(generateDerpKey().privateKey)).not.toBe(hex(generateDerpKey().privateKey));
});

it.each(['', 'nodekey:', `nodekey:${'0'.repeat(63)}`, `nodekey:${'0'.repeat(65)}`, `nodekey:${'g'.repeat(64)}`, `privkey:${'0'.repeat(64)}`, '0'.repeat(64), `nodekey:${'0'.repeat(62)}\n`])('%j is no public key', (text) => {
  expect(() => parseDerpKey(text)).toThrow(SyntaxError);
});

it('an error does not repeat a secret', () => {
  expect(() => parseDerpPrivateKey(`privkey:${'12'.repeat(31)}`)).toThrow(expect.not.objectContaining({ message: expect.stringContaining('1212') }));
});
