import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createDerpReader, encodeDerpFrame, type DerpFrame, type DerpSide } from '../../../core/wire/derp.ts';
import { bytes, hex } from './stun-packets.ts';

interface VectorFrame {
  readonly dir: 's2c' | 'c2s';
  readonly type: string;
  readonly hex: string;
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
  readonly decoded?: Readonly<Record<string, string | number>>;
}
interface Vectors {
  readonly transcripts: readonly { readonly name: string; readonly steps: readonly { readonly action: string; readonly frames: readonly VectorFrame[] }[] }[];
  readonly made: readonly VectorFrame[];
}

const vectors = JSON.parse(readFileSync(new URL('../../vectors/derp-frames.json', import.meta.url), 'utf8')) as Vectors;
const sideOf = (frame: VectorFrame): DerpSide => (frame.dir === 's2c' ? 'server' : 'client');

function framesOf(side: DerpSide, packet: Uint8Array): DerpFrame[] {
  const frames: DerpFrame[] = [];
  createDerpReader(side).read(packet, (frame) => frames.push(frame));
  return frames;
}

/** A frame as the vectors write it: bytes in hex, and their names for its parts. */
function written(frame: DerpFrame): Record<string, unknown> {
  return Object.fromEntries(Object.entries(frame).map(([name, value]: [string, unknown]) => [name, value instanceof Uint8Array ? hex(value) : value]));
}

const reasons = ['disconnected', 'not-here'];

/** What Tailscale's code found in a frame, in our words. */
function expected({ type, fields = {}, decoded }: VectorFrame): Record<string, unknown> {
  switch (type) {
    case 'serverKey': return { type, serverKey: fields['serverPublic'] };
    case 'peerGone': return { type, peer: fields['peer'], reason: reasons[Number(fields['reason'])] };
    case 'peerPresent': return { type, peer: fields['peer'], address: String(decoded?.['address']).split(':')[0], port: Number(String(decoded?.['address']).split(':')[1]), flags: decoded?.['flags'] };
    default: return { type, ...fields };
  }
}

const all: { what: string; frame: VectorFrame }[] = [
  ...vectors.transcripts.flatMap(({ name, steps }) => steps.flatMap(({ action, frames }) => frames.map((frame) => ({ what: `${name}: ${action}: ${frame.type}`, frame })))),
  ...vectors.made.map((frame) => ({ what: `made: ${frame.type}`, frame })),
];

describe('frames of Tailscale\'s own client and server', () => {
  it.each(all)('$what is read', ({ frame }) => {
    const [read, ...more] = framesOf(sideOf(frame), bytes(frame.hex));
    expect(more).toEqual([]);
    if (read?.type === 'clientInfo' || read?.type === 'serverInfo') {
      // What is in the box is the login's business.
      expect(read.type).toBe(frame.type);
      expect(hex(read.box)).toBe(frame.hex.slice(read.type === 'clientInfo' ? 74 : 10));
      if (read.type === 'clientInfo') expect(hex(read.clientKey)).toBe(frame.fields?.['clientPublic']);
    } else expect(read && written(read)).toEqual(expected(frame));
  });

  it.each(all.filter(({ frame }) => frame.type !== 'peerPresent'))('$what is written', ({ frame }) => {
    const [read] = framesOf(sideOf(frame), bytes(frame.hex));
    if (!read || read.type === 'unknown' || read.type === 'peerPresent') return expect.fail(frame.type);
    expect(hex(encodeDerpFrame(read))).toBe(frame.hex);
  });

  it('are read as one stream a direction', () => {
    for (const { steps } of vectors.transcripts) {
      for (const side of ['server', 'client'] as const) {
        const frames = steps.flatMap(({ frames }) => frames).filter((frame) => sideOf(frame) === side);
        expect(framesOf(side, bytes(frames.map(({ hex }) => hex).join(''))).map(({ type }) => type)).toEqual(frames.map(({ type }) => type));
      }
    }
  });
});

const key = '11'.repeat(32);
const of = (code: number, length: number, body = ''): string => code.toString(16).padStart(2, '0') + length.toString(16).padStart(8, '0') + body;
const frame = (code: number, body: string): string => of(code, body.length / 2, body);

