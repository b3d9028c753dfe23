import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBindingRequest, decodeBindingResponse, encodeBindingRequest, encodeBindingResponse, isStun } from '../../core/wire/stun.ts';
import { bytes, fingerprint, hex, message, RFC5769_REQUEST, RFC5769_RESPONSE_V4, RFC5769_RESPONSE_V6, signed } from '../core/wire/stun-packets.ts';
import { isPlainRequest, isTailscaleRequest, readResponse } from './stun-reader.ts';

/** Compares with the second reading, whatever the bytes are. */
function judge(packet: Buffer): 'response' | 'request' | 'plain request' | 'refused' {
  const response = decodeBindingResponse(packet);
  const request = decodeBindingRequest(packet);
  const plain = decodeBindingRequest(packet, { plain: true });
  const wanted = readResponse(packet);
  const agree = (request !== undefined) === isTailscaleRequest(packet) && (plain !== undefined) === isPlainRequest(packet)
    && response?.address === wanted?.address && response?.port === wanted?.port
    && [request, plain, response].every((it) => it === undefined || hex(it.txid) === packet.toString('hex', 8, 20) && isStun(packet));
  // Only now, and not an `expect` for each of a million packets.
  if (!agree) expect.fail(`the two readings differ: ${hex(packet)} → ${JSON.stringify({ response, wanted, request, plain })}`);
  return response ? 'response' : request ? 'request' : plain ? 'plain request' : 'refused';
}

const txid = fc.uint8Array({ minLength: 12, maxLength: 12 });
const port = fc.nat(65_535);
const endpoint = fc.record({ txid, address: fc.oneof(fc.ipV4(), fc.ipV6()), port });

/** Messages that are nearly right: sound framing more often than not, types and lengths that mean something. */
const attribute = fc.record({
  type: fc.oneof(fc.constantFrom(0x0001, 0x0020, 0x8020, 0x8022, 0x8028), fc.nat(0xffff)),
  value: fc.oneof(
    fc.constant(Uint8Array.from(Buffer.from('tailnode'))),
    fc.tuple(fc.constantFrom(1, 2, 3), fc.uint8Array({ minLength: 2, maxLength: 20 })).map(([family, rest]) => Uint8Array.of(0, family, ...rest)),
    fc.uint8Array({ maxLength: 24 }),
  ),
  lie: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -5, max: 5 }) }),
});
const nearlyRight = fc.record({
  type: fc.constantFrom(0x0001, 0x0101, 0x0111, 0x0011),
  txid,
  attributes: fc.array(attribute, { maxLength: 5 }),
  lie: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -20, max: 20 }) }),
  sign: fc.boolean(),
}).map(({ type, txid, attributes, lie, sign }) => {
  const body = attributes.map(({ type, value, lie }) => {
    const length = Math.max(0, value.length + lie);
    return hex(Uint8Array.of(type >> 8, type & 255, 0, length, ...value, ...new Uint8Array(-value.length & 3)));
  }).join('');
  const start = message(type.toString(16).padStart(4, '0'), hex(txid), body, Math.max(0, body.length / 2 + (sign ? 8 : 0) + lie));
  return Buffer.from(sign ? `${start}80280004${fingerprint(start)}` : start, 'hex');
});

describe('for all', () => {
  test('bytes: no decoder throws, and both readings agree', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (packet) => { judge(Buffer.from(packet)); }), { numRuns: 2000 });
  });

  test('nearly right messages: both readings agree', () => {
    fc.assert(fc.property(nearlyRight, (packet) => { judge(packet); }), { numRuns: 5000 });
  });

  test('transaction ids: a request comes back, and so does a plain one', () => {
    fc.assert(fc.property(txid, (txid) => {
      expect(decodeBindingRequest(encodeBindingRequest(txid))).toEqual({ txid });
      expect(decodeBindingRequest(encodeBindingRequest(txid), { plain: true })).toEqual({ txid });
      expect(decodeBindingRequest(encodeBindingRequest(txid, { plain: true }), { plain: true })).toEqual({ txid });
      expect(decodeBindingRequest(encodeBindingRequest(txid, { plain: true }))).toBeUndefined();
    }));
  });

  test('endpoints: a response comes back, and is text that encodes to the same packet', () => {
    fc.assert(fc.property(endpoint, ({ txid, address, port }) => {
      const packet = encodeBindingResponse(txid, address, port);
      const response = decodeBindingResponse(packet);
      expect(response).toEqual({ txid, port, address: readResponse(Buffer.from(packet))?.address });
      const again = encodeBindingResponse(txid, response?.address ?? '', port);
      expect(decodeBindingResponse(again)).toEqual(response);
    }));
  });

  test('cuts: what is cut anywhere is refused', () => {
    fc.assert(fc.property(endpoint, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), ({ txid, address, port }, share) => {
      for (const packet of [encodeBindingResponse(txid, address, port), encodeBindingRequest(txid), encodeBindingRequest(txid, { plain: true })]) {
        expect(judge(Buffer.from(packet.subarray(0, Math.floor(packet.length * share))))).toBe('refused');
      }
    }));
  });

  test('offsets: a view into a larger buffer reads as a copy does', () => {
    fc.assert(fc.property(endpoint, fc.nat(9), ({ txid, address, port }, offset) => {
      const packet = encodeBindingResponse(txid, address, port);
      const large = new Uint8Array(offset + packet.length + 9).fill(255);
      large.set(packet, offset);
      expect(decodeBindingResponse(large.subarray(offset, offset + packet.length))).toEqual(decodeBindingResponse(packet));
    }));
  });
});

