import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { encodeDerpFrame } from '../../core/wire/derp.ts';
import { connectDerp, generateDerpKey, type DerpClient, type DerpEvent, type DerpOptions, type DerpPacket } from '../../derp/index.ts';
import { noTraffic } from '../../lab/counters.ts';
import { createDerpServer } from '../../lab/derp-server.ts';
import { createLab, type Lab, type LabStats, type RelayNotice } from '../../lab/index.ts';
import { derpStream } from '../../node/index.ts';
import { streamPair } from '../derp/relay.ts';
import { errorOf, until } from '../until.ts';
import { virtualClock } from '../virtual-clock.ts';
import { rawClient } from './clients.ts';

let lab: Lab;
beforeAll(async () => { lab = await createLab({ relays: [{ code: 'fra', rttMs: 4 }, { code: 'far', rttMs: 60 }, { code: 'ill', rttMs: 2 }] }); });
afterAll(() => lab.close());
const open: DerpClient[] = [];
afterEach(async () => { await Promise.all(open.splice(0).map((client) => client.close())); });

const portOf = (map: Lab['map'], code: string): number => map.regions.find((region) => region.code === code)?.nodes[0]?.derp?.port ?? expect.fail(code);
const nodeOf = (map: Lab['map'], code: string) => map.regions.find((region) => region.code === code)?.nodes[0] ?? expect.fail(code);

type More = Omit<Partial<DerpOptions>, 'url' | 'stream' | 'WebSocket'>;
class Trusting extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { ca: lab.certificate, perMessageDeflate: false });
  }
}
const ways: Readonly<Record<string, (code: string, more?: More) => Promise<DerpClient>>> = {
  'an upgrade over TLS': async (code, more) => connectDerp({ ...more, stream: await derpStream(nodeOf(lab.map, code)) }),
  'an upgrade': async (code, more) => connectDerp({ ...more, stream: await derpStream(nodeOf(lab.plainMap, code)) }),
  'a WebSocket over TLS': (code, more) => connectDerp({ ...more, url: `wss://127.0.0.1:${portOf(lab.map, code)}/derp`, WebSocket: Trusting }),
  'a WebSocket': (code, more) => connectDerp({ ...more, url: `ws://127.0.0.1:${portOf(lab.plainMap, code)}/derp`, WebSocket }),
};
const client = async (way: string, code = 'fra', more: More = {}): Promise<DerpClient> => {
  const connected = await ways[way]?.(code, more) ?? expect.fail(way);
  open.push(connected);
  return connected;
};
const statsOf = async (code: string): Promise<LabStats[string]['derp']> => (await lab.stats())[code]?.derp ?? expect.fail(code);

async function next(from: DerpClient): Promise<DerpPacket> {
  for await (const packet of from.packets) return packet;
  return expect.fail('the connection ended');
}

describe.each(Object.keys(ways))('by %s', (way) => {
  it('two clients reach one another', async () => {
    const [a, b] = await Promise.all([client(way), client(way)]);
    for (const [from, to] of [[a, b], [b, a]] as const) {
      for (const bytes of [0, 1200, 65_536]) {
        from.send(to.publicKey, new Uint8Array(bytes).fill(bytes));
        expect(await next(to)).toEqual({ source: from.publicKey, packet: new Uint8Array(bytes).fill(bytes) });
      }
    }
  });

  it('a ping takes the round trip of the weather', async () => {
    const far = await client(way, 'far');
    const rttMs = await far.ping();
    expect(rttMs).toBeGreaterThanOrEqual(59);
  });

  it('who is gone and who was never here is told', async () => {
    const events: DerpEvent[] = [];
    const [a, b] = await Promise.all([client(way), client(way, 'fra', { onEvent: (event) => void events.push(event) })]);
    a.send(b.publicKey, Uint8Array.of(1));
    await next(b);
    await a.close();
    await until(() => events.length === 1);
    b.send(a.publicKey, Uint8Array.of(1));
    b.send(a.publicKey, Uint8Array.from([...Buffer.from('TS💬'), ...new Uint8Array(56)]));
    await until(() => events.length === 2);
    expect(events).toEqual([{ type: 'peerGone', peer: a.publicKey, reason: 'disconnected' }, { type: 'peerGone', peer: a.publicKey, reason: 'not-here' }]);
  });
});