describe('what a server of another version may send', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['a peer gone without a reason', frame(8, key), { type: 'peerGone', peer: key, reason: 'disconnected' }],
    ['a reason that is new', frame(8, `${key}f0`), { type: 'peerGone', peer: key, reason: 'unknown' }],
    ['more behind a reason', frame(8, `${key}0122`), { type: 'peerGone', peer: key, reason: 'not-here' }],
    ['a peer without its address', frame(9, key), { type: 'peerPresent', peer: key }],
    ['a peer without flags', frame(9, `${key}20010db8000000000000000000000001000a`), { type: 'peerPresent', peer: key, address: '2001:db8::1', port: 10 }],
    ['more behind its key', frame(1, `44455250f09f9491${key}00`), { type: 'serverKey', serverKey: key }],
    ['more in a ping', frame(0x12, `${'22'.repeat(8)}00`), { type: 'ping', data: '22'.repeat(8) }],
    ['a keep-alive that says something', frame(6, '00'), { type: 'keepAlive' }],
    ['times of 32 bits', frame(0x15, 'ffffffff80000000'), { type: 'restarting', reconnectInMs: 2 ** 32 - 1, tryForMs: 2 ** 31 }],
    ['text that is no UTF-8', frame(0x14, 'ff41'), { type: 'health', problem: '\uFFFDA' }],
    ['a type that is new', frame(0x7f, '010203'), { type: 'unknown', code: 0x7f, bodyBytes: 3 }],
    ['one that is a client\'s', frame(4, key), { type: 'unknown', code: 4, bodyBytes: 32 }],
    ['an empty one that is new', frame(0, ''), { type: 'unknown', code: 0, bodyBytes: 0 }],
  ])('%s', (_, packet, wanted) => {
    expect(framesOf('server', bytes(packet + frame(6, ''))).map(written)).toEqual([wanted, { type: 'keepAlive' }]);
  });
});

describe('what nobody may send', () => {
  it.each<[string, DerpSide, string]>([
    ['a packet shorter than its key', 'server', of(5, 31)],
    ['a packet to somebody, shorter than the key', 'client', of(4, 31)],
    ['a forwarded packet with one key', 'client', of(10, 63)],
    ['a packet of more than 64 KiB', 'server', of(5, 32 + 65_537)],
    ['4 GiB', 'server', of(5, 2 ** 32 - 1)],
    ['2 GiB, a negative number to some', 'server', of(5, 2 ** 31)],
    ['4 GiB of something unknown', 'server', of(0x7f, 2 ** 32 - 1)],
    ['more than 1 MiB of something unknown', 'server', of(0x7f, 2 ** 20 + 1)],
    ['a ping of 7 bytes', 'server', of(0x12, 7)],
    ['a pong of 7 bytes', 'client', of(0x13, 7)],
    ['a gone peer without its key', 'server', of(8, 31)],
    ['a restart without its times', 'server', of(0x15, 7)],
    ['a novel about health', 'server', of(0x14, 4097)],
    ['a server\'s key without the key', 'server', of(1, 39)],
    ['a server\'s key with another magic', 'server', frame(1, `44455250f09f9490${key}`)],
    ['a box too short to be one', 'server', of(3, 39)],
    ['a client\'s login without a box', 'client', of(2, 71)],
    ['two homes', 'client', of(7, 2)],
    ['half a home', 'client', of(7, 0)],
    ['HTTP', 'server', Buffer.from('HTTP/1.1 400 Bad Request\r\n').toString('hex')],
  ])('%s is malformed', (_, side, packet) => {
    const reader = createDerpReader(side);
    const frames: DerpFrame[] = [];
    const read = (what: string) => () => reader.read(bytes(what), (frame) => frames.push(frame));
    expect(read(frame(0x12, '33'.repeat(8)) + packet)).toThrow(expect.objectContaining({ name: 'DerpError', code: 'malformed' }));
    // What came before was told; nothing comes after.
    expect(frames.map(({ type }) => type)).toEqual(['ping']);
    expect(read(frame(0x12, '33'.repeat(8)))).toThrow(expect.objectContaining({ code: 'malformed' }));
    expect(frames).toHaveLength(1);
  });
});

describe('encoding refuses', () => {
  const good = new Uint8Array(32);
  it.each<[string, () => Uint8Array]>([
    ['a key that is too short, though the packet makes up for it', () => encodeDerpFrame({ type: 'sendPacket', destination: new Uint8Array(31), packet: new Uint8Array(10) })],
    ['a packet of more than 64 KiB', () => encodeDerpFrame({ type: 'sendPacket', destination: good, packet: new Uint8Array(65_537) })],
    ['a ping of 9 bytes', () => encodeDerpFrame({ type: 'ping', data: new Uint8Array(9) })],
    ['a box that is none', () => encodeDerpFrame({ type: 'clientInfo', clientKey: good, box: new Uint8Array(39) })],
  ])('%s', (_, encode) => expect(encode).toThrow(RangeError));

  it('but not a packet of 64 KiB', () => {
    expect(encodeDerpFrame({ type: 'sendPacket', destination: good, packet: new Uint8Array(65_536) })).toHaveLength(5 + 32 + 65_536);
  });
});

it('a frame owns its bytes', () => {
  const packet = bytes(frame(5, `${key}0102`));
  const [read] = framesOf('server', packet);
  packet.fill(0);
  expect(read && written(read)).toEqual({ type: 'recvPacket', source: key, packet: '0102' });
  // And no more than those: one small packet must not keep a whole read of the socket alive.
  if (read?.type === 'recvPacket') expect(read.packet.buffer.byteLength).toBe(34);
});
