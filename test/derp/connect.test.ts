import { describe, expect, it } from 'vitest';
import { encodeDerpFrame, MAX_PACKET_BYTES } from '../../core/wire/derp.ts';
import { connectDerp, DerpError, generateDerpKey, type DerpOptions } from '../../derp/index.ts';
import { createServerLogin } from '../../derp/server-login.ts';
import { errorOf, until } from '../until.ts';
import { virtualClock } from '../virtual-clock.ts';
import { connected, counting, streamPair, type End } from './relay.ts';

it('resolves once both have told who they are', async () => {
  const key = generateDerpKey(counting());
  const { client, clock } = await connected({ key });
  expect(client.publicKey).toEqual(key.publicKey);
  expect(client.serverKey).toEqual(createServerLogin(counting()).publicKey);
  expect(client.serverInfo).toEqual({ version: 2 });
  await client.close();
  expect(clock.sleeping).toBe(0);
});

it('without a key it is somebody new each time', async () => {
  const one = await connected({ random: undefined });
  const other = await connected({ random: undefined });
  expect(one.client.publicKey).not.toEqual(other.client.publicKey);
});

const server = createServerLogin(counting());
const serverKey = encodeDerpFrame({ type: 'serverKey', serverKey: server.publicKey });
const headOnly = (code: number, length: number): Uint8Array => Uint8Array.of(code, length >>> 24, length >>> 16, length >>> 8, length);

/** What a relay does, by hand: what it says at once, and what it does when it has heard the client's greeting. */
interface Relay { readonly first?: Uint8Array; readonly next?: (end: End) => void }

it.each([
  ['key.privateKey', { privateKey: new Uint8Array(31), publicKey: new Uint8Array(32) }],
  ['key.publicKey', { privateKey: new Uint8Array(32), publicKey: undefined as never }],
])('a %s of another length is the caller\'s mistake, and no relay\'s', async (name, key) => {
  const [near] = streamPair();
  expect(await errorOf(connectDerp({ stream: near, key, clock: virtualClock() }))).toMatchObject({ name: 'RangeError', message: expect.stringMatching(name) });
  expect(near.isClosed).toBe(true);
});

