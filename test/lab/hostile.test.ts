import { PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { noTraffic } from '../../lab/counters.ts';
import { createLab } from '../../lab/index.ts';
import type { Lab } from '../../lab/index.ts';
import { createWebServer } from '../../lab/web-server.ts';
import { nodeOf, rawClient, request, stunClient, until } from './clients.ts';

const GET = 'GET /derp/probe HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n';

let lab: Lab;
beforeAll(async () => { lab = await createLab({ relays: [{ code: 'fra', rttMs: 1 }] }); });
afterAll(() => lab.close());
afterEach(() => { vi.useRealTimers(); });

const ports = () => ({ stun: nodeOf(lab.map, 'fra').stun.port, https: nodeOf(lab.map, 'fra').https.port, http: nodeOf(lab.plainMap, 'fra').https.port });

/** Whatever was done to it: it still answers on both. */
async function expectAlive(): Promise<void> {
  const client = await stunClient();
  await client.ask(ports().stun, request());
  client.close();
  const web = await rawClient(ports().http, GET);
  await web.closed;
  expect(web.received()).toMatch(/^HTTP\/1\.1 200 /);
}

test('datagrams of noise, and requests with a byte changed', async () => {
  const changed = fc.tuple(fc.nat(39), fc.nat(255)).map(([at, byte]) => Uint8Array.from(request(), (old, index) => (index === at ? byte : old)));
  const datagrams = fc.sample(fc.oneof(fc.uint8Array({ maxLength: 1400 }), changed), 1000);
  const client = await stunClient();
  const before = (await lab.stats()).fra?.udp.received ?? 0;
  for (const [index, bytes] of datagrams.entries()) {
    client.send(ports().stun, bytes);
    // The system's buffers hold some hundred: what they drop the relay never sees.
    if (index % 50 === 49) await until(lab, 'fra', ({ udp }) => udp.received === before + index + 1);
  }
  await until(lab, 'fra', ({ udp }) => udp.received === udp.answered + udp.ignored);
  await expectAlive();
  client.close();
});

test.each<[string, 'http' | 'https', string]>([
  ['noise instead of HTTP', 'http', '\0\xff\xfe'.repeat(50)],
  ['noise instead of TLS', 'https', '\0\xff\xfe'.repeat(50)],
  ['HTTP instead of TLS', 'https', GET],
  ['a header too long', 'http', `GET / HTTP/1.1\r\nHost: lab\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
  ['a length that is none', 'http', 'GET /derp/probe HTTP/1.1\r\nHost: lab\r\nContent-Length: -1\r\n\r\n'],
  ['two requests smuggled as one', 'http', 'POST / HTTP/1.1\r\nHost: lab\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['an upgrade to something else', 'http', 'GET /v1/echo HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'],
  ['a WebSocket without a key', 'http', 'GET /v1/echo HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n'],
  ['an unmasked frame', 'http', 'GET /v1/echo HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x82\x01a'],
  ['CONNECT', 'http', 'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n'],
])('%s: the connection ends', async (_, scheme, text) => {
  const client = await rawClient(ports()[scheme], text);
  client.socket.end();
  await client.closed;
  expect(client.received()).not.toMatch(/^HTTP\/1\.1 20\d/);
  await expectAlive();
});

test('connections dropped at any moment', async () => {
  for (const scheme of ['http', 'https'] as const) {
    for (const bytes of [0, 1, 20, GET.length - 1, GET.length]) {
      const client = await rawClient(ports()[scheme], GET.slice(0, bytes));
      client.socket.resetAndDestroy();
      await client.closed;
    }
  }
  await expectAlive();
});

test('many connections: those beyond the limit are closed, and room comes back', async () => {
  const clients = await Promise.all(Array.from({ length: 600 }, () => rawClient(ports().http, 'GET /derp')));
  let closed = 0;
  for (const client of clients) void client.closed.then(() => closed++);
  await expect.poll(() => closed).toBe(600 - 512);
  for (const client of clients) client.socket.destroy();
  await Promise.all(clients.map((client) => client.closed));
  await expect.poll(async () => {
    const client = await rawClient(ports().http, GET);
    await client.closed;
    return client.received();
  }).toMatch(/^HTTP\/1\.1 200 /);
});

test('a client that reads nothing is held up, not buffered for', async () => {
  const client = await rawClient(ports().http, '');
  client.socket.pause();
  const before = (await lab.stats()).fra?.requests ?? 0;
  const many = GET.replace('Connection: close\r\n', '').repeat(1000);
  for (let i = 0; i < 50; i++) client.socket.write(many);
  await until(lab, 'fra', ({ requests }) => requests > before);
  await expectAlive();
  client.socket.destroy();
  await client.closed;
  await expectAlive();
});

test.each([
  ['sends nothing', []],
  ['sends a header a byte at a time', ['G', 'E', 'T', ' ', '/', 'd', 'e', 'r', 'p']],
])('a client that %s is cut off', (_, letters) => {
  vi.useFakeTimers();
  const far = new PassThrough();
  createWebServer(noTraffic())(far);
  for (const letter of letters) {
    far.push(letter);
    vi.advanceTimersByTime(3000);
  }
  vi.advanceTimersByTime(120_000 - 1 - 3000 * letters.length);
  expect(far.destroyed).toBe(false);
  vi.advanceTimersByTime(1);
  expect(far.destroyed).toBe(true);
});
