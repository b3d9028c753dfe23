import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { parseRelayMap } from '../../core/map/parse.ts';
import type { RelayNode } from '../../core/model/map.ts';
import { connectDerp, formatDerpKey, generateDerpKey, type DerpClient, type DerpEvent, type DerpOptions, type DerpPacket } from '../../derp/index.ts';
import type { TestCertificate } from '../../lab/certificate.ts';
import { derpStream } from '../../node/index.ts';
import { errorOf, until } from '../until.ts';
import { derperHost, derpMap, derpNode, howToGetDerper, startDerper, writeCertificate, type Derper } from './derper.ts';
import { cleanUp, describeWith, makeFolder } from './programs.ts';

describeWith('derper', howToGetDerper, (path) => {
  let derper: Derper;
  let certificate: TestCertificate;
  let node: RelayNode;
  const open: DerpClient[] = [];

  beforeAll(async () => {
    const folder = makeFolder();
    certificate = await writeCertificate(folder);
    derper = await startDerper(path, { folder, mode: 'tls' });
    const [first] = parseRelayMap(derpMap(derpNode(derper, { CertName: certificate.pin }))).regions[0]?.nodes ?? [];
    if (!first) throw new Error('no node');
    node = first;
  });
  afterEach(async () => { await Promise.all(open.splice(0).map((client) => client.close())); });
  afterAll(cleanUp);

  /** As a Node user hands in `ws`: with what a browser would know by itself. */
  class ToDerper extends WebSocket {
    constructor(url: string, protocols: string[]) {
      const tls = { ca: certificate.certificatePem, servername: derperHost };
      super(url, protocols, { ...tls, perMessageDeflate: false, maxPayload: 131_072 });
    }
  }
  type More = Omit<Partial<DerpOptions>, 'url' | 'stream' | 'WebSocket'>;
  const ways: Readonly<Record<string, (more?: More) => Promise<DerpClient>>> = {
    'an HTTP upgrade': async (more = {}) => connectDerp({ ...more, stream: await derpStream(node) }),
    'a WebSocket': (more = {}) => connectDerp({ ...more, url: `wss://127.0.0.1:${derper.port}/derp`, WebSocket: ToDerper }),
  };
  const client = async (way: string, more?: More): Promise<DerpClient> => {
    const connected = await ways[way]?.(more) ?? expect.fail(way);
    open.push(connected);
    return connected;
  };

  /** The next packet; the test's time limit is the bound. */
  async function next(from: DerpClient): Promise<DerpPacket> {
    for await (const packet of from.packets) return packet;
    return expect.fail('the connection ended');
  }

  const both = Object.keys(ways);
  describe.each(both.flatMap((one) => both.map((other) => [one, other] as const)))('a client by %s and one by %s', (one, other) => {
    it('reach one another, both ways, with packets of any size', async () => {
      const [a, b] = await Promise.all([client(one), client(other)]);
      for (const [from, to] of [[a, b], [b, a]] as const) {
        for (const bytes of [0, 1, 1200, 32_768, 65_535, 65_536]) {
          const packet = Uint8Array.from({ length: bytes }, (_, at) => at * 7 + bytes);
          expect(from.send(to.publicKey, packet)).toBe(true);
          const got = await next(to);
          expect(formatDerpKey(got.source)).toBe(formatDerpKey(from.publicKey));
          expect(Buffer.from(got.packet).equals(packet)).toBe(true);
        }
      }
    });

    it('hear that the other has gone, if it has sent them something', async () => {
      const events: DerpEvent[] = [];
      const [a, b] = await Promise.all([client(one), client(other, { onEvent: (event) => void events.push(event) })]);
      a.send(b.publicKey, Uint8Array.of(1));
      await next(b);
      await a.close();
      await until(() => events.length > 0);
      expect(events).toEqual([{ type: 'peerGone', peer: a.publicKey, reason: 'disconnected' }]);
    });
  });

  describe.each(both)('a client by %s', (way) => {
    it('pings the relay', async () => {
      const one = await client(way);
      for (let count = 0; count < 3; count++) {
        const rttMs = await one.ping();
        expect(rttMs).toBeGreaterThan(0);
        expect(rttMs).toBeLessThan(5_000);
      }
    });

    it('is known by its key again, and another by its own', async () => {
      const key = generateDerpKey();
      const first = await client(way, { key });
      await first.close();
      expect(await first.closed).toMatchObject({ code: 'closed' });
      const [again, other] = await Promise.all([client(way, { key, serverKey: first.serverKey }), client(way)]);
      other.send(key.publicKey, Uint8Array.of(5));
      expect((await next(again)).source).toEqual(other.publicKey);
    });

    it('hears that nobody is there, of a packet that looks for somebody', async () => {
      const events: DerpEvent[] = [];
      const one = await client(way, { onEvent: (event) => void events.push(event) });
      const nobody = generateDerpKey().publicKey;
      one.send(nobody, Uint8Array.of(1, 2, 3));
      one.send(nobody, Uint8Array.from([...Buffer.from('TS💬'), ...new Uint8Array(80)]));
      await until(() => events.length > 0);
      expect(events).toEqual([{ type: 'peerGone', peer: nobody, reason: 'not-here' }]);
    });

    it('goes on where many packets come at once: what it gets is in order', async () => {
      const [from, to] = await Promise.all([client(way), client(way, { queue: { packets: 100_000, bytes: 1e9 } })]);
      let sent = 0;
      for (let count = 0; count < 2_000; count++) {
        if (!from.send(to.publicKey, Uint8Array.from({ length: 1200 }, (_, at) => (at < 2 ? count >> (8 * at) : 0)))) await from.drained();
        else sent++;
      }
      await from.ping();
      await to.ping();
      await to.close();
      const numbers: number[] = [];
      for await (const { packet } of to.packets) numbers.push((packet[0] ?? 0) + 256 * (packet[1] ?? 0));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(numbers.length).toBeGreaterThan(0);
      expect(numbers.length).toBeLessThanOrEqual(sent);
    });
  });

  it('refuses another key than the expected one', async () => {
    expect(await errorOf(client('an HTTP upgrade', { serverKey: generateDerpKey().publicKey }))).toMatchObject({ name: 'DerpError', code: 'server-key' });
  });

  it('ends connections that speak nonsense, ours are not hurt', async () => {
    const one = await client('an HTTP upgrade');
    const raw = connect(derper.port, '127.0.0.1');
    raw.on('error', () => {}).write('\0\x01\x02'.repeat(100));
    await once(raw, 'close');
    expect(await one.ping()).toBeGreaterThan(0);
  });

  describe('without TLS', () => {
    let plain: Derper;
    let plainNode: RelayNode;
    beforeAll(async () => {
      plain = await startDerper(path, { folder: makeFolder(), mode: 'http', stun: false });
      plainNode = { name: 'a', host: '127.0.0.1', derp: { port: plain.port }, https: { port: plain.port, path: '/', scheme: 'http' } };
    });

    const gauge = async (name: string): Promise<number> =>
      Number(new RegExp(`^derp_${name} (\\d+)$`, 'm').exec(await (await fetch(`http://127.0.0.1:${plain.port}/debug/varz`)).text())?.[1] ?? Number.NaN);

    it('counts whose home it is', async () => {
      const [one, other] = await Promise.all([
        connectDerp({ stream: await derpStream(plainNode) }),
        connectDerp({ url: `ws://127.0.0.1:${plain.port}/derp`, WebSocket }),
      ]);
      open.push(one, other);
      expect([await gauge('current_connections'), await gauge('current_home_connections')]).toEqual([2, 0]);
      for (const client of [one, other]) client.notePreferred(true);
      await Promise.all([one.ping(), other.ping()]);
      expect(await gauge('current_home_connections')).toBe(2);
      other.notePreferred(false);
      await other.ping();
      expect(await gauge('current_home_connections')).toBe(1);
    });

    it('and dying: all who are connected know', async () => {
      const [one, other] = await Promise.all([
        connectDerp({ stream: await derpStream(plainNode) }),
        connectDerp({ url: `ws://127.0.0.1:${plain.port}/derp`, WebSocket }),
      ]);
      await plain.stop();
      expect((await one.closed).code).toBe('transport');
      expect((await other.closed).code).toBe('transport');
      expect(await errorOf(derpStream(plainNode))).toMatchObject({ name: 'DerpError', code: 'transport', cause: { code: 'ECONNREFUSED' } });
    });
  });
});
