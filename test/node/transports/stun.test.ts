import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RelayNode } from '../../../core/model/map.ts';
import type { Sample } from '../../../core/model/sample.ts';
import { encodeBindingRequest } from '../../../core/wire/stun.ts';
import { createResolver } from '../../../node/transports/resolve.ts';
import type { StunTransport } from '../../../node/transports/stun.ts';
import { stun } from '../../../node/transports/stun.ts';
import { describeTransport, slowMs } from '../../contract/transport.ts';
import { refusing } from '../../refusing-socket.ts';
import { hasIpv6 } from '../../servers/ipv6.ts';
import type { StunRequest, StunServer } from '../../servers/stun-server.ts';
import { startStunServer } from '../../servers/stun-server.ts';
import { errorOf, isPending, until } from '../../until.ts';

const nodeAt = ({ address, port }: Pick<StunServer, 'address' | 'port'>): RelayNode => ({
  name: `at ${port}`,
  host: 'relay.test',
  ...(address.includes(':') ? { ipv4: 'none', ipv6: address } : { ipv4: address, ipv6: 'none' }),
  stun: { port, dialect: 'tailscale' },
});

describeTransport('stun', async () => {
  const live = await startStunServer();
  const live6 = hasIpv6 ? await startStunServer(undefined, '::1') : undefined;
  const slow = await startStunServer((request) => setTimeout(() => void request.send(request.answer), slowMs));
  const silent = await startStunServer(() => {});
  return {
    create: (resolver) => stun({ resolver }),
    live: nodeAt(live),
    ...(live6 && { live6: nodeAt(live6) }),
    slow: nodeAt(slow),
    silent: nodeAt(silent),
    silentWasAsked: () => silent.requests.length > 0,
    named: { name: 'named', host: 'relay.test', stun: { port: live.port, dialect: 'plain' } },
    heard: () => live.requests.length,
    close: async () => { await Promise.all([live, live6, slow, silent].map((server) => server?.close())); },
  };
}, { optOut: { 'says when nobody listens': 'an unconnected socket is not told of ICMP port unreachable' } });

