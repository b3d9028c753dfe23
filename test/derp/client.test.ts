import { describe, expect, it } from 'vitest';
import { DerpError, type DerpFrame, type KnownDerpFrame } from '../../core/wire/derp.ts';
import type { DerpEvent } from '../../derp/index.ts';
import { createTokenBucket } from '../../derp/token-bucket.ts';
import { errorOf, isPending, turns } from '../until.ts';
import { connected } from './relay.ts';

const peer = new Uint8Array(32).fill(7);
const packetOf = (...bytes: number[]): KnownDerpFrame & { type: 'recvPacket' } => ({ type: 'recvPacket', source: peer, packet: Uint8Array.from(bytes) });

describe('packets', () => {
  it('are sent as they are', async () => {
    const { client, sent } = await connected();
    expect(client.send(peer, Uint8Array.of(1, 2))).toBe(true);
    expect(client.send(peer, new Uint8Array(65_536))).toBe(true);
    await turns(1);
    expect(sent.map((frame) => frame.type === 'sendPacket' && [frame.destination[0], frame.packet.length])).toEqual([[7, 2], [7, 65_536]]);
  });

  it.each([['a key of 31 bytes', new Uint8Array(31), 1], ['a packet of 64 KiB and a byte', peer, 65_537]])('%s: RangeError', async (_, key, bytes) => {
    const { client, sent } = await connected();
    expect(() => client.send(key, new Uint8Array(bytes))).toThrow(RangeError);
    await turns(1);
    expect(sent).toEqual([]);
  });

  it('are dropped while too much waits to be sent, and taken again once it has left', async () => {
    const { client, end } = await connected({ maxBufferedBytes: 1000 });
    end.hold = true;
    const taken = Array.from({ length: 5 }, () => client.send(peer, new Uint8Array(400)));
    // The limit is looked at before each: one packet may exceed it.
    expect(taken).toEqual([true, true, true, false, false]);
    expect(client.bufferedBytes).toBe(3 * 437);
    const drained = client.drained();
    expect(await isPending(drained)).toBe(true);
    end.hold = false;
    await drained;
    expect(client.send(peer, new Uint8Array(400))).toBe(true);
  });

  it('that come wait in order', async () => {
    const { client, link } = await connected();
    for (const byte of [1, 2, 3]) link.send(packetOf(byte));
    const got: number[] = [];
    for await (const { source, packet } of client.packets) {
      expect(source).toEqual(peer);
      got.push(packet[0] ?? 0);
      if (got.length === 3) break;
    }
    expect(got).toEqual([1, 2, 3]);
    // Breaking out leaves the connection, and the next reader goes on.
    link.send(packetOf(4));
    for await (const { packet } of client.packets) {
      expect([...packet]).toEqual([4]);
      break;
    }
  });

  it.each([
    ['number', { packets: 3 }, [8, 9, 10], 7],
    ['bytes', { bytes: 2 * 36 }, [9, 10], 8],
  ])('beyond the queue\'s %s: the oldest are dropped, and counted', async (_, queue, left, dropped) => {
    const { client, link } = await connected({ queue });
    for (let byte = 1; byte <= 10; byte++) link.send(packetOf(byte, 0, 0, 0));
    await turns(2);
    void link.end(new DerpError('closed', 'over'));
    const got: number[] = [];
    for await (const { packet } of client.packets) got.push(packet[0] ?? 0);
    expect(got).toEqual(left);
    expect(client.droppedPackets).toBe(dropped);
  });

  it('end with the connection, for those who wait too', async () => {
    const { client } = await connected();
    const readers = [0, 1].map(async () => {
      for await (const packet of client.packets) expect.fail(String(packet.packet));
      return 'over';
    });
    await turns(2);
    await client.close();
    expect(await Promise.all(readers)).toEqual(['over', 'over']);
  });

  it('go to onPacket, where there is one, and nothing is queued; its mistakes are told and cost no packet', async () => {
    const got: number[] = [];
    const events: DerpEvent[] = [];
    const { client, link } = await connected({
      onPacket({ packet }) {
        got.push(packet[0] ?? 0);
        if (packet[0] === 1) throw new Error('mistake');
      },
      onEvent: (event) => void events.push(event),
    });
    link.send(packetOf(1));
    link.send(packetOf(2));
    await turns(2);
    expect(got).toEqual([1, 2]);
    expect(events).toEqual([{ type: 'listenerFailed', error: new Error('mistake') }]);
    await client.close();
    for await (const packet of client.packets) expect.fail(String(packet.packet));
  });
});



describe('pings', () => {
  it('tell the round trip', async () => {
    const { client, clock, link, sent } = await connected();
    const pinging = client.ping();
    await clock.advance(30);
    const [ping] = sent;
    if (ping?.type !== 'ping') return expect.fail('no ping');
    link.send({ type: 'pong', data: Uint8Array.from(ping.data).fill(0) });
    expect(await isPending(pinging)).toBe(true);
    link.send({ type: 'pong', data: ping.data });
    expect(await pinging).toBe(30);
  });

  it('that are not answered end in time, on the connection\'s end, or by a signal', async () => {
    const { client, clock } = await connected();
    const inTime = errorOf(client.ping({ timeoutMs: 200 }));
    await clock.advance(200);
    expect(await inTime).toMatchObject({ name: 'DerpError', code: 'timeout' });

    const controller = new AbortController();
    const reason = new Error('no more');
    const aborted = errorOf(client.ping({ signal: controller.signal }));
    controller.abort(reason);
    expect(await aborted).toBe(reason);
    expect(await errorOf(client.ping({ signal: AbortSignal.abort(reason) }))).toBe(reason);

    const atTheEnd = errorOf(client.ping());
    await client.close();
    expect(await atTheEnd).toMatchObject({ code: 'closed' });
    expect(await errorOf(client.ping())).toMatchObject({ code: 'closed' });
    expect(clock.sleeping).toBe(0);
  });

  it('of the relay are answered', async () => {
    const { link, sent } = await connected();
    link.send({ type: 'ping', data: new Uint8Array(8).fill(5) });
    await turns(2);
    expect(sent).toEqual([{ type: 'pong', data: new Uint8Array(8).fill(5) }]);
  });

  it('that flood in while the relay reads nothing are not answered for ever', async () => {
    const { client, link, end } = await connected();
    end.hold = true;
    for (let count = 0; count < 20_000; count++) link.send({ type: 'ping', data: new Uint8Array(8) });
    await turns(2);
    expect(client.bufferedBytes).toBeLessThan(16_384 + 100);
  });
});

