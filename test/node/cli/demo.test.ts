import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRelayMap } from '../../../core/index.ts';
import { fleet } from '../../../lab/index.ts';
import { linesOf, run, start, type Running } from './run-command.ts';

let folder: string;
let demo: Running;
let url: URL;

const urlIn = (stdout: string): string | undefined => /^Demo: (http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(stdout)?.[1];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-'));
  demo = start(['demo', '--fleet', await fleetOf({ relays: [{ code: 'fra', rttMs: 4, jitterMs: 0.1 }, { code: 'par', rttMs: 40 }] })], { mostMs: 60_000 });
  await demo.until((stdout) => urlIn(stdout) !== undefined);
  url = new URL(urlIn(demo.stdout) ?? '');
});
afterAll(async () => {
  demo.interrupt();
  await demo.ended;
  await rm(folder, { recursive: true });
});

async function fleetOf(content: unknown): Promise<string> {
  const file = join(folder, 'fleet.json');
  await writeFile(file, JSON.stringify(content));
  return file;
}

interface Answered { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string }

/** As it stands: `fetch` would tidy paths and refuse headers. */
function ask(path: string, { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: OutgoingHttpHeaders; body?: string } = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: url.hostname, port: url.port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; }).on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on('error', reject).end(body);
  });
}

const json = { 'content-type': 'application/json' };
const change = (body: unknown, headers: OutgoingHttpHeaders = json): Promise<Answered> => ask('/weather', { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
const weatherOf = async (code: string): Promise<unknown> => (JSON.parse((await ask('/weather')).text) as { relays: { code: string; weather: unknown }[] }).relays.find((relay) => relay.code === code)?.weather;

const calm = { delayMs: 0, jitterMs: 0, lossRate: 0, udp: true, tcp: 'open', dead: false };

it('prints the report of a check, and the URL last', () => {
  expect(demo.stdout).toContain('Nearest relay: fra, sure ');
  expect(linesOf(demo.stdout).at(-1)).toBe(`Demo: ${url.href}`);
});

describe('serves', () => {
  it.each([['/', 'text/html; charset=utf-8', '<nearest-relay'], ['/?anything', 'text/html; charset=utf-8', '<nearest-relay'], ['/demo.js', 'text/javascript; charset=utf-8', '/weather'], ['/icon.svg', 'image/svg+xml', '<svg']])('%s', async (path, type, part) => {
    const { status, headers, text } = await ask(path);
    expect({ status, type: headers['content-type'], nosniff: headers['x-content-type-options'], cached: headers['cache-control'] }).toEqual({ status: 200, type, nosniff: 'nosniff', cached: 'no-store' });
    expect(text).toContain(part);
  });

  it('a policy that the page needs no exception from', async () => {
    const { headers, text } = await ask('/');
    expect(headers['content-security-policy']).toBe("default-src 'self'; connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:*; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'");
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
  });

  it('what its page refers to, and a HEAD without a body', async () => {
    const { text } = await ask('/');
    const paths = [...text.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(2);
    for (const path of paths) expect((await ask(path)).status, path).toBe(200);
    expect(await ask('/demo.js', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });

  it('the relays without TLS, as pages can reach them', async () => {
    const map = parseRelayMap((await ask('/relays.json')).text);
    expect(map.regions.map(({ code, nodes }) => [code, nodes[0]?.https?.scheme, nodes[0]?.websocket?.slice(0, 15)])).toEqual([['fra', 'http', 'ws://127.0.0.1:'], ['par', 'http', 'ws://127.0.0.1:']]);
  });
});

describe('refuses', () => {
  it.each(['/../package.json', '/..%2fpackage.json', '/%2e%2e/package.json', '//etc/passwd', '/./demo.js', '/index.html/../demo.js', '/demo.js%00', '/constructor', '/__proto__', '/.', 'http://127.0.0.1/demo.js', '*'])('the path %s', async (path) => {
    const { status, headers, text } = await ask(path);
    expect({ status, type: headers['content-type'] }).toEqual({ status: 404, type: 'application/problem+json' });
    expect(JSON.parse(text)).toEqual({ type: 'about:blank', title: 'Not Found', status: 404, detail: 'there is no such page' });
  });

  it.each(['relays.test', 'relays.test:80', '127.0.0.1', '[::1]:80', '127.0.0.1.relays.test'])('the host %s: a name that was made to resolve to this machine', async (host) => {
    expect((await ask('/weather', { headers: { host } })).status).toBe(421);
    expect((await ask('/', { headers: { host } })).status).toBe(421);
  });

  it('but not localhost', async () => {
    expect((await ask('/', { headers: { host: `localhost:${url.port}` } })).status).toBe(200);
  });

  it.each<[string, OutgoingHttpHeaders]>([
    ['another page', { origin: 'https://relays.test' }], ['another port', { origin: 'http://127.0.0.1:1' }], ['a page without an origin', { origin: 'null' }],
    ['another site, as the browser says', { 'sec-fetch-site': 'cross-site' }], ['another port, as the browser says', { 'sec-fetch-site': 'same-site' }],
  ])('a change by %s', async (_, headers) => {
    expect((await change({ code: 'par', weather: { dead: true } }, { ...json, ...headers })).status).toBe(403);
    expect(await weatherOf('par')).toEqual(calm);
  });

  it.each<[string, unknown, number, string]>([
    ['no JSON', '{"code":', 400, 'the body is not JSON'],
    ['no object', '[]', 422, 'must be an object'],
    ['null', 'null', 422, 'must be an object'],
    ['no weather', { code: 'par' }, 422, 'must be an object'],
    ['no code', { weather: {} }, 422, 'no relay undefined'],
    ['a relay that is not there', { code: 'nyc', weather: {} }, 422, 'no relay "nyc"; there are fra, par'],
    ['a relay that every object has', { code: 'constructor', weather: {} }, 422, 'no relay "constructor"'],
    ['a figure that is none', { code: 'par', weather: { delayMs: '5' } }, 422, 'delayMs: must be a number from 0 to 60000'],
    ['a figure out of range', { code: 'par', weather: { lossRate: 2 } }, 422, 'lossRate: must be a number from 0 to 1, is 2'],
    ['a weather that is not there', { code: 'par', weather: { rain: 1 } }, 422, 'rain: no such field'],
    ['a field more', { code: 'par', weather: {}, host: 'x' }, 422, 'host: no such field'],
    ['too much', { code: 'par', weather: {}, more: ' '.repeat(5000) }, 413, 'at most 4096 bytes'],
  ])('%s', async (_, body, status, detail) => {
    const answer = await change(body);
    expect({ status: answer.status, type: answer.headers['content-type'] }).toEqual({ status, type: 'application/problem+json' });
    expect((JSON.parse(answer.text) as { detail: string }).detail).toContain(detail);
    expect(await weatherOf('par')).toEqual(calm);
  });

  it.each([['text/plain'], ['application/x-www-form-urlencoded'], ['application/jsonp'], [undefined]])('a body of type %s, which a form could send', async (type) => {
    expect((await change({ code: 'par', weather: { dead: true } }, type === undefined ? {} : { 'content-type': type })).status).toBe(415);
    expect(await weatherOf('par')).toEqual(calm);
  });

  it.each([['/', 'POST', 'GET'], ['/weather', 'PUT', 'GET, POST'], ['/weather', 'OPTIONS', 'GET, POST'], ['/relays.json', 'DELETE', 'GET']])('%s by %s', async (path, method, allow) => {
    const { status, headers } = await ask(path, { method });
    expect({ status, allow: headers.allow, cors: headers['access-control-allow-origin'] }).toEqual({ status: 405, allow, cors: undefined });
  });
});

describe('weather', () => {
  it('stands as the fleet says, with the presets to choose from', async () => {
    const { relays, presets } = JSON.parse((await ask('/weather')).text) as { relays: unknown[]; presets: Record<string, unknown> };
    expect(relays).toEqual([{ code: 'fra', rttMs: 4, weather: { ...calm, jitterMs: 0.1 } }, { code: 'par', rttMs: 40, weather: calm }]);
    expect(presets).toMatchObject({ calm, dead: { dead: true }, bufferbloat: { delayMs: 250 } });
  });

  it('that is changed holds for the next request, and what is not named stays', async () => {
    const node = parseRelayMap((await ask('/relays.json')).text).regions[0]?.nodes[0];
    const probe = async (): Promise<number> => {
      const from = performance.now();
      await (await fetch(`http://127.0.0.1:${node?.https?.port}/generate_204`)).arrayBuffer();
      return performance.now() - from;
    };
    const before = await change({ code: 'fra', weather: { delayMs: 700 } }, { ...json, origin: url.origin, 'sec-fetch-site': 'same-origin' });
    expect(before.status).toBe(200);
    expect(JSON.parse(before.text)).toEqual({ code: 'fra', rttMs: 4, weather: { ...calm, delayMs: 700, jitterMs: 0.1 } });
    expect(await probe()).toBeGreaterThan(690);
    await change({ code: 'fra', weather: { delayMs: 0 } });
    expect(await weatherOf('fra')).toEqual({ ...calm, jitterMs: 0.1 });
    expect(await probe()).toBeLessThan(690);
  });
});

describe('ends', () => {
  it.each(['interrupted', 'interrupted with its report'])('%s: 130, and nobody listens any more', async (when) => {
    const running = start(['demo']);
    await running.until((stdout) => (when === 'interrupted' ? urlIn(stdout) !== undefined : stdout.includes('Report:')));
    const page = urlIn(running.stdout);
    // A connection that is kept alive holds nothing up.
    if (page) expect(await (await fetch(`${page}relays.json`)).json()).toMatchObject({ regions: fleet.map(({ code }) => ({ code })) });
    running.interrupt();
    expect(await running.ended).toMatchObject({ code: 130, stderr: '' });
    if (page) await expect(fetch(page)).rejects.toThrow();
  });

  it.each<[string[], string]>([
    [['--port', '0'], '--port 0: must be a whole number from 1 to 65535'],
    [['--map', 'x'], "Unknown option '--map'"],
    [['--fleet', '/nonexistent/fleet'], '--fleet /nonexistent/fleet: ENOENT'],
  ])('2 on %j', async (flags, message) => {
    const { code, stderr } = await run(['demo', ...flags]);
    expect(code).toBe(2);
    expect(stderr).toContain(`nearest-relay: ${message}`);
  });

  it('2 where the port is taken, or the relays would be reached from elsewhere', async () => {
    expect(await run(['demo', '--port', url.port])).toMatchObject({ code: 2, stderr: expect.stringMatching(/^nearest-relay: the page cannot be served: .*EADDRINUSE[^\n]*\n$/) });
    const elsewhere = await fleetOf({ host: '192.0.2.1', relays: [{ code: 'fra', rttMs: 8 }] });
    expect(await run(['demo', '--fleet', elsewhere])).toMatchObject({ code: 2, stderr: expect.stringContaining('must be on loopback, not 192.0.2.1') });
  });
});
