import { randomFillSync } from 'node:crypto';

/** Of a STUN transaction id (RFC 8489 section 5). */
const txidBytes = 12;
const batch = 256;

/** Unforeseeable transaction ids, drawn in batches: one call to the system's generator costs more than an id's sending. */
export function txidSource(): () => Buffer {
  // The first batch now: the generator's first call can take a millisecond, which the first probe need not wait for.
  const drawn = randomFillSync(Buffer.alloc(txidBytes * batch));
  let next = 0;
  return () => {
    if (next === drawn.length) {
      randomFillSync(drawn);
      next = 0;
    }
    next += txidBytes;
    return drawn.subarray(next - txidBytes, next);
  };
}

/** Twelve bytes as a key of a map. */
export const txidKey = (bytes: Buffer, at = 0): string => bytes.toString('latin1', at, at + txidBytes);