describe('what a relay says', () => {
  it.each<[Exclude<KnownDerpFrame, { type: 'peerPresent' }>, DerpEvent]>([
    [{ type: 'peerGone', peer, reason: 'not-here' }, { type: 'peerGone', peer, reason: 'not-here' }],
    [{ type: 'health', problem: 'two of you\u001B[2J\nat once' }, { type: 'health', problem: 'two of you at once' }],
    [{ type: 'health', problem: '' }, { type: 'health', problem: '' }],
    [{ type: 'restarting', reconnectInMs: 1000, tryForMs: 2 ** 32 - 1 }, { type: 'restarting', reconnectInMs: 1000, tryForMs: 2 ** 32 - 1 }],
    [{ type: 'keepAlive' }, { type: 'keepAlive' }],
  ])('%j', async (frame, wanted) => {
    const events: DerpEvent[] = [];
    const { link } = await connected({
      onEvent(event) {
        events.push(event);
        throw new Error('a listener\'s mistake');
      },
    });
    link.send(frame);
    await turns(2);
    expect(events.slice(0, 1)).toEqual([wanted]);
    expect(events.slice(1)).toMatchObject([{ type: 'listenerFailed' }]);
  });

  it('is a breach after the login if it is a login', async () => {
    const { client, link, end } = await connected();
    link.send({ type: 'serverKey', serverKey: peer });
    expect(await client.closed).toMatchObject({ name: 'DerpError', code: 'malformed' });
    expect(end.isClosed).toBe(true);
    expect(client.send(peer, new Uint8Array(1))).toBe(false);
  });

  it('behind a breach is nobody\'s', async () => {
    const got: number[] = [];
    const { client, end } = await connected({ onPacket: ({ packet }) => void got.push(packet.length) });
    end.receive(Uint8Array.from([5, 0, 0, 0, 31, ...new Uint8Array(31), 5, 0, 0, 0, 32, ...peer]));
    expect(await client.closed).toMatchObject({ code: 'malformed' });
    expect(got).toEqual([]);
  });
});

it('notePreferred tells the relay', async () => {
  const { client, sent } = await connected();
  client.notePreferred(true);
  client.notePreferred(false);
  await turns(2);
  expect(sent).toEqual([{ type: 'notePreferred', preferred: true }, { type: 'notePreferred', preferred: false }] satisfies DerpFrame[]);
});

describe('the end', () => {
  it('by close: what was queued is sent, and all is over', async () => {
    const { client, clock, sent, end } = await connected();
    client.send(peer, Uint8Array.of(1));
    await client.close();
    await client.close();
    expect(sent.map(({ type }) => type)).toEqual(['sendPacket']);
    expect(await client.closed).toMatchObject({ name: 'DerpError', code: 'closed' });
    client.notePreferred(true);
    expect([client.send(peer, Uint8Array.of(1)), end.isClosed, clock.sleeping]).toEqual([false, true, 0]);
  });

  it('by the other side', async () => {
    const { client, end, clock } = await connected();
    const cause = new Error('ECONNRESET');
    end.lose(cause);
    expect(await client.closed).toMatchObject({ code: 'transport', cause });
    await client.drained();
    expect(clock.sleeping).toBe(0);
  });

  it('by silence: keep-alives put it off, half frames do not', async () => {
    const { client, clock, link, end } = await connected({ idleMs: 1000 });
    for (let round = 0; round < 3; round++) {
      await clock.advance(900);
      link.send({ type: 'keepAlive' });
      await turns(2);
      expect(client.heardAtMs).toBe(clock.now());
    }
    await clock.advance(900);
    end.receive(Uint8Array.of(6, 0, 0));
    await clock.advance(99);
    expect(await isPending(client.closed)).toBe(true);
    await clock.advance(1);
    expect(await client.closed).toMatchObject({ code: 'idle' });
    expect(clock.sleeping).toBe(0);
  });
});

describe('a relay\'s limit', () => {
  it('lets bursts pass, then what the rate gives', () => {
    let atMs = 0;
    const mayPass = createTokenBucket(1000, 500, () => atMs);
    expect([mayPass(400), mayPass(200), mayPass(100), mayPass(1)]).toEqual([true, false, true, false]);
    atMs = 100;
    expect([mayPass(100), mayPass(1)]).toEqual([true, false]);
    atMs = 1_000_000;
    expect([mayPass(501), mayPass(500)]).toEqual([false, true]);
  });

  it('without a burst allows a second\'s worth; without a rate, all', () => {
    expect([createTokenBucket(1000, undefined, () => 0)(1000), createTokenBucket(1000, undefined, () => 0)(1001)]).toEqual([true, false]);
    expect(createTokenBucket(undefined, undefined, () => 0)(1e12)).toBe(true);
  });
});
