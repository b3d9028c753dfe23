import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBox, type Box } from '../../derp/box.ts';
import { isClientInfo, openServerInfo, sealClientInfo } from '../../derp/info.ts';
import { generateDerpKey } from '../../derp/index.ts';
import { bytes, hex } from '../core/wire/stun-packets.ts';

interface Frame { readonly type: string; readonly hex: string; readonly fields: { readonly nonce: string; readonly plain: string } }
interface Vectors {
  readonly keys: Readonly<Record<string, { readonly private: string; readonly public: string }>>;
  readonly transcripts: readonly { readonly client: string; readonly steps: readonly { readonly frames: readonly Frame[] }[] }[];
}
const { keys, transcripts } = JSON.parse(readFileSync(new URL('../vectors/derp-frames.json', import.meta.url), 'utf8')) as Vectors;

/** Every box in the conversations, and who can open it. */
const boxes = transcripts.flatMap(({ client, steps }) => steps.flatMap(({ frames }) => frames)
  .filter(({ type }) => type === 'clientInfo' || type === 'serverInfo')
  .map(({ type, hex: frame, fields }) => ({ client, type, fields, sealed: bytes(frame.slice(type === 'clientInfo' ? 10 + 64 : 10)) })));

function boxOf(mine: string, theirs: string): Box {
  const box = createBox(bytes(keys[mine]?.private ?? ''), bytes(keys[theirs]?.public ?? ''));
  return box ?? expect.fail('no box');
}

describe.each(boxes)('$type of $client', ({ client, type, fields, sealed }) => {
  const [sender = '', receiver = ''] = type === 'clientInfo' ? [client, 'server'] : ['server', client];

  it('is opened by both', () => {
    for (const box of [boxOf(sender, receiver), boxOf(receiver, sender)]) expect(Buffer.from(box.open(sealed) ?? []).toString()).toBe(fields.plain);
  });

  it('is sealed to the same bytes with the same nonce', () => {
    expect(hex(boxOf(sender, receiver).seal(Buffer.from(fields.plain), (nonce) => nonce.set(bytes(fields.nonce))))).toBe(hex(sealed));
  });

  it('is not opened by others, nor if a bit of it is another', () => {
    expect(boxOf('stranger', receiver).open(sealed)).toBeUndefined();
    fc.assert(fc.property(fc.nat(sealed.length - 1), fc.nat(7), (at, bit) => {
      expect(boxOf(receiver, sender).open(sealed.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte)))).toBeUndefined();
    }), { numRuns: 30 });
  });
});

it('what is too short to be a box is none', () => {
  for (const length of [0, 1, 23, 24, 39]) expect(boxOf('a', 'server').open(new Uint8Array(length))).toBeUndefined();
});

it('there is no box with a key that keeps no secret', () => {
  expect(createBox(generateDerpKey().privateKey, new Uint8Array(32))).toBeUndefined();
});

it('our greeting is Tailscale\'s, word for word', () => {
  const sealed = sealClientInfo(boxOf('a', 'server'), (nonce) => nonce.set(bytes(boxes[0]?.fields.nonce ?? '')));
  expect(hex(sealed)).toBe(hex(boxes[0]?.sealed ?? new Uint8Array()));
  expect(isClientInfo(boxOf('server', 'a'), sealed)).toBe(true);
});

it.each<[string, string, object | undefined]>([
  ['all that is known', '{"version":2,"TokenBucketBytesPerSecond":1000,"TokenBucketBytesBurst":5000}', { version: 2, bytesPerSecond: 1000, burstBytes: 5000 }],
  ['limits of 0: none', '{"version":2,"TokenBucketBytesPerSecond":0,"TokenBucketBytesBurst":0}', { version: 2 }],
  ['limits that are none', '{"version":2,"TokenBucketBytesPerSecond":-1,"TokenBucketBytesBurst":"5"}', { version: 2 }],
  ['nothing', '{}', { version: 0 }],
  ['something new', '{"version":3,"more":[]}', { version: 3 }],
  ['no object', '7', undefined],
  ['null', 'null', undefined],
  ['no JSON', '{', undefined],
])('a server\'s greeting with %s', (_, plain, wanted) => {
  const sealed = boxOf('server', 'a').seal(Buffer.from(plain), (nonce) => nonce.fill(1));
  expect(openServerInfo(boxOf('a', 'server'), sealed)).toEqual(wanted);
});
