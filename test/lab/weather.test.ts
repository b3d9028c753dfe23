import http from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FleetError, createLab, weather } from '../../lab/index.ts';
import type { Lab } from '../../lab/index.ts';
import { nodeOf, rawClient, request, stunClient, until } from './clients.ts';

const GET = 'GET /derp/probe HTTP/1.1\r\nHost: lab\r\n\r\n';
const RTT_MS = 4;

let lab: Lab;
beforeAll(async () => { lab = await createLab({ relays: [{ code: 'fra', rttMs: RTT_MS }, { code: 'ams', rttMs: RTT_MS, dead: true, tcp: 'refused' }] }); });
beforeEach(() => lab.set('fra', weather.calm));
afterAll(() => lab.close());

const httpPort = (code = 'fra') => nodeOf(lab.plainMap, code).https.port;

/** One request on a connection of its own: how long its answer took. */
function getMs(port: number): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port, path: '/derp/probe', agent: false }, (response) => {
      response.resume().on('end', () => resolve(performance.now() - startedAt));
    }).on('error', reject);
  });
}

test('delay holds from the next packet on, for UDP and TCP, and ends as it came', async () => {
  const client = await stunClient();
  const { port } = nodeOf(lab.map, 'fra').stun;
  // Lower bounds only: a busy machine may be late, the lab is never early by more than it takes to send.
  expect((await client.ask(port, request())).ms).toBeGreaterThan(RTT_MS - 0.5);
  await lab.set('fra', { delayMs: 60 });
  const slow = client.ask(port, request());
  await until(lab, 'fra', ({ udp }) => udp.received === 2);
  await lab.set('fra', { delayMs: 0 });
  // Sent later, here sooner: what was under way keeps its delay.
  const order: string[] = [];
  await Promise.all([slow.then(() => order.push('slow')), client.ask(port, request()).then(() => order.push('fast'))]);
  expect(order).toEqual(['fast', 'slow']);
  expect((await slow).ms).toBeGreaterThan(RTT_MS + 60 - 0.5);
  client.close();

  await lab.set('fra', { delayMs: 60 });
  expect(await getMs(httpPort())).toBeGreaterThan(RTT_MS + 60 - 0.5);
});

test('without UDP datagrams vanish and TCP goes on', async () => {
  const client = await stunClient();
  const { port } = nodeOf(lab.map, 'fra').stun;
  const before = (await lab.stats()).fra?.udp.blocked ?? 0;
  await lab.set('fra', weather.udpBlocked);
  client.send(port, request());
  await until(lab, 'fra', ({ udp }) => udp.blocked === before + 1);
  expect(await getMs(httpPort())).toBeGreaterThan(0);
  await lab.set('fra', { udp: true });
  await client.ask(port, request());
  expect(client.received).toHaveLength(1);
  client.close();
});

test.each<[string, Parameters<Lab['set']>[1], boolean]>([
  ['a dead service', weather.serviceDead, true],
  ['death', weather.dead, false],
])('%s: connections are accepted and stay silent, UDP answers: %s', async (_, change, udpAnswers) => {
  const old = await rawClient(httpPort(), GET);
  await expect.poll(old.received).toContain('200 OK');
  const oldAnswer = old.received();
  const before = (await lab.stats()).fra;
  await lab.set('fra', change);
  const fresh = await rawClient(httpPort(), GET);
  old.socket.write(GET);
  await until(lab, 'fra', ({ tcp }) => tcp.bytesIn === (before?.tcp.bytesIn ?? NaN) + 2 * GET.length);

  const client = await stunClient();
  const { port } = nodeOf(lab.map, 'fra').stun;
  if (udpAnswers) await client.ask(port, request());
  else {
    client.send(port, request());
    await until(lab, 'fra', ({ udp }) => udp.blocked === (before?.udp.blocked ?? NaN) + 1);
  }
  client.close();

  // Better weather helps who connects then; a connection that lost bytes has a hole in it.
  await lab.set('fra', weather.calm);
  await getMs(httpPort());
  expect(fresh.received()).toBe('');
  expect(old.received()).toBe(oldAnswer);
  fresh.socket.destroy();
  old.socket.destroy();
});

test('refused: connections are reset and new ones refused, until it is over, on the same port', async () => {
  const port = httpPort();
  const old = await rawClient(port, GET);
  await expect.poll(old.received).toContain('200 OK');
  // Changes in a row take effect one after the other.
  await Promise.all([lab.set('fra', { tcp: 'refused' }), lab.set('fra', { tcp: 'open' }), lab.set('fra', { tcp: 'refused' })]);
  expect(await old.closed).toBe('ECONNRESET');
  await expect(getMs(port)).rejects.toThrow('ECONNREFUSED');
  await expect(getMs(nodeOf(lab.map, 'fra').https.port)).rejects.toThrow('ECONNREFUSED');
  await lab.set('fra', { dead: true });
  await expect(getMs(port)).rejects.toThrow('ECONNREFUSED');
  await lab.set('fra', weather.calm);
  expect(await getMs(port)).toBeGreaterThan(0);
});

test('a relay starts in the weather of its options', async () => {
  await expect(getMs(httpPort('ams'))).rejects.toThrow('ECONNREFUSED');
  const client = await stunClient();
  client.send(nodeOf(lab.map, 'ams').stun.port, request());
  await until(lab, 'ams', ({ udp }) => udp.blocked === 1);
  client.close();
  await lab.set('ams', weather.calm);
  expect(await getMs(httpPort('ams'))).toBeGreaterThan(0);
});

test('TCP through loss loses nothing: it comes late', async () => {
  await lab.set('fra', { lossRate: 0.5 });
  const before = (await lab.stats()).fra?.tcp.retransmits ?? 0;
  const times: number[] = [];
  // Each request has two segments at 0.29 loss: twenty in a row without one would be a chance of one in a million.
  for (let tried = 0; tried < 20 && (await lab.stats()).fra?.tcp.retransmits === before; tried++) times.push(await getMs(httpPort()));
  expect((await lab.stats()).fra?.tcp.retransmits).toBeGreaterThan(before);
  expect(Math.max(...times)).toBeGreaterThan(200);
});

test.each<[string, string, object]>([
  ['a code that is none', 'nowhere', {}],
  ['an unknown field', 'fra', { jitter: 1 }],
  ['a wrong value', 'fra', { lossRate: 2 }],
])('%s: refused, and the lab lives', async (_, code, change) => {
  await expect(lab.set(code, change)).rejects.toBeInstanceOf(FleetError);
  expect(await getMs(httpPort())).toBeGreaterThan(0);
});

test('a relay born without UDP does not claim to speak STUN; one that loses it later still does', async () => {
  const born = await createLab({ relays: [{ code: 'fra', rttMs: RTT_MS, udp: false }, { code: 'par', rttMs: RTT_MS }] });
  await born.set('par', { udp: false });
  expect(born.map.regions.map(({ nodes: [node] }) => node?.stun !== undefined)).toEqual([false, true]);
  await born.close();
});