describe('stun', () => {
  let server: StunServer;
  let transport: StunTransport;
  let behave: (request: StunRequest) => void;
  let controller: AbortController;

  beforeEach(async () => {
    behave = (request) => void request.send(request.answer);
    server = await startStunServer((request) => behave(request));
    transport = stun();
    controller = new AbortController();
  });
  afterEach(async () => {
    transport.close();
    await server.close();
  });

  const probe = (node: RelayNode = nodeAt(server), by = transport): Promise<Sample> => by.probe(node, { family: 4, signal: controller.signal });

  it('tells the address that the server saw', async () => {
    const { mapped } = await probe();
    expect(mapped).toBe(`127.0.0.1:${transport.localPort(4)}`);
  });

  it('writes a v4-mapped address as IPv4, as DERP servers on all addresses send it', async () => {
    behave = ({ answer, txid, send }) => {
      // Success response with XOR-MAPPED-ADDRESS of family IPv6, ::ffff:192.0.2.1, port 41641.
      const bytes = Buffer.alloc(44);
      bytes.set(answer.subarray(0, 20));
      bytes.writeUInt16BE(24, 2);
      bytes.writeUInt32BE(0x0020_0014, 20);
      bytes.writeUInt16BE(2, 24);
      bytes.writeUInt16BE(41_641 ^ 0x2112, 26);
      const mask = Buffer.concat([Buffer.from('2112a442', 'hex'), txid]);
      Buffer.from('00000000000000000000ffffc0000201', 'hex').forEach((byte, at) => { bytes[28 + at] = byte ^ (mask[at] ?? 0); });
      void send(bytes);
    };
    expect(await probe()).toMatchObject({ mapped: '192.0.2.1:41641', family: 4 });
  });

  it.each([
    { dialect: 'tailscale', bytes: 40 },
    { dialect: 'plain', bytes: 20 },
  ] as const)('sends $bytes bytes to a server of the $dialect dialect', async ({ dialect, bytes }) => {
    await probe({ ...nodeAt(server), stun: { port: server.port, dialect } });
    expect(server.requests[0]?.bytes).toHaveLength(bytes);
  });

  const change = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

  it.each<{ what: string; bad: (request: StunRequest) => Promise<unknown>; ignored: Partial<StunTransport['ignored']> }>([
    { what: 'an answer from another port', bad: (request) => request.sendFromElsewhere(request.answer), ignored: { foreign: 1 } },
    { what: 'an answer to another request', bad: (request) => request.send(change(request.answer, 12)), ignored: { stray: 1 } },
    { what: 'an answer with another magic cookie', bad: (request) => request.send(change(request.answer, 5)), ignored: { malformed: 1 } },
    { what: 'an error response', bad: (request) => request.send(change(request.answer, 1)), ignored: { malformed: 1 } },
    { what: 'an answer cut short', bad: (request) => request.send(request.answer.subarray(0, 24)), ignored: { malformed: 1 } },
    { what: 'its own request sent back', bad: (request) => request.send(request.bytes), ignored: { malformed: 1 } },
    { what: 'an empty datagram', bad: (request) => request.send(new Uint8Array()), ignored: { stray: 1 } },
    { what: 'text', bad: (request) => request.send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')), ignored: { stray: 1 } },
  ])('is not taken in by $what', async ({ bad, ignored }) => {
    behave = (request) => void bad(request);
    const sample = probe();
    await until(() => Object.values(transport.ignored).some((count) => count > 0));
    expect(transport.ignored).toEqual({ stray: 0, foreign: 0, malformed: 0, ...ignored });
    expect(await isPending(sample)).toBe(true);
    const [request] = server.requests;
    await request?.send(request.answer);
    expect(await sample).toMatchObject({ kind: 'stun' });
  });

  it.runIf(process.platform === 'linux')('is not taken in by an answer from another address, though from the same port', async () => {
    const elsewhere = createSocket('udp4').bind(server.port, '127.0.0.2');
    await once(elsewhere, 'listening');
    behave = ({ answer, from }) => elsewhere.send(answer, from.port, from.address);
    const sample = probe();
    await until(() => transport.ignored.foreign === 1);
    expect(await isPending(sample)).toBe(true);
    elsewhere.close();
    await server.requests[0]?.send(server.requests[0].answer);
    expect(await sample).toMatchObject({ kind: 'stun' });
  });

  it('counts an answer once, and what comes again or too late not at all', async () => {
    behave = (request) => { for (let time = 0; time < 2; time++) void request.send(request.answer); };
    await probe();
    await until(() => transport.ignored.stray === 1);
    behave = () => {};
    const lost = errorOf(probe());
    await until(() => server.requests.length === 2);
    controller.abort();
    expect(await lost).toMatchObject({ code: 'no-answer' });
    await server.requests[1]?.send(server.requests[1].answer);
    await until(() => transport.ignored.stray === 2);
  });

  it('says that the process was late where it was', async () => {
    behave = (request) => void request.send(request.answer).then(() => {
      // The answer lies in the socket; a handler keeps the process for longer than any network would take here.
      const end = performance.now() + 30;
      while (performance.now() < end);
    });
    const { latencyMs, lateMs, doubt } = await probe();
    expect(doubt).toEqual(['event-loop']);
    expect(lateMs).toBeGreaterThan(6);
    expect(lateMs).toBeLessThanOrEqual(latencyMs);
  });

  it('says so where it stalled between the clock and the system call, and was read in time', async () => {
    let stalledMs = 0;
    const by = stun({
      now: () => performance.now() + stalledMs,
      createSocket: (options) => {
        const socket = createSocket(options);
        const send = socket.send.bind(socket) as (...args: unknown[]) => void;
        return Object.assign(socket, { send: (...args: unknown[]) => {
          stalledMs += 500;
          send(...args);
        } });
      },
    });
    const { latencyMs, lateMs, doubt } = await probe(nodeAt(server), by);
    by.close();
    expect(doubt).toEqual(['event-loop']);
    expect(latencyMs).toBeGreaterThanOrEqual(500);
    expect(lateMs).toBeGreaterThanOrEqual(500);
  });

  it('keeps one socket a family and tells its port', async () => {
    expect(transport.localPort(4)).toBeUndefined();
    await transport.open();
    const port = transport.localPort(4);
    expect(port).toBeGreaterThan(0);
    await Promise.all([probe(), probe(), probe()]);
    expect(server.requests.map(({ from }) => from.port)).toEqual([port, port, port]);
    transport.close();
    expect(transport.localPort(4)).toBeUndefined();
  });

  it('asks a resolver once for many probes by name', async () => {
    let lookups = 0;
    const resolver = createResolver({ lookup: (_host, _options, callback) => {
      lookups++;
      setImmediate(() => callback(null, [{ address: '127.0.0.1', family: 4 }]));
    } });
    const byName = stun({ resolver });
    const node: RelayNode = { name: 'named', host: 'relay.test', stun: { port: server.port, dialect: 'tailscale' } };
    await Promise.all([probe(node, byName), probe(node, byName), probe(node, byName)]);
    expect(lookups).toBe(1);
    expect(server.requests).toHaveLength(3);
    byName.close();
  });

  it('prefers the test address to all others', async () => {
    expect((await probe({ ...nodeAt(server), ipv4: '192.0.2.1', stunTestIp: '127.0.0.1' })).mapped).toMatch(/^127\.0\.0\.1:/);
  });

  describe('when the system does not take a datagram', () => {
    it.each([
      { code: 'EPERM', failure: { code: 'unreachable', sent: process.platform === 'linux' } },
      { code: 'EACCES', failure: { code: 'unreachable', sent: false } },
      { code: 'ENETUNREACH', failure: { code: 'unreachable', sent: false } },
      { code: 'EHOSTUNREACH', failure: { code: 'unreachable', sent: false } },
      { code: 'ECONNREFUSED', failure: { code: 'unreachable', sent: false } },
      { code: 'EMSGSIZE', failure: { code: 'failed', sent: false } },
    ])('says so on $code, and other probes go on', async ({ code, failure }) => {
      const by = stun({ createSocket: refusing(code, 9) });
      const [error, sample] = await Promise.all([errorOf(probe({ ...nodeAt(server), stun: { port: 9, dialect: 'plain' } }, by)), probe(nodeAt(server), by)]);
      expect(error).toMatchObject({ name: 'ProbeFailure', ...failure });
      expect(sample.kind).toBe('stun');
      by.close();
    });

    it('says so of a port that is none', async () => {
      expect(await errorOf(probe({ ...nodeAt(server), stun: { port: 0, dialect: 'plain' } }))).toMatchObject({ code: 'failed', sent: false });
    });
  });

  it('survives an error of its socket: what is under way is still answered, what comes next has a new one', async () => {
    const sockets: Socket[] = [];
    const by = stun({ createSocket: (options) => {
      const socket = createSocket(options);
      sockets.push(socket);
      return socket;
    } });
    behave = () => {};
    const first = probe(nodeAt(server), by);
    await until(() => server.requests.length === 1);
    sockets[0]?.emit('error', new Error('recvmsg ENETDOWN'));
    behave = (request) => void request.send(request.answer);
    expect((await probe(nodeAt(server), by)).kind).toBe('stun');
    await server.requests[0]?.send(server.requests[0].answer);
    expect((await first).mapped).not.toBe(`127.0.0.1:${by.localPort(4)}`);
    expect(sockets).toHaveLength(2);
    by.close();
  });

  it('says what is wrong where the system has no sockets left, and tries again at the next probe', async () => {
    let broken = true;
    const by = stun({ createSocket: (options) => {
      const socket = createSocket(options);
      if (!broken) return socket;
      return Object.assign(socket, { bind: () => socket.emit('error', Object.assign(new Error('bind EMFILE'), { code: 'EMFILE' })) });
    } });
    await by.open();
    expect(await errorOf(probe(nodeAt(server), by))).toMatchObject({ code: 'failed', sent: false, message: 'bind EMFILE' });
    broken = false;
    expect((await probe(nodeAt(server), by)).kind).toBe('stun');
    by.close();
  });

  describe('receivesRequest', () => {
    const txid = Buffer.from('0123456789ab');
    const other = Buffer.from('ba9876543210');

    async function sendTo(port: number | undefined, ...datagrams: Uint8Array[]): Promise<void> {
      const socket = createSocket('udp4');
      for (const bytes of datagrams) await new Promise<void>((resolve) => { socket.send(bytes, port ?? 0, '127.0.0.1', () => resolve()); });
      socket.close();
    }

    it.each([{ plain: true }, { plain: false }])('is true when the request comes in (plain: $plain)', async (options) => {
      const came = transport.receivesRequest(txid, controller.signal);
      await sendTo(transport.localPort(4), Buffer.from('noise'), encodeBindingRequest(other, options), encodeBindingRequest(txid, options));
      expect(await came).toBe(true);
      expect(transport.ignored.stray).toBe(2);
    });

    it.each<{ what: string; end: () => void }>([
      { what: 'the signal aborts', end: () => controller.abort() },
      { what: 'the transport is closed', end: () => transport.close() },
    ])('is false when $what', async ({ end }) => {
      const came = transport.receivesRequest(txid, controller.signal);
      await sendTo(transport.localPort(4), encodeBindingRequest(other));
      await until(() => transport.ignored.stray === 1);
      expect(await isPending(came)).toBe(true);
      end();
      expect(await came).toBe(false);
      expect(await transport.receivesRequest(txid, AbortSignal.abort())).toBe(false);
    });
  });
});
