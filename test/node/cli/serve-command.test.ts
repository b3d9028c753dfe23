import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createLab, type Lab } from '../../../lab/index.ts';
import { formatRelayMap } from '../../../universal/index.ts';
import { reportOf } from '../../edge/rig.ts';
import { jsonLinesOf, run, start, type Running } from './run-command.ts';

let lab: Lab;
let folder: string;
let map: string;
beforeAll(async () => {
  lab = await createLab({ relays: [{ code: 'fra', rttMs: 5, latitude: 50, longitude: 9 }, { code: 'syd', rttMs: 250 }] });
  folder = await mkdtemp(join(tmpdir(), 'serve-'));
  map = join(folder, 'map.json');
  await writeFile(map, JSON.stringify(formatRelayMap(lab.map)));
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true, force: true });
});

interface Served extends Running {
  readonly url: string;
}

async function serve(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const running = start(['serve', '--port', '0', ...args], { env, mostMs: 60_000 });
  await running.until((stdout) => stdout.includes('\n'));
  const url = running.stdout.trim().replace(/^Edge: /, '').replace(/\/$/, '');
  return Object.assign(Object.create(running) as Running, { url, ended: running.ended });
}

async function stop(served: Served): Promise<Record<string, unknown>[]> {
  served.interrupt();
  const { code, stdout, stderr } = await served.ended;
  expect([code, stdout.split('\n').length]).toEqual([130, 2]);
  return jsonLinesOf(stderr);
}

const json = async (url: string, init?: RequestInit): Promise<Record<string, unknown>> => (await fetch(url, init)).json() as Promise<Record<string, unknown>>;

/** Under another name than the one that it listens on. */
const statusAs = (url: string, host: string, headers: Readonly<Record<string, string>> = {}): Promise<number | undefined> => new Promise((resolve, reject) => {
  request(url, { headers: { ...headers, host } }, (answer) => {
    answer.resume();
    resolve(answer.statusCode);
  }).on('error', reject).end();
});

