import { createHmac, hash } from 'node:crypto';

const blockBytes = 64;
/** Far more than an address takes. */
const mostTextBytes = 192;

/** What a key makes of the blocks that both hashes begin with, and room for what follows. */
interface Blocks {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

const known = new WeakMap<Uint8Array, Blocks>();

/**
 * HMAC-SHA-256 in base64 (RFC 2104), as two hashes of one call each: an `Hmac` takes twice as long, and as much again to be
 * collected. Keys of a block at most, as this package makes them.
 */
export function hmac(key: Uint8Array, text: string): string {
  // A character takes three bytes at most.
  if (key.length > blockBytes || text.length * 3 > mostTextBytes) return createHmac('sha256', key).update(text).digest('base64');
  const { inner, outer } = blocksOf(key);
  const end = blockBytes + inner.write(text, blockBytes);
  outer.write(hash('sha256', inner.subarray(0, end), 'hex'), blockBytes, 'hex');
  return hash('sha256', outer, 'base64');
}

function blocksOf(key: Uint8Array): Blocks {
  const found = known.get(key);
  if (found) return found;
  const block = (fill: number, room: number): Buffer => {
    const bytes = Buffer.alloc(blockBytes + room);
    for (let at = 0; at < blockBytes; at++) bytes[at] = (key[at] ?? 0) ^ fill;
    return bytes;
  };
  const made = { inner: block(0x36, mostTextBytes), outer: block(0x5c, 32) };
  known.set(key, made);
  return made;
}