it('relays are apart: a client of one is nobody at the other', async () => {
  const [a, b] = await Promise.all([client('a WebSocket', 'fra'), client('a WebSocket', 'ill')]);
  const before = await statsOf('fra');
  a.send(b.publicKey, Uint8Array.of(1));
  await a.ping();
  expect(await statsOf('fra')).toMatchObject({ forwarded: before.forwarded, dropped: before.dropped + 1 });
});

it('counts logins, clients and whose home it is', async () => {
  const before = await statsOf('ill');
  const a = await client('an upgrade', 'ill');
  const b = await client('a WebSocket', 'ill');
  for (const one of [a, b]) one.notePreferred(true);
  await Promise.all([a.ping(), b.ping()]);
  expect(await statsOf('ill')).toMatchObject({ logins: before.logins + 2, clients: 2, preferred: 2 });
  a.notePreferred(false);
  await a.ping();
  await b.close();
  await expect.poll(() => statsOf('ill')).toMatchObject({ clients: 1, preferred: 0 });
});

it('of two connections with one key, the one that spoke last gets the packets, and the peer is gone with the last', async () => {
  const key = generateDerpKey();
  const events: DerpEvent[] = [];
  const [first, second, other] = [await client('an upgrade', 'fra', { key }), await client('an upgrade', 'fra', { key }), await client('an upgrade', 'fra', { onEvent: (event) => void events.push(event) })];
  other.send(key.publicKey, Uint8Array.of(1));
  expect((await next(second)).packet).toEqual(Uint8Array.of(1));
  await first.ping();
  other.send(key.publicKey, Uint8Array.of(2));
  expect((await next(first)).packet).toEqual(Uint8Array.of(2));
  first.send(other.publicKey, Uint8Array.of(3));
  await next(other);
  await second.close();
  await other.ping();
  expect(events).toEqual([]);
  await first.close();
  await until(() => events.length > 0);
});

it('tells all clients of a relay, and only those', async () => {
  const heard: [string, DerpEvent][] = [];
  const hear = (who: string): More => ({ onEvent: (event) => void heard.push([who, event]) });
  await lab.tell('fra', { type: 'health', problem: 'nobody hears this' });
  await Promise.all([client('an upgrade', 'fra', hear('a')), client('a WebSocket', 'fra', hear('b')), client('an upgrade', 'ill', hear('c'))]);
  const restarting = { type: 'restarting', reconnectInMs: 500, tryForMs: 3000 } as const;
  const health = { type: 'health', problem: 'two of you' } as const;
  await lab.tell('fra', restarting);
  await lab.tell('fra', health);
  await until(() => heard.length === 4);
  expect(heard.filter(([who]) => who === 'a')).toEqual([['a', restarting], ['a', health]]);
  expect(heard.filter(([who]) => who === 'b')).toEqual([['b', restarting], ['b', health]]);
});

it.each<[string, object, string]>([
  ['nowhere', { type: 'health', problem: '' }, 'code'],
  ['fra', { type: 'health' }, 'problem'],
  ['fra', { type: 'restarting', reconnectInMs: -1, tryForMs: 0 }, 'reconnectInMs'],
  ['fra', { type: 'fire' }, 'type'],
])('a notice to %s, %j, is an error that names %s', async (code, notice, path) => {
  await expect(lab.tell(code, notice as RelayNotice)).rejects.toMatchObject({ name: 'FleetError', path });
});