describe('serve', () => {
  it('measures, hints, takes reports, keeps them for the next run, and stops when it is interrupted', async () => {
    const data = join(folder, 'edge.sqlite');
    const served = await serve(['--map', map, '--location', 'fra', '--data', data]);
    const latency = await json(`${served.url}/v1/latency`);
    expect(latency).toMatchObject({ location: 'fra', regions: { 1: { kind: 'stun', latencyMs: expect.any(Number) }, 2: { kind: 'stun', latencyMs: expect.any(Number) } } });
    expect((latency['regions'] as Record<string, { latencyMs: number }>)[1]?.latencyMs).toBeGreaterThan(4.9);
    expect(await json(`${served.url}/v1/hint`)).toMatchObject({ location: 'fra', basis: 'measured', ranked: ['1', '2'] });
    const posted = await fetch(`${served.url}/v1/reports`, { method: 'POST', body: JSON.stringify(reportOf({ 1: 12, 2: 40 }, Date.now())), headers: { 'content-type': 'application/json' } });
    expect(posted.status).toBe(202);
    const log = await stop(served);
    expect(log.map(({ event }) => event)).toEqual(['listening', 'sweep', 'stopped']);
    expect(JSON.stringify(log)).not.toContain('127.0.0.1');

    const again = await serve(['--map', map, '--location', 'fra', '--data', data]);
    const metrics = await (await fetch(`${again.url}/metrics`)).text();
    expect(metrics).toContain('nearest_relay_edge_clients{location="fra"} 1');
    expect(metrics).toMatch(/nearest_relay_edge_region_latency_seconds\{location="fra",region="1",kind="stun"\} 0\.0/);
    await stop(again);
  });

  it('echoes binary messages, and ends what is something else', async () => {
    const served = await serve(['--map', map]);
    const url = `${served.url.replace('http', 'ws')}/v1/echo`;
    const closedAfter = (message: string | Uint8Array): Promise<number> => new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      socket.on('open', () => socket.send(message)).on('close', resolve).on('error', reject);
    });
    expect([await closedAfter('text'), await closedAfter(new Uint8Array(65))]).toEqual([1003, 1009]);
    const socket = new WebSocket(url);
    const echoed = await new Promise((resolve, reject) => {
      socket.on('open', () => socket.send(new Uint8Array(64).fill(5))).on('message', (data, isBinary) => resolve([isBinary, (data as Buffer).toString('hex')])).on('error', reject);
    });
    expect(echoed).toEqual([true, '05'.repeat(64)]);
    const refused = new WebSocket(`${served.url.replace('http', 'ws')}/v1/hint`);
    expect(await new Promise((resolve) => { refused.on('unexpected-response', (_, answer) => resolve(answer.statusCode)).on('error', () => resolve('error')); })).not.toBe(101);
    const closed = new Promise((resolve) => { socket.on('close', resolve); });
    await stop(served);
    expect(await closed).toBe(1001);
  });

  it('answers what was asked before it stops, on connections that stay open', async () => {
    const served = await serve(['--map', map]);
    const agent = new Agent({ keepAlive: true });
    const ask = (): Promise<string | undefined> => new Promise((resolve, reject) => {
      request(`${served.url}/healthz`, { agent }, (answer) => {
        answer.resume().on('end', () => resolve(answer.headers.connection));
      }).on('error', reject).end();
    });
    const clients = Array.from({ length: 20 }, async () => {
      while (await ask() !== 'close');
    });
    await ask();
    const log = await stop(served);
    await Promise.all(clients);
    expect(log.at(-1)).toMatchObject({ event: 'stopped' });
    agent.destroy();
  });

  it.each([
    { what: 'another protocol', host: 'localhost', protocol: 'h2c' },
    { what: 'a WebSocket of a host that is none', host: '%zz', protocol: 'websocket' },
  ])('lets nobody hang who asks for $what', async ({ host, protocol }) => {
    const served = await serve(['--map', map]);
    const socket = connect(Number(new URL(served.url).port), '127.0.0.1');
    socket.write(`GET /v1/echo HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
    await stop(served);
  });

  it.each([
    { version: '1.0', path: '/healthz', status: 200 },
    { version: '1.0', path: '/metrics', status: 403 },
    { version: '1.1', path: '/healthz', status: 400 },
  ])('answers HTTP/$version without a Host: $path $status', async ({ version, path, status }) => {
    const served = await serve(['--map', map]);
    const socket = connect(Number(new URL(served.url).port), '127.0.0.1');
    socket.write(`GET ${path} HTTP/${version}\r\n\r\n`);
    expect(await text(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    await stop(served);
  });

  it('is open on loopback to names of this machine, and to the token elsewhere', async () => {
    const served = await serve(['--map', map], { FLEET_TOKEN: 'secret' });
    const { host } = new URL(served.url);
    const metrics = `${served.url}/metrics`;
    expect([await statusAs(metrics, host), await statusAs(metrics, `localhost:${new URL(served.url).port}`), await statusAs(metrics, 'rebound.example'), await statusAs(metrics, 'edge.example', { authorization: 'Bearer secret' })]).toEqual([200, 200, 401, 200]);
    expect(await statusAs(`${served.url}/v1/hint`, 'edge.example')).toBe(200);
    await stop(served);
    for (const [env, status] of [[{}, 403], [{ FLEET_TOKEN: 'secret' }, 401], [{ PUBLIC_FLEET: '1' }, 200]] as const) {
      const everywhere = await serve(['--map', map, '--host', '0.0.0.0'], env);
      expect([env, (await fetch(`${everywhere.url.replace('0.0.0.0', '127.0.0.1')}/metrics`)).status]).toEqual([env, status]);
      await stop(everywhere);
    }
  });

  it('never puts an invalid map in the place of a valid one', async () => {
    const changing = join(folder, 'changing.json');
    await writeFile(changing, JSON.stringify(formatRelayMap(lab.map)));
    const served = await serve(['--map', changing]);
    const regions = async (): Promise<unknown> => (await json(`${served.url}/healthz`))['regions'];
    expect(await regions()).toBe(2);
    await writeFile(changing, '{ "version": 1, "regions": [ { } ] }');
    await expect.poll(() => served.stderr, { timeout: 20_000 }).toContain('map-unusable');
    expect(await regions()).toBe(2);
    await writeFile(changing, JSON.stringify(formatRelayMap({ ...lab.map, regions: lab.map.regions.slice(0, 1) })));
    await expect.poll(regions, { timeout: 30_000 }).toBe(1);
    await stop(served);
  }, 60_000);

  it.each([
    { args: [], says: 'no relay map' },
    { args: ['--map', 'nowhere.json'], says: 'there is no such file' },
    { args: ['--map', 'lab', '--host', '203.0.113.1'], says: 'cannot listen on 203.0.113.1' },
    { args: ['--map', 'lab', '--data', '/dev/null/x'], says: '--data /dev/null/x' },
  ])('$args: exit 2 and a line', async ({ args, says }) => {
    const { code, stdout, stderr } = await run(['serve', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(says)]);
  });
});
