import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatRelayMap } from '../../../core/index.ts';
import { createLab, type Lab } from '../../../lab/index.ts';
import { closedPort, startTcpServer } from '../../servers/tcp-server.ts';
import { jsonLinesOf, linesOf, run, start, type Running } from './run-command.ts';
import { readResult } from './results.ts';

let lab: Lab;
let folder: string;
let labFile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watch-'));
  labFile = join(folder, 'lab.json');
  lab = await createLab({ relays: [{ code: 'fra', rttMs: 4 }, { code: 'par', rttMs: 40 }, { code: 'nyc', rttMs: 50 }] });
  await writeFile(labFile, JSON.stringify(formatRelayMap(lab.map)));
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true });
});

const watch = (...flags: string[]): Running => start(['watch', '--map', labFile, '--no-checks', ...flags]);
const has = (count: number) => (stdout: string): boolean => linesOf(stdout).length >= count;

it('json-line: one line a report, at once, until interrupted', async () => {
  const running = watch('--format', 'json-line', '--interval', '50');
  await running.until(has(3));
  running.interrupt();
  const { code, stdout, stderr } = await running.ended;
  expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  expect(stdout.endsWith('\n')).toBe(true);
  const results = jsonLinesOf(stdout).map(readResult);
  expect(results.map(({ report }) => report.full)).toEqual([true, ...Array<boolean>(results.length - 1).fill(false)]);
  for (const { decision } of results) expect(decision.home).toBe('1');
});

it.each([
  ['text', /^\d\d:\d\d:\d\d fra \d+\.\d ms · chose fra: nearest of 3 that answered at [\d.]+ ms$/],
  ['concise', /^udp=true .* derp=1 derpdist=/],
])('%s without a terminal: one line a report', async (format, line) => {
  const running = watch('--format', format, '--interval', '1m');
  await running.until(has(1));
  running.interrupt();
  const { code, stdout, stderr } = await running.ended;
  expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  expect(linesOf(stdout)).toEqual([expect.stringMatching(line)]);
});

it('a reader that has seen enough ends it, without a word', async () => {
  const running = watch('--format', 'json-line', '--interval', '0');
  await running.until(has(1));
  running.stopReading();
  expect(await running.ended).toMatchObject({ code: 130, stderr: '' });
});

describe('--metrics', () => {
  function ask(port: number, path: string, method = 'GET'): Promise<{ status: number | undefined; type: string | undefined; body: string }> {
    return new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, method, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => { body += text; }).on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type'], body }));
      }).on('error', reject).end();
    });
  }

  it('serves what was counted, in Prometheus’ text form, until interrupted', async () => {
    const port = await closedPort();
    const running = watch('--metrics', String(port), '--format', 'json-line', '--interval', '20');
    await running.until(has(2));
    const { status, type, body } = await ask(port, '/metrics');
    expect({ status, type }).toEqual({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' });
    expect(body).toMatch(/^# TYPE nearest_relay_reports_total counter$/m);
    expect(Number(/^nearest_relay_reports_total\{scope="full"\} (\d+)$/m.exec(body)?.[1])).toBe(1);
    expect(body).toMatch(/^nearest_relay_home_info\{.*"fra".*\} 1$/m);
    for (const line of linesOf(body)) expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?[\d.e+-]+)$/);
    expect(await ask(port, '/metrics?name[]=x')).toMatchObject({ status: 200 });
    expect(await ask(port, '/metrics', 'HEAD')).toMatchObject({ status: 200, body: '' });
    expect(await ask(port, '/metrics', 'POST')).toMatchObject({ status: 405 });
    expect(await ask(port, '/')).toMatchObject({ status: 404, body: 'see /metrics\n' });
    // A client that says nothing does not hold up the end.
    const idle = connect(port, '127.0.0.1').on('error', () => {});
    await once(idle, 'connect');
    const closed = once(idle.resume(), 'close');
    running.interrupt();
    expect(await running.ended).toMatchObject({ code: 130, stderr: '' });
    await closed;
  });

  it('a port that is taken is bad usage', async () => {
    const taken = await startTcpServer();
    const { code, stdout, stderr } = await run(['watch', '--map', labFile, '--metrics', String(taken.port)]);
    await taken.close();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^nearest-relay: --metrics 127\.0\.0\.1:\d+: listen EADDRINUSE[^\n]*\n$/);
  });
});

describe('--connect', () => {
  interface HomeLine { readonly type: 'home'; readonly at: number; readonly event: string; readonly region: string; readonly previous?: string; readonly rttMs?: number; readonly reason: string }
  const homesIn = (stdout: string): HomeLine[] => (jsonLinesOf(stdout) as { type: string }[]).filter((line): line is HomeLine => line.type === 'home');

  it('holds a connection to the home, and tells as lines what becomes of it', async () => {
    await using own = await createLab({ relays: [{ code: 'fra', rttMs: 4 }, { code: 'par', rttMs: 40 }] });
    const file = join(folder, 'own.json');
    await writeFile(file, JSON.stringify(formatRelayMap(own.map)));
    const running = start(['watch', '--map', file, '--no-checks', '--connect', '--format', 'json-line']);
    const whole = (stdout: string): string => stdout.slice(0, stdout.lastIndexOf('\n') + 1);
    await running.until((stdout) => homesIn(whole(stdout)).length > 0 && whole(stdout).includes('"type":"report"'));
    const { at } = homesIn(whole(running.stdout))[0] ?? { at: 0 };
    expect(homesIn(whole(running.stdout))).toEqual([{ type: 'home', at, event: 'up', region: '1', node: '1a', rttMs: expect.any(Number) as number, reason: 'first' }]);
    expect(Math.abs(at - Date.now())).toBeLessThan(15_000);
    await expect.poll(async () => (await own.stats())['fra']?.derp.preferred).toBe(1);
    await own.set('fra', { tcp: 'refused', udp: false });
    await running.until((stdout) => homesIn(whole(stdout)).length >= 3);
    expect(homesIn(whole(running.stdout)).slice(1, 3)).toMatchObject([{ event: 'down', region: '1', reason: 'transport' }, { event: 'up', region: '2', previous: '1', reason: 'failover' }]);
    running.interrupt();
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(homesIn(stdout).some(({ reason }) => reason === 'closed')).toBe(false);
    await expect.poll(async () => (await own.stats())['par']?.derp.clients).toBe(0);
  });

  it('in text: a line a change', async () => {
    const running = watch('--connect', '--interval', '1m');
    await running.until((stdout) => /connected to fra \(1a\), [\d.]+ ms/.test(stdout));
    running.interrupt();
    expect((await running.ended).code).toBe(130);
  });

  it('needs relays that serve DERP', async () => {
    const file = join(folder, 'stun.json');
    await writeFile(file, JSON.stringify({ version: 1, regions: [{ id: '1', code: 'fra', nodes: [{ host: '127.0.0.1', ipv4: '127.0.0.1', stun: { port: 3478 } }] }] }));
    expect(await run(['watch', '--map', file, '--no-checks', '--connect'])).toMatchObject({ code: 2, stderr: 'nearest-relay: --connect: no relay of the map serves DERP\n' });
  });
});
