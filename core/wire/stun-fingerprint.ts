import { crc32 } from './crc32.ts';

/** Makes the CRC no other protocol's CRC: "STUN" (RFC 8489 section 14.7). */
const FINGERPRINT_XOR = 0x5354554e;

/** The value of a FINGERPRINT attribute that begins at `end`: over all that comes before it. */
export const fingerprintOf = (bytes: Uint8Array, end: number): number => crc32(bytes, end) ^ FINGERPRINT_XOR;

/**
 * By how much the fingerprint changes (XOR) when one of `count` zero bytes at `from` takes a value: entry `index * 256 + value`.
 * A CRC is affine: what bytes contribute adds up by XOR, each on its own. So packets that differ in a few bytes cost one
 * look-up for each of those, none waiting for another, in place of a CRC over everything.
 */
export function fingerprintChanges(packet: Uint8Array, end: number, from: number, count: number): Int32Array {
  const zero = fingerprintOf(packet, end);
  const probe = Uint8Array.from(packet);
  const changes = new Int32Array(count * 256);
  for (let index = 0; index < count; index++) {
    for (let value = 1; value < 256; value++) {
      const lowestBit = value & -value;
      const entry = index * 256 + value;
      if (value === lowestBit) {
        probe[from + index] = value;
        changes[entry] = fingerprintOf(probe, end) ^ zero;
      } else changes[entry] = (changes[entry - lowestBit] ?? 0) ^ (changes[index * 256 + lowestBit] ?? 0);
    }
    probe[from + index] = 0;
  }
  return changes;
}
