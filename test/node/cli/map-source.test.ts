import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatRelayMap, parseRelayMap } from '../../../core/index.ts';
import { UsageError } from '../../../node/cli/errors.ts';
import { loadMap } from '../../../node/cli/map-source.ts';
import { mapOf } from '../../maps.ts';
import { closedPort } from '../../servers/tcp-server.ts';
import { errorOf } from '../../until.ts';
import { leavesNothing } from '../checks/leaks.ts';
import { start } from './run-command.ts';

const text = JSON.stringify(formatRelayMap(mapOf(['fra', 'par'])));
const map = parseRelayMap(text);
const wrong = JSON.stringify({ version: 1, regions: [{ id: '1', code: 'fra', name: 'F', nodes: [{ name: '1a', host: 'h', stun: { port: 70_000 } }] }] });
const wrongAt = 'regions[0].nodes[0].stun.port: ';
const never = new AbortController().signal;

async function refused(source: string, signal = never): Promise<string> {
  const error = await errorOf(loadMap(source, signal));
  expect(error).toBeInstanceOf(UsageError);
  const { message } = error as Error;
  expect(message).not.toContain('\n');
  return message;
}

describe('a file', () => {
  let folder: string;
  const file = (name: string): string => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maps-'));
    await Promise.all([writeFile(file('good.json'), text), writeFile(file('marked.json'), `\ufeff${text}`), writeFile(file('wrong.json'), wrong), writeFile(file('cut.json'), text.slice(0, 50)), writeFile(file('huge.json'), ' '.repeat(32 * 1024 * 1024 + 1))]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is read, and named as it was given', async () => {
    expect(await loadMap(file('good.json'), never)).toMatchObject({ map, source: file('good.json') });
    // With a byte order mark, as editors on Windows write it.
    expect(await loadMap(file('marked.json'), never)).toMatchObject({ map });
  });

  it.each([
    ['none.json', 'there is no such file'],
    ['wrong.json', wrongAt],
    ['cut.json', 'not JSON'],
    ['huge.json', 'more than 33554432 bytes'],
    ['.', 'EISDIR'],
  ])('%s: %s', async (name, message) => {
    expect(await refused(file(name))).toMatch(new RegExp(`^--map ${file(name).replaceAll('.', '\\.')}: `));
    expect(await refused(file(name))).toContain(message);
  });

  it.runIf(process.platform === 'linux')('without an end is given up at the bound', async () => {
    expect(await refused('/dev/zero')).toBe('--map /dev/zero: more than 33554432 bytes');
  });

  it.each([
    ['tailscal', '--map tailscal: there is no such file (no file, and no built-in map: those are tailscale and lab)'],
    ['no/tailscale', '--map no/tailscale: there is no such file'],
  ])('%s: a hint where it looks like a built-in name', async (source, message) => {
    expect(await refused(source)).toBe(message);
  });
});

