import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDerpReader, DerpError, encodeDerpFrame, type DerpFrame, type DerpSide, type KnownDerpFrame } from '../../core/wire/derp.ts';
import { generateDerpKey } from '../../derp/index.ts';
import { connected } from '../derp/relay.ts';
import { turns } from '../until.ts';

const exactly = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const keys = exactly(32);
const ping = exactly(8);
const packet = fc.oneof(fc.uint8Array({ maxLength: 100 }), fc.nat(65_536).map((length) => new Uint8Array(length).fill(length)));
const box = fc.uint8Array({ minLength: 40, maxLength: 200 });
const uint32 = fc.nat(2 ** 32 - 1);
/** What UTF-8 can carry. */
const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((value) => !value.startsWith('\uFEFF'));

type Encodable = Exclude<KnownDerpFrame, { type: 'peerPresent' }>;
const frames: Readonly<Record<DerpSide, fc.Arbitrary<Encodable>>> = {
  server: fc.oneof<fc.Arbitrary<Encodable>[]>(
    fc.record({ type: fc.constant('serverKey' as const), serverKey: keys }),
    fc.record({ type: fc.constant('serverInfo' as const), box }),
    fc.record({ type: fc.constant('recvPacket' as const), source: keys, packet }),
    fc.record({ type: fc.constant('keepAlive' as const) }),
    fc.record({ type: fc.constant('ping' as const), data: ping }),
    fc.record({ type: fc.constant('pong' as const), data: ping }),
    fc.record({ type: fc.constant('health' as const), problem: text }),
    fc.record({ type: fc.constant('restarting' as const), reconnectInMs: uint32, tryForMs: uint32 }),
    fc.record({ type: fc.constant('peerGone' as const), peer: keys, reason: fc.constantFrom('disconnected' as const, 'not-here' as const) }),
  ),
  client: fc.oneof<fc.Arbitrary<Encodable>[]>(
    fc.record({ type: fc.constant('clientInfo' as const), clientKey: keys, box }),
    fc.record({ type: fc.constant('sendPacket' as const), destination: keys, packet }),
    fc.record({ type: fc.constant('forwardPacket' as const), source: keys, destination: keys, packet }),
    fc.record({ type: fc.constant('notePreferred' as const), preferred: fc.boolean() }),
    fc.record({ type: fc.constant('watchConns' as const) }),
    fc.record({ type: fc.constant('closePeer' as const), peer: keys }),
    fc.record({ type: fc.constant('ping' as const), data: ping }),
  ),
};
const side = fc.constantFrom<DerpSide>('server', 'client');

/** Cuts at any places, the same one twice included: then a piece is empty. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** Bytes as hex: arrays of 64 KiB are compared item by item, which takes for ever. */
const shown = (frame: DerpFrame): object => Object.fromEntries(Object.entries(frame).map(([name, value]: [string, unknown]) => [name, value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value]));

/** Reads pieces, each in a buffer that is overwritten afterwards, as a socket's may be. */
function readAll(from: DerpSide, pieces: readonly Uint8Array[]): { frames: object[]; error: unknown } {
  const reader = createDerpReader(from);
  const read: DerpFrame[] = [];
  try {
    for (const piece of pieces) {
      const buffer = Uint8Array.from(piece);
      reader.read(buffer, (frame) => read.push(frame));
      buffer.fill(0xee);
    }
  } catch (error) {
    return { frames: read.map(shown), error };
  }
  return { frames: read.map(shown), error: undefined };
}

describe('a stream of frames', () => {
  it('gives the same frames wherever it is cut', () => {
    fc.assert(fc.property(side.chain((from) => fc.tuple(fc.constant(from), fc.array(frames[from], { maxLength: 12 }))), fc.array(fc.nat(), { maxLength: 40 }), ([from, sent], places) => {
      const stream = joined(sent.map(encodeDerpFrame));
      expect(readAll(from, cut(stream, places))).toEqual({ frames: sent.map(shown), error: undefined });
    }), { numRuns: 300 });
  });

  it('gives the same frames one byte at a time', () => {
    fc.assert(fc.property(fc.array(frames.server.filter((frame) => frame.type !== 'recvPacket' || frame.packet.length < 200), { maxLength: 12 }), (sent) => {
      const stream = joined(sent.map(encodeDerpFrame));
      expect(readAll('server', [...stream].map((byte) => Uint8Array.of(byte)))).toEqual({ frames: sent.map(shown), error: undefined });
    }), { numRuns: 100 });
  });
});

/** Bytes that look like frames: a header with a type and a length that mean something, then whatever. */
const hostile = fc.array(fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc.tuple(fc.oneof(fc.nat(0x20), fc.nat(255)), fc.oneof(fc.nat(100), fc.nat(2 ** 32 - 1), fc.constantFrom(31, 32, 33, 65_568, 65_569, 2 ** 20, 2 ** 31, 2 ** 32 - 1)), fc.uint8Array({ maxLength: 120 }))
    .map(([type, length, body]) => joined([Uint8Array.of(type, length >>> 24, length >>> 16, length >>> 8, length), body])),
), { maxLength: 20 }).map(joined);

const key = generateDerpKey();

describe('hostile bytes', () => {
  it('after the login leave the client open, or closed as malformed, and never anything else', async () => {
    await fc.assert(fc.asyncProperty(fc.array(hostile, { maxLength: 4 }), async (pieces) => {
      const { client, clock, end } = await connected({ key });
      for (const piece of pieces) end.receive(piece);
      const reason = await Promise.race([client.closed, turns(1)]);
      if (reason) expect(reason.code).toBe('malformed');
      else await client.close();
      for await (const { source } of client.packets) expect(source).toHaveLength(32);
      expect([end.isClosed, clock.sleeping]).toEqual([true, 0]);
    }), { numRuns: 200 });
  });

  it('give frames, then perhaps one DerpError, and nothing else, wherever they are cut', () => {
    fc.assert(fc.property(side, hostile, fc.array(fc.nat(), { maxLength: 20 }), (from, bytes, places) => {
      const whole = readAll(from, [bytes]);
      if (whole.error !== undefined) expect(whole.error).toBeInstanceOf(DerpError);
      const pieces = readAll(from, cut(bytes, places));
      expect(pieces.frames).toEqual(whole.frames);
      expect(String(pieces.error)).toBe(String(whole.error));
    }), { numRuns: 2000 });
  });

  it('hold no more memory than one frame, however many there are and whatever they promise', () => {
    const started: [string, Uint8Array][] = [
      ['the largest packet, never sent', Uint8Array.of(5, 0, 1, 0, 32)],
      ['the longest unknown frame, never sent', Uint8Array.of(0x7f, 0, 16, 0, 0)],
    ];
    for (const [what, header] of started) {
      const before = process.memoryUsage().arrayBuffers;
      const readers = Array.from({ length: 100 }, () => {
        const reader = createDerpReader('server');
        reader.read(header, () => expect.fail(what));
        return reader;
      });
      const perReader = (process.memoryUsage().arrayBuffers - before) / readers.length;
      expect(perReader, what).toBeLessThan(70_000);
    }
  });

  it('that flood are told and forgotten', () => {
    const reader = createDerpReader('server');
    const flood = joined(Array.from({ length: 10_000 }, () => Uint8Array.of(6, 0, 0, 0, 0)));
    let count = 0;
    for (let round = 0; round < 20; round++) reader.read(flood, () => { count++; });
    expect(count).toBe(200_000);
  });
});
