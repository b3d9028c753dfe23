import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RelayNode } from '../../core/model/map.ts';
import { connectDerp, DerpError } from '../../derp/index.ts';
import { createLab, type Lab } from '../../lab/index.ts';
import { derpStream } from '../../node/index.ts';
import { errorOf, until } from '../until.ts';

/** A server that answers every request with these bytes, or with nothing. */
let server: Server;
let answer: string | undefined;
const accepted = new Set<Socket>();
const asked: string[] = [];
beforeAll(async () => {
  server = createServer((socket) => {
    accepted.add(socket);
    socket.on('error', () => {}).once('close', () => accepted.delete(socket));
    socket.once('data', (request) => {
      asked.push(request.toString('latin1'));
      if (answer !== undefined) socket.write(answer, 'latin1');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  for (const socket of accepted) socket.destroy();
  server.close();
});
afterEach(async () => {
  asked.length = 0;
  answer = undefined;
  // Whatever happened, this side has let go of its connection.
  await until(() => accepted.size === 0);
});

const nodeAt = (port: number, more: Partial<RelayNode> = {}): RelayNode => ({ name: '1a', host: 'relay.test', ipv4: '127.0.0.1', ipv6: 'none', derp: { port }, https: { port, path: '/derp/probe', scheme: 'http' }, ...more });
const node = (): RelayNode => nodeAt((server.address() as AddressInfo).port);

const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: DERP\r\nConnection: Upgrade\r\n\r\n';

it('asks for an upgrade, and gives what comes behind the answer', async () => {
  answer = `${switching}first bytes`;
  const stream: Duplex = await derpStream(node());
  const { port } = server.address() as AddressInfo;
  expect(asked).toEqual([expect.stringMatching(/^GET \/derp HTTP\/1\.1\r\n/)]);
  expect(asked[0]?.toLowerCase()).toMatch(new RegExp(`host: relay\\.test:${port}\r\n`));
  expect(asked[0]?.toLowerCase()).toContain('upgrade: derp\r\n');
  const [bytes] = await once(stream, 'data') as [Buffer];
  expect(bytes.toString()).toBe('first bytes');
  stream.destroy();
});

describe('an answer that is no DERP', () => {
  it.each<[string, string, object]>([
    ['too many requests', 'HTTP/1.1 429 Too Many\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n', { code: 'status', status: 429, retryAfterMs: 30_000 }],
    ['a wait of years', 'HTTP/1.1 503 No\r\nRetry-After: 99999999999\r\nContent-Length: 0\r\n\r\n', { code: 'status', status: 503, retryAfterMs: 3_600_000 }],
    ['a date that is past', 'HTTP/1.1 503 No\r\nRetry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\nContent-Length: 0\r\n\r\n', { code: 'status', status: 503, retryAfterMs: 0 }],
    ['a wait that is none', 'HTTP/1.1 503 No\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n', { code: 'status', status: 503, retryAfterMs: undefined }],
    ['a redirect, which is not followed', 'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/derp\r\nContent-Length: 0\r\n\r\n', { code: 'status', status: 302 }],
    ['a page without end', 'HTTP/1.1 200 OK\r\n\r\n<html>', { code: 'status', status: 200 }],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n', { code: 'status', status: 101 }],
    ['a head without end', `HTTP/1.1 101 Switching Protocols\r\nUpgrade: DERP\r\nX: ${'x'.repeat(9000)}`, { code: 'transport' }],
    ['no HTTP', '\0\x01\x02 nonsense\r\n\r\n', { code: 'transport' }],
  ])('%s', async (_, text, wanted) => {
    answer = text;
    const error = await errorOf(derpStream(node()));
    expect(error).toBeInstanceOf(DerpError);
    expect(error).toMatchObject(wanted);
  });
});

it('a server that says nothing: timeout', async () => {
  expect(await errorOf(derpStream(node(), { timeoutMs: 50 }))).toMatchObject({ name: 'DerpError', code: 'timeout' });
});

it('a signal ends it with its reason', async () => {
  const controller = new AbortController();
  const reason = new Error('no more');
  const connecting = errorOf(derpStream(node(), { signal: controller.signal }));
  await until(() => asked.length === 1);
  controller.abort(reason);
  expect(await connecting).toBe(reason);
  expect(await errorOf(derpStream(node(), { signal: AbortSignal.abort(reason) }))).toBe(reason);
});

it('nobody who listens, and no address: transport', async () => {
  expect(await errorOf(derpStream(nodeAt(1)))).toMatchObject({ code: 'transport', cause: { code: 'ECONNREFUSED' } });
  expect(await errorOf(derpStream(nodeAt(1, { ipv4: 'none' })))).toMatchObject({ code: 'transport', cause: { name: 'ProbeFailure', code: 'dns' } });
});

describe('over TLS', () => {
  let lab: Lab;
  let secure: RelayNode;
  beforeAll(async () => {
    lab = await createLab({ relays: [{ code: 'fra', rttMs: 0 }] });
    secure = lab.map.regions[0]?.nodes[0] ?? expect.fail('no node');
  });
  afterAll(() => lab.close());

  it.each<[string, Partial<RelayNode>, () => object | undefined, boolean]>([
    ['the pinned certificate', {}, () => undefined, true],
    ['another than the pinned one', { certificate: `sha256-raw:${'0'.repeat(64)}` }, () => undefined, false],
    ['one that nobody vouches for', { certificate: undefined }, () => undefined, false],
    ['one of a given authority', { certificate: undefined }, () => ({ ca: lab.certificate }), true],
    ['any, where the node says so', { certificate: undefined, insecure: true }, () => undefined, true],
    ['any, where the caller says so', { certificate: undefined }, () => ({ insecure: true }), true],
  ])('%s', async (_, more, options, isTaken) => {
    const { certificate: pin, ...rest } = { ...secure, ...more };
    const attempt = derpStream({ ...rest, ...(pin !== undefined && { certificate: pin }) }, options());
    if (!isTaken) return expect(await errorOf(attempt)).toMatchObject({ code: 'transport', cause: { name: 'ProbeFailure', code: 'tls' } });
    const client = await connectDerp({ stream: await attempt });
    expect(await client.ping()).toBeGreaterThan(0);
    await client.close();
  });

  it('over IPv6, where nobody answers at the IPv4 address', async () => {
    if (secure.ipv6 === 'none') return;
    await using client = await connectDerp({ stream: await derpStream({ ...secure, ipv4: '127.0.0.2' }) });
    expect(await client.ping()).toBeGreaterThan(0);
    expect(await errorOf(derpStream({ ...secure, ipv4: '127.0.0.2' }, { family: 4, timeoutMs: 1_000 }))).toBeInstanceOf(DerpError);
  });

  it.each([4, 6] as const)('over IPv%i, where the relay has it', async (family) => {
    if (family === 6 && secure.ipv6 === 'none') return;
    await using client = await connectDerp({ stream: await derpStream(secure, { family }) });
    expect(await client.ping()).toBeGreaterThan(0);
  });
});