describe('weather', () => {
  it('dead: nothing is answered, and the connection is silent', async () => {
    const one = await client('an upgrade', 'ill');
    await lab.set('ill', { dead: true });
    expect(await errorOf(one.ping({ timeoutMs: 100 }))).toMatchObject({ code: 'timeout' });
    expect(await errorOf(connectDerp({ url: `ws://127.0.0.1:${portOf(lab.plainMap, 'ill')}/derp`, WebSocket, timeoutMs: 100 }))).toMatchObject({ code: 'timeout' });
    await lab.set('ill', { dead: false });
  });

  it('refused: connections are reset', async () => {
    const [one, other] = await Promise.all([client('an upgrade over TLS', 'ill'), client('a WebSocket', 'ill')]);
    await lab.set('ill', { tcp: 'refused' });
    expect([(await one.closed).code, (await other.closed).code]).toEqual(['transport', 'transport']);
    await lab.set('ill', { tcp: 'open' });
    await client('an upgrade', 'ill');
  });
});

describe('hostile clients', () => {
  const upgrade = 'GET /derp HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: DERP\r\n\r\n';
  const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

  it.each<[string, string]>([
    ['no upgrade', 'GET /derp HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n'],
    ['an upgrade to something else', 'GET /derp HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'],
    ['4 GiB', `${upgrade}\x02\xff\xff\xff\xff`],
    ['a packet before the login', upgrade + latin1(encodeDerpFrame({ type: 'sendPacket', destination: new Uint8Array(32), packet: new Uint8Array(3) }))],
    ['a login that nobody sealed', upgrade + latin1(encodeDerpFrame({ type: 'clientInfo', clientKey: new Uint8Array(32).fill(9), box: new Uint8Array(60) }))],
    ['a login with a key that keeps no secret', upgrade + latin1(encodeDerpFrame({ type: 'clientInfo', clientKey: new Uint8Array(32), box: new Uint8Array(60) }))],
  ])('%s: the connection ends, others go on', async (_, text) => {
    const one = await client('an upgrade', 'fra');
    const raw = await rawClient(portOf(lab.plainMap, 'fra'), text);
    await raw.closed;
    expect(await one.ping()).toBeGreaterThan(0);
  });

  it('who asks for what only servers may is thrown out', async () => {
    const stream = await derpStream(nodeOf(lab.plainMap, 'fra'));
    const one = await connectDerp({ stream });
    stream.write(encodeDerpFrame({ type: 'watchConns' }));
    expect((await one.closed).code).toBe('transport');
  });

  it('who reads nothing is not buffered for: packets to it are dropped', async () => {
    const [from, to] = await Promise.all([client('an upgrade', 'fra'), client('an upgrade', 'fra')]);
    const socket = connect(portOf(lab.plainMap, 'fra'), '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    const before = await statsOf('fra');
    const deafKey = generateDerpKey();
    const stream = await derpStream(nodeOf(lab.plainMap, 'fra'));
    const deaf = await connectDerp({ stream, key: deafKey });
    stream.pause();
    const packet = new Uint8Array(60_000);
    while ((await statsOf('fra')).dropped === before.dropped) {
      for (let count = 0; count < 20; count++) if (!from.send(deafKey.publicKey, packet)) await from.drained();
    }
    from.send(to.publicKey, Uint8Array.of(1));
    expect((await next(to)).packet).toEqual(Uint8Array.of(1));
    stream.destroy();
    await deaf.closed;
  });
});

describe('a relay\'s time', () => {
  afterEach(() => { vi.useRealTimers(); });

  it('keep-alives every minute; a login within ten seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const relay = createDerpServer(noTraffic());
    const [near, far] = streamPair();
    relay.accept(far);
    const events: string[] = [];
    const one = await connectDerp({ stream: near, clock: virtualClock(), onEvent: ({ type }) => void events.push(type) });
    const [silent, other] = streamPair();
    relay.accept(other);

    await vi.advanceTimersByTimeAsync(9_999);
    expect([silent.isClosed, near.isClosed]).toEqual([false, false]);
    await vi.advanceTimersByTimeAsync(1);
    expect([silent.isClosed, near.isClosed]).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(170_000);
    expect(events).toEqual(['keepAlive', 'keepAlive', 'keepAlive']);
    await one.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