/** Marsaglia's xorshift32: the same million packets on every machine. */
function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const TXID = '74588db0efcffd5c82f19e19';
const SEEDS = [
  RFC5769_REQUEST, RFC5769_RESPONSE_V4, RFC5769_RESPONSE_V6,
  hex(encodeBindingRequest(bytes(TXID))),
  hex(encodeBindingRequest(bytes(TXID), { plain: true })),
  hex(encodeBindingResponse(bytes(TXID), '203.0.113.7', 41_641)),
  hex(encodeBindingResponse(bytes(TXID), '2001:db8::7', 41_642)),
  hex(encodeBindingResponse(bytes(TXID), '::ffff:203.0.113.7', 77)),
  message('0101', TXID, '00010008 0001a2a9cb007107'),
  message('0101', TXID, '00010008 0005c633640900010000 00200008 000183bbea12d545 80200008 00012117e721c04b 77770003 01020300'),
  signed(TXID, '80220001 78000000 80220008 7461696c6e6f6465 80280004 01020304'),
].map((packet) => Buffer.from(packet, 'hex'));
/** Bytes that mean something somewhere: families, lengths around those of addresses, halves of types. */
const MEANING = [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 19, 20, 21, 24, 0x11, 0x22, 0x28, 0x7f, 0x80, 0xff];

/** Changes `packet[0…length)` in one way, and returns its new length. There is room behind it. */
function mutate(packet: Buffer, length: number, below: (limit: number) => number): number {
  const at = below(Math.max(1, length));
  switch (below(7)) {
    case 0:
      packet.writeUInt8(packet.readUInt8(at) ^ (1 << below(8)), at);
      return length;
    case 1:
      packet.writeUInt8(MEANING[below(MEANING.length)] ?? 0, at);
      return length;
    case 2: // The length field of the header.
      packet.writeUInt8(below(80), 3);
      return length;
    case 3: // That of what is likely the first attribute.
      packet.writeUInt8(MEANING[below(MEANING.length)] ?? 0, 23);
      return length;
    case 4:
      return at;
    case 5: // A right fingerprint, so that it is not only fingerprints that refuse requests.
      if (length < 28) return length;
      packet.write(`80280004${fingerprint(hex(packet.subarray(0, length - 8)))}`, length - 8, 'hex');
      return length;
    default: { // The end of another packet behind it, often from where an attribute begins.
      const other = SEEDS[below(SEEDS.length)] ?? Buffer.of();
      const longer = length + other.copy(packet, length, Math.min(other.length, 20 + 4 * below(6)));
      if (longer >= 20 && below(2) === 0) packet.writeUInt16BE(longer - 20, 2);
      return longer;
    }
  }
}

test('a million mutated packets: none throws, none is accepted wrongly', () => {
  const below = seeded(0x5eed);
  const room = Buffer.alloc(512);
  const counts = { response: 0, request: 0, 'plain request': 0, refused: 0 };
  for (let round = 0; round < 1_000_000; round++) {
    const seed = SEEDS[below(SEEDS.length)] ?? Buffer.of();
    let length = seed.copy(room);
    for (let mutations = below(4); mutations > 0; mutations--) length = mutate(room, length, below);
    counts[judge(room.subarray(0, length))]++;
  }
  // A run that only refuses has tested nothing.
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(10_000);
});