describe('a URL', () => {
  type Answer = (response: ServerResponse, request: IncomingMessage) => void;
  const answers: Readonly<Record<string, Answer>> = {
    '/good': (response) => response.end(text),
    '/elsewhere': (response) => response.writeHead(302, { location: '/good' }).end(),
    '/private': (response, { headers }) => (headers.authorization === `Basic ${btoa('me@home:p/w')}` ? response.end(text) : response.writeHead(401).end()),
    '/gone': (response) => response.writeHead(404).end('not here'),
    '/page': (response) => response.end('<!doctype html>'),
    '/wrong': (response) => response.end(wrong),
    '/huge': (response) => {
      const more = (): void => void (response.writable && response.write(Buffer.alloc(1 << 20, 32), () => setImmediate(more)));
      more();
    },
    '/cut': (response) => void response.writeHead(200, { 'content-length': text.length }).write('{', () => response.destroy()),
    '/silent': () => {},
    '/slow': (response) => void response.write('{'),
  };
  const server = createServer((request, response) => answers[(request.url ?? '').split('?')[0] ?? '']?.(response, request));
  let origin: string;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it.each(['/good', '/elsewhere'])('%s is fetched', async (path) => {
    expect(await loadMap(`http://${origin}${path}`, never)).toMatchObject({ map, source: `http://${origin}${path}` });
  });

  it('with a name and a password gives them to the server, and to no report', async () => {
    expect(await loadMap(`http://me%40home:p%2Fw@${origin}/private?key=s3cret`, never)).toMatchObject({ map, source: `http://${origin}/private` });
  });

  it.each([
    ['/gone', 'could not fetch it: the server answered 404'],
    ['/private', 'could not fetch it: the server answered 401'],
    ['/page', 'not JSON'],
    ['/wrong', wrongAt],
    ['/huge', 'could not fetch it: more than 33554432 bytes'],
    ['/cut', 'could not fetch it: '],
  ])('%s: %s, and no secret', async (path, message) => {
    const said = await refused(`http://name:passw0rd@${origin}${path}?key=s3cret`);
    expect(said.startsWith(`--map http://${origin}${path}: ${message}`)).toBe(true);
    expect(said).not.toMatch(/name|passw0rd|s3cret/);
  });

  it('nobody listens', async () => {
    const port = await closedPort();
    expect(await refused(`http://127.0.0.1:${port}/?key=s3cret`)).toMatch(/^--map http:\/\/127\.0\.0\.1:\d+\/: could not fetch it: .*ECONNREFUSED/);
  });

  it.each(['http://[bad', 'http://', 'https://me:s3cret@host:port/', 'HTTP://a b/'])('%s is none', async (source) => {
    expect(await refused(source)).toBe('--map: not a URL that can be read, although it begins like one');
  });

  it.each(['/silent', '/slow'])('%s: waits no longer than its bound, whatever is collected meanwhile', async (path) => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const collecting = setInterval(collect, 20);
    const error = await errorOf(loadMap(`http://${origin}${path}`, new AbortController().signal, 300));
    clearInterval(collecting);
    expect(error).toMatchObject({ name: 'UsageError', message: `--map http://${origin}${path}: could not fetch it: no answer within 0.3 s` });
  });

  it.each(['/silent', '/slow'])('%s: an interrupt ends it at once, with its own reason', async (path) => {
    await leavesNothing(async (controller) => {
      const error = errorOf(loadMap(`http://${origin}${path}`, controller.signal));
      setTimeout(() => controller.abort(new Error('interrupted')), 30);
      expect(await error).toMatchObject({ message: 'interrupted' });
    });
  });
});

describe('standard input', () => {
  const check = (input: string, inputStaysOpen = false) => start(['check', '--map', '-', '--fake', 'fra=2,par=5', '--format', 'json-line', '--no-checks'], { input, inputStaysOpen });

  it('is read to its end', async () => {
    const { code, stdout } = await check(text).ended;
    expect({ code, source: JSON.parse(stdout).report.mapSource }).toEqual({ code: 0, source: 'standard input' });
  });

  it.each([['', 'not JSON'], [wrong, wrongAt], [' '.repeat(32 * 1024 * 1024 + 1), 'more than 33554432 bytes']])('is refused', async (input, message) => {
    const { code, stdout, stderr } = await check(input).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^nearest-relay: --map -: [^\n]*\n$/);
    expect(stderr).toContain(message);
  });

  it('that never ends does not hold up an interrupt', async () => {
    const running = check('{', true);
    await running.untilItReads();
    running.interrupt();
    expect(await running.ended).toEqual({ code: 130, stdout: '', stderr: '' });
  });
});

it('lab: relays of our own, at least 5 ms apart, which close', async () => {
  await leavesNothing(async (controller) => {
    const loaded = await loadMap('lab', controller.signal);
    expect(loaded.source).toBe('lab');
    expect(loaded.map.regions[0]).toMatchObject({ code: 'fra', nodes: [{ ipv4: '127.0.0.1' }] });
    await loaded.close();
  });
});