describe('a relay that', () => {
  it.each<[string, string, Relay, Partial<DerpOptions>?]>([
    ['says nothing', 'timeout', {}],
    ['says nothing after the client\'s greeting', 'timeout', { first: serverKey }],
    ['says half a frame for ever', 'timeout', { first: serverKey.subarray(0, 20) }],
    ['hangs up when it has heard who we are', 'refused', { first: serverKey, next: (end) => end.lose() }],
    ['is reset when it has heard who we are', 'transport', { first: serverKey, next: (end) => end.lose(new Error('ECONNRESET')) }],
    ['speaks HTTP', 'malformed', { first: Buffer.from('HTTP/1.1 503 Service Unavailable\r\n\r\n') }],
    ['promises 4 GiB', 'malformed', { first: headOnly(1, 2 ** 32 - 1) }],
    ['has another magic', 'malformed', { first: serverKey.map((byte, at) => (at === 5 ? 0 : byte)) }],
    ['greets before it said who it is', 'malformed', { first: encodeDerpFrame({ type: 'serverInfo', box: new Uint8Array(40) }) }],
    ['sends packets before the login', 'malformed', { first: encodeDerpFrame({ type: 'recvPacket', source: new Uint8Array(32), packet: new Uint8Array(1) }) }],
    ['sends packets in place of its greeting', 'malformed', { first: serverKey, next: (end) => end.receive(encodeDerpFrame({ type: 'keepAlive' })) }],
    ['seals nothing that opens', 'server-key', { first: serverKey, next: (end) => end.receive(encodeDerpFrame({ type: 'serverInfo', box: new Uint8Array(60) })) }],
    ['has a key that keeps no secret', 'server-key', { first: encodeDerpFrame({ type: 'serverKey', serverKey: new Uint8Array(32) }) }],
    ['is not the expected one', 'server-key', { first: serverKey }, { serverKey: new Uint8Array(32).fill(1) }],
  ])('%s: %s', async (_, code, { first, next }, options) => {
    const clock = virtualClock();
    const [near, far] = streamPair();
    if (first) near.receive(first);
    far.start({ bytes: () => next?.(near), end: () => {} });
    const error = await clock.until(errorOf(connectDerp({ stream: near, clock, random: counting(), ...options } as DerpOptions)));
    expect(error).toBeInstanceOf(DerpError);
    expect(error).toMatchObject({ code });
    // Nothing is left of the attempt.
    expect(near.isClosed).toBe(true);
    expect(clock.sleeping).toBe(0);
  });

  it('hangs up at once: transport', async () => {
    const [near, far] = streamPair();
    const connecting = errorOf(connectDerp({ stream: near, clock: virtualClock(), random: counting() }));
    await far.close();
    expect(await connecting).toMatchObject({ code: 'transport' });
  });

  it('says things of a later version is understood', async () => {
    const clock = virtualClock();
    const [near, far] = streamPair();
    const later = Uint8Array.from([...headOnly(0x7e, 3), 1, 2, 3]);
    near.receive(later);
    near.receive(serverKey);
    far.start({
      bytes(chunk) {
        near.receive(later);
        const greeting = server.greet(chunk.slice(5, 37), chunk.slice(37));
        if (greeting) near.receive(encodeDerpFrame({ type: 'serverInfo', box: greeting }));
      },
      end: () => {},
    });
    const client = await clock.until(connectDerp({ stream: near, clock, random: counting(), serverKey: server.publicKey }));
    expect(client.serverKey).toEqual(server.publicKey);
  });

  it('sends packets right behind its greeting loses none of them', async () => {
    const clock = virtualClock();
    const [near, far] = streamPair();
    near.receive(serverKey);
    const packet = new Uint8Array(MAX_PACKET_BYTES).fill(9);
    far.start({
      bytes(chunk) {
        const greeting = server.greet(chunk.slice(5, 37), chunk.slice(37)) ?? new Uint8Array(40);
        near.receive(Uint8Array.from(Buffer.concat([encodeDerpFrame({ type: 'serverInfo', box: greeting }), encodeDerpFrame({ type: 'recvPacket', source: server.publicKey, packet })])));
      },
      end: () => {},
    });
    const client = await clock.until(connectDerp({ stream: near, clock, random: counting() }));
    for await (const received of client.packets) {
      expect(received.packet.length).toBe(MAX_PACKET_BYTES);
      break;
    }
  });
});

describe('a signal', () => {
  it('that has aborted connects nowhere, and closes what it was handed', async () => {
    const [near] = streamPair();
    const reason = new Error('no more');
    expect(await errorOf(connectDerp({ stream: near, signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(near.isClosed).toBe(true);
  });

  it('ends an attempt with its reason', async () => {
    const clock = virtualClock();
    const [near] = streamPair();
    const controller = new AbortController();
    const connecting = errorOf(connectDerp({ stream: near, clock, signal: controller.signal }));
    const reason = new Error('no more');
    controller.abort(reason);
    expect(await connecting).toBe(reason);
    expect([near.isClosed, clock.sleeping]).toEqual([true, 0]);
  });

  it('ends an attempt at any moment, or comes too late', async () => {
    const outcomes = new Set<string>();
    for (let moment = 0; moment < 24; moment++) {
      const clock = virtualClock();
      const controller = new AbortController();
      const reason = new Error('no more');
      const connecting = connected({ signal: controller.signal, clock }).then(async ({ client }) => {
        await client.close();
        return 'connected';
      }, (error: unknown) => (error === reason ? 'aborted' : String(error)));
      for (let passed = 0; passed < moment; passed++) await Promise.resolve();
      controller.abort(reason);
      outcomes.add(await connecting);
      expect(clock.sleeping).toBe(0);
    }
    expect(outcomes).toEqual(new Set(['aborted', 'connected']));
  });

  it('does not end a connection', async () => {
    const controller = new AbortController();
    const { client, link, end } = await connected({ signal: controller.signal });
    controller.abort();
    link.send({ type: 'keepAlive' });
    await until(() => client.bufferedBytes === 0);
    expect(end.isClosed).toBe(false);
  });
});

it('where the platform has no WebSocket it says so', async () => {
  if ('WebSocket' in globalThis) return;
  await expect(connectDerp({ url: 'wss://relay.test/derp' })).rejects.toThrow('hand one in');
});
