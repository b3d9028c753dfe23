import { execFile } from 'node:child_process';
import dgram from 'node:dgram';
import net from 'node:net';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ClosedError } from '../../core/errors.ts';
import { createLab } from '../../lab/index.ts';
import type { Lab } from '../../lab/index.ts';
import { nodeOf, rawClient } from './clients.ts';

const relays = [{ code: 'fra', rttMs: 8, name: 'Frankfurt', latitude: 50.1, longitude: 8.7 }, { code: 'x-1', rttMs: 20 }];

const bindUdp = (port: number, address: string) => new Promise<void>((resolve, reject) => {
  const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.once('error', reject);
  socket.bind({ port, address, exclusive: true }, () => socket.close(() => resolve()));
});
const listenTcp = (port: number, host: string) => new Promise<void>((resolve, reject) => {
  const server = net.createServer();
  server.once('error', reject);
  server.listen({ port, host, exclusive: true }, () => server.close(() => resolve()));
});

test('the map: a region a relay, in order, each with all that it speaks', async () => {
  const lab = await createLab({ relays, ipv6: false });
  expect(lab.map).toMatchObject({
    version: 1,
    regions: [
      { id: '1', code: 'fra', name: 'Frankfurt', latitude: 50.1, longitude: 8.7, nodes: [{ name: '1a', host: '127.0.0.1', ipv4: '127.0.0.1', ipv6: 'none' }] },
      { id: '2', code: 'x-1', name: 'x-1', nodes: [{ name: '2a' }] },
    ],
  });
  const secure = nodeOf(lab.map, 'x-1');
  expect(secure).toMatchObject({ https: { path: '/derp/probe', scheme: 'https' }, websocket: `wss://127.0.0.1:${secure.https.port}/v1/echo`, certificate: expect.stringMatching(/^sha256-raw:[0-9a-f]{64}$/) });
  const plain = nodeOf(lab.plainMap, 'x-1');
  expect(plain).toMatchObject({ stun: secure.stun, https: { path: '/derp/probe', scheme: 'http' }, websocket: `ws://127.0.0.1:${plain.https.port}/v1/echo` });
  expect(JSON.parse(JSON.stringify(lab.map))).toEqual(lab.map);
  await lab.close();
});

test('a port that is taken is an error', async () => {
  const first = await createLab({ relays: relays.slice(1), ipv6: false });
  await expect(createLab({ relays, port: nodeOf(first.map, 'x-1').https.port - 1, ipv6: false })).rejects.toThrow('EADDRINUSE');
  await first.close();
});

test('ports from a number on: two a relay', async () => {
  // Other programs may hold one of four ports in a row: not in twenty places.
  let lab: Lab | undefined;
  let port = 21_000;
  for (let tried = 0; !lab && tried < 20; tried++) {
    port += 100;
    lab = await createLab({ relays, port, ipv6: false }).catch(() => undefined);
  }
  if (!lab) return expect.fail('no four ports in a row are free');
  const { map, plainMap } = lab;
  expect(relays.map(({ code }) => [nodeOf(map, code).stun.port, nodeOf(map, code).https.port, nodeOf(plainMap, code).https.port]))
    .toEqual([[port, port, port + 1], [port + 2, port + 2, port + 3]]);
  await lab.close();
});

test('close frees every port, ends connections, and may come twice', async () => {
  const lab = await createLab({ relays });
  const open = await rawClient(nodeOf(lab.plainMap, 'fra').https.port, 'GET /');
  const pending = lab.stats();
  const closing = Promise.all([lab.close(), lab[Symbol.asyncDispose]()]);
  await Promise.allSettled([pending]);
  await closing;
  await open.closed;
  for (const { code } of relays) {
    const node = nodeOf(lab.map, code);
    for (const address of [node.ipv4, node.ipv6]) {
      if (address === undefined || address === 'none') continue;
      await bindUdp(node.stun.port, address);
      await listenTcp(node.https.port, address);
      await listenTcp(nodeOf(lab.plainMap, code).https.port, address);
    }
  }
  await lab.close();
  await expect(lab.set('fra', {})).rejects.toBeInstanceOf(ClosedError);
  await expect(lab.stats()).rejects.toBeInstanceOf(ClosedError);
});

test('what was asked when it closes is answered or rejected, never left', async () => {
  const lab = await createLab({ relays });
  const asked = Array.from({ length: 20 }, () => lab.stats());
  void lab.close();
  for (const { status, ...rest } of await Promise.allSettled(asked)) {
    if (status === 'rejected') expect(rest).toMatchObject({ reason: { code: 'closed' } });
  }
});

test('an aborted start rejects with the reason', async () => {
  const reason = new Error('changed my mind');
  await expect(createLab({ relays }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const starting = createLab({ relays }, { signal: controller.signal });
  controller.abort(reason);
  await expect(starting).rejects.toBe(reason);
});

test('an address that is not this machine\'s is an error', async () => {
  await expect(createLab({ relays, host: '192.0.2.1' })).rejects.toThrow('EADDRNOTAVAIL');
});

test('a process that closed its lab ends by itself', async () => {
  const lab = new URL('../../dist/lab/index.js', import.meta.url).href;
  const script = `const { createLab, fleet } = await import('${lab}'); const lab = await createLab({ relays: fleet }); await lab.close(); console.log('closed')`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 15_000 });
  expect(stdout).toBe('closed\n');
});
