import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createLab } from '../../lab/index.ts';
import type { Lab } from '../../lab/index.ts';
import { nodeOf } from './clients.ts';

let lab: Lab;
beforeAll(async () => { lab = await createLab({ relays: [{ code: 'fra', rttMs: 0 }, { code: 'far', rttMs: 40 }] }); });
afterAll(() => lab.close());

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  readonly pin?: string;
}

function ask(scheme: string, path: string, { method = 'GET', headers = {}, body = '' } = {}): Promise<Answer> {
  const { host, https: { port } } = nodeOf(scheme === 'https' ? lab.map : lab.plainMap, 'fra');
  const { request } = scheme === 'https' ? https : http;
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, path, method, headers, ca: lab.certificate, agent: false }, (response) => {
      const raw = 'getPeerCertificate' in response.socket ? (response.socket as TLSSocket).getPeerCertificate().raw : undefined;
      let text = '';
      response.on('data', (chunk: Buffer) => { text += chunk.toString(); });
      response.on('end', () => resolve({
        status: response.statusCode ?? 0, headers: response.headers, body: text,
        ...(raw && { pin: `sha256-raw:${createHash('sha256').update(raw).digest('hex')}` }),
      }));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

describe.each(['https', 'http'])('%s', (scheme) => {
  const isOpen = { 'access-control-allow-origin': '*', 'timing-allow-origin': '*', 'cache-control': 'no-store' };

  test.each<[string, string, number]>([
    ['GET', '/derp/probe', 200],
    ['HEAD', '/derp/probe', 200],
    ['GET', '/derp/probe?x=1', 200],
    ['GET', '/derp/latency-check', 200],
    ['HEAD', '/derp/latency-check', 200],
    ['GET', '/generate_204', 204],
    ['HEAD', '/generate_204', 204],
    ['POST', '/derp/probe', 405],
    ['DELETE', '/generate_204', 405],
    ['GET', '/', 404],
    ['GET', '/derp/probe/', 404],
    ['GET', '/v1/echo', 404],
    ['OPTIONS', '/derp/probe', 204],
  ])('%s %s: %i, empty, open to pages, stored nowhere', async (method, path, status) => {
    const answer = await ask(scheme, path, { method });
    expect(answer).toMatchObject({ status, body: '', headers: isOpen });
  });

  test('a preflight allows what a probe may send', async () => {
    const { headers } = await ask(scheme, '/derp/probe', { method: 'OPTIONS', headers: { Origin: 'https://a.example', 'Access-Control-Request-Method': 'HEAD' } });
    expect(headers).toMatchObject({ 'access-control-allow-methods': 'GET, HEAD', 'access-control-allow-headers': '*', 'access-control-max-age': '600' });
  });

  test.each<[string, string | undefined]>([
    ['ts_1.a-b:c', 'response ts_1.a-b:c'],
    ['x'.repeat(64), `response ${'x'.repeat(64)}`],
    ['x'.repeat(65), undefined],
    ['a b', undefined],
    ['a%0d%0aSet-Cookie', undefined],
    ['<b>', undefined],
    ['', undefined],
  ])('the challenge %j is answered by %j', async (challenge, response) => {
    const { status, headers } = await ask(scheme, '/generate_204', { headers: { 'X-Tailscale-Challenge': challenge } });
    expect(status).toBe(204);
    expect(headers['x-tailscale-response']).toBe(response);
  });

  test('a challenge elsewhere is not answered', async () => {
    const { headers } = await ask(scheme, '/derp/probe', { headers: { 'X-Tailscale-Challenge': 'a' } });
    expect(headers).not.toHaveProperty('x-tailscale-response');
  });

  test('a body ends the connection', async () => {
    const { status, headers } = await ask(scheme, '/derp/probe', { method: 'GET', headers: { 'Content-Length': 3 }, body: 'abc' });
    expect(status).toBe(200);
    expect(headers.connection).toBe('close');
  });
});

test('the certificate is the pinned one, and valid for the address', async () => {
  // `ask` verifies address and signature, with the lab's certificate as the only authority.
  expect((await ask('https', '/derp/probe')).pin).toBe(nodeOf(lab.map, 'fra').certificate);
  expect(nodeOf(lab.plainMap, 'fra').certificate).toBeUndefined();
});

test('TLS takes one round trip and the request another; the TCP handshake none', async () => {
  const { host, https: { port } } = nodeOf(lab.map, 'far');
  const startedAt = performance.now();
  const socket = tls.connect({ host, port, ca: lab.certificate, minVersion: 'TLSv1.3', ALPNProtocols: ['h2', 'http/1.1'] });
  const after = (event: string) => new Promise<number>((resolve) => { socket.once(event, () => resolve(performance.now() - startedAt)); });
  const secureMs = await after('secureConnect');
  expect(socket.alpnProtocol).toBe('http/1.1');
  socket.write('HEAD /derp/probe HTTP/1.1\r\nHost: lab\r\n\r\n');
  const answeredMs = await after('data');
  // Lower bounds: a busy machine may add to them.
  expect(secureMs).toBeGreaterThan(39.5);
  expect(answeredMs - secureMs).toBeGreaterThan(39.5);
  socket.destroy();
});

test('IPv6 has the same ports', async () => {
  const { ipv6, https: { port } } = nodeOf(lab.plainMap, 'fra');
  if (ipv6 === 'none') return;
  const status = await new Promise((resolve, reject) => {
    http.get({ host: ipv6, port, path: '/derp/probe', agent: false }, (response) => resolve(response.resume().statusCode)).on('error', reject);
  });
  expect(status).toBe(200);
});

describe.each(['wss', 'ws'])('%s', (scheme) => {
  const open = async (path = '/v1/echo'): Promise<WebSocket> => {
    const url = new URL(path, nodeOf(scheme === 'wss' ? lab.map : lab.plainMap, 'fra').websocket);
    expect(url.protocol).toBe(`${scheme}:`);
    const socket = new WebSocket(url, { ca: lab.certificate });
    await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return socket;
  };

  test.each([0, 1, 64])('echoes %i bytes', async (length) => {
    const socket = await open();
    const sent = Buffer.alloc(length, 7);
    socket.send(sent);
    const [data, isBinary] = await new Promise<[Buffer, boolean]>((resolve) => { socket.once('message', (data, isBinary) => resolve([data as Buffer, isBinary])); });
    expect([data, isBinary]).toEqual([sent, true]);
    socket.terminate();
  });

  test.each<[string, string | Buffer, number]>([
    ['65 bytes', Buffer.alloc(65), 1009],
    ['a megabyte', Buffer.alloc(1 << 20), 1009],
    ['text', 'hello', 1003],
  ])('%s: closed, %i', async (_, data, code) => {
    const socket = await open();
    socket.on('error', () => {});
    const echoed: unknown[] = [];
    socket.on('message', (message) => echoed.push(message));
    socket.send(data);
    expect(await new Promise((resolve) => { socket.once('close', resolve); })).toBe(code);
    expect(echoed).toEqual([]);
  });

  test('elsewhere there is no WebSocket', async () => {
    await expect(open('/v1/other')).rejects.toThrow('404');
  });
});
