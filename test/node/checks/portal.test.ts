import { afterEach, describe, expect, test } from 'vitest';
import type { Socket } from 'node:net';
import type { Region, RelayNode } from '../../../core/model/map.ts';
import { captivePortal, portalNodes } from '../../../node/checks/portal.ts';
import { emptyReport, httpNode, mapOf, tcpService } from './fixtures.ts';
import type { TcpService } from './fixtures.ts';
import { leavesNothing } from './leaks.ts';

type Answer = (socket: Socket, challenge: string) => void;
const reply = (text: (challenge: string) => string): Answer => (socket, challenge) => { socket.end(text(challenge)); };
const genuine = reply((c) => `HTTP/1.1 204 No Content\r\nX-Tailscale-Response: response ${c}\r\n\r\n`);
const signIn = reply(() => 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsign in');
const silent: Answer = () => {};
const reset: Answer = (socket) => { socket.resetAndDestroy(); };

const services: TcpService[] = [];
afterEach(async () => { for (const service of services.splice(0)) await service.close(); });

async function serve(answer: Answer): Promise<TcpService> {
  const service = await tcpService((socket, head) => answer(socket, /^x-tailscale-challenge: (.*)\r$/im.exec(head)?.[1] ?? ''));
  services.push(service);
  return service;
}

const check = captivePortal();
const run = (nodes: readonly RelayNode[], signal: AbortSignal) => check.run({ map: mapOf(nodes), report: emptyReport, signal });

describe('one relay', () => {
  test.each<[string, Answer, boolean | undefined]>([
    ['answers the challenge', genuine, false],
    ['a sign-in page', signIn, true],
    ['a redirect', reply(() => 'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n'), true],
    ['511 Network Authentication Required', reply(() => 'HTTP/1.1 511 No\r\n\r\n'), true],
    ['204 without an answer', reply(() => 'HTTP/1.1 204 No Content\r\n\r\n'), true],
    ['204 with another answer', reply((c) => `HTTP/1.1 204 No Content\r\nX-Tailscale-Response: response ${c}x\r\n\r\n`), true],
    ['204 with the bare challenge', reply((c) => `HTTP/1.1 204 No Content\r\nX-Tailscale-Response: ${c}\r\n\r\n`), true],
    ['204 that echoes the answer twice', reply((c) => `HTTP/1.1 204 No\r\nX-Tailscale-Response: response ${c}\r\nX-Tailscale-Response: response ${c}\r\n\r\n`), true],
    ['the right answer under 200', reply((c) => `HTTP/1.1 200 OK\r\nX-Tailscale-Response: response ${c}\r\nContent-Length: 0\r\n\r\n`), true],
    ['a switch of protocols', reply(() => 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'), true],
    ['103 and then the answer', reply((c) => `HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No\r\nX-Tailscale-Response: response ${c}\r\n\r\n`), false],
    ['a reset', reset, undefined],
    ['an end without a word', (socket) => { socket.end(); }, undefined],
    ['no HTTP', reply(() => 'SSH-2.0-x\r\n'), undefined],
    ['a huge head', reply(() => `HTTP/1.1 200 OK\r\n${`X-Pad: ${'a'.repeat(1000)}\r\n`.repeat(40)}\r\n`), undefined],
  ])('%s', async (_name, answer, captive) => {
    const { port, requests } = await serve(answer);
    const finding = await leavesNothing(({ signal }) => run([httpNode(port)], signal));
    expect(finding).toEqual(captive === undefined ? {} : { captivePortal: captive });
    expect(requests).toHaveLength(1);
  });

  test('asks as a relay expects it, anew each time', async () => {
    const { port, requests } = await serve(genuine);
    for (let time = 0; time < 2; time++) await run([httpNode(port)], new AbortController().signal);
    expect(requests[0]).toMatch(/^GET \/generate_204 HTTP\/1\.1\r\n/);
    const challenges = requests.map((head) => /^x-tailscale-challenge: (.*)\r$/im.exec(head)?.[1]);
    for (const challenge of challenges) expect(challenge).toMatch(/^[\w.:-]{1,64}$/);
    expect(challenges[0]).not.toBe(challenges[1]);
  });

  test('an endless body is not read', async () => {
    const start = performance.now();
    let sent = 0;
    const { port } = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const more = (): void => {
        sent += 65_536;
        if (!socket.destroyed && sent < 1e9) socket.write(Buffer.alloc(65_536), more);
      };
      more();
    });
    expect(await leavesNothing(({ signal }) => run([httpNode(port)], signal))).toEqual({ captivePortal: true });
    expect(sent).toBeLessThan(1e8);
    expect(performance.now() - start).toBeLessThan(2500);
  });
});

describe('several relays', () => {
  test.each<[string, Answer[], boolean | undefined]>([
    ['all captured', [signIn, signIn], true],
    ['one odd relay among good ones', [signIn, genuine], false],
    ['a genuine answer does not wait for the silent', [silent, genuine, silent], false],
    ['some unreachable', [reset, signIn], true],
    ['all unreachable', [reset, reset], undefined],
  ])('%s', async (_name, answers, captive) => {
    const nodes: RelayNode[] = [];
    for (const answer of answers) nodes.push(httpNode((await serve(answer)).port));
    const start = performance.now();
    const finding = await leavesNothing(({ signal }) => run(nodes, signal));
    expect(performance.now() - start).toBeLessThan(2500);
    expect(finding).toEqual(captive === undefined ? {} : { captivePortal: captive });
  });
});

describe('an end from outside', () => {
  test('while a relay is silent', async () => {
    let reached = (): void => {};
    const arrived = new Promise<void>((resolve) => { reached = resolve; });
    const { port } = await serve(() => { reached(); });
    expect(await leavesNothing(async (controller) => {
      const finding = run([httpNode(port)], controller.signal);
      await arrived;
      controller.abort();
      return finding;
    })).toEqual({});
  });

  test('before the start: nothing is sent', async () => {
    const { port, requests } = await serve(genuine);
    expect(await leavesNothing((controller) => {
      controller.abort();
      return run([httpNode(port)], controller.signal);
    })).toEqual({});
    expect(requests).toHaveLength(0);
  });

  test('a relay that never answers is given up in 3 s', async () => {
    const { port } = await serve(silent);
    const start = performance.now();
    expect(await leavesNothing(({ signal }) => run([httpNode(port)], signal))).toEqual({});
    expect(performance.now() - start).toBeGreaterThan(2900);
  });
});

test.each([
  ['no node for it', [httpNode(1, { canPort80: false })]],
  ['no IPv4', [httpNode(1, { ipv4: 'none' })]],
  ['a host that is none', [{ name: 'x', host: 'a\r\nb', canPort80: true, https: { port: 1, path: '/', scheme: 'http' as const } }]],
  ['a port that is none', [httpNode(70_000)]],
])('unknown: %s', async (_name, nodes) => {
  expect(await leavesNothing(({ signal }) => run(nodes, signal))).toEqual({});
});

describe('which nodes', () => {
  const named = (name: string): RelayNode => ({ ...httpNode(80), name });
  const region = (id: string, nodes: string[], flags: Partial<Region> = {}): Region => ({ id, code: id, name: id, nodes: nodes.map(named), ...flags });
  const answeredIn = (id: string, latencyMs: number) => ({ [id]: { code: id, latencyMs, samples: 1, lost: 0, doubt: [] } });

  test.each<[string, Region[], Record<string, number>, string[]]>([
    ['one of each region first', [region('1', ['1a', '1b']), region('2', ['2a', '2b'])], {}, ['1a', '2a', '1b', '2b']],
    ['five at most', [region('1', ['1a', '1b', '1c', '1d']), region('2', ['2a', '2b', '2c'])], {}, ['1a', '2a', '1b', '2b', '1c']],
    ['the nearest so far first', [region('1', ['1a']), region('2', ['2a']), region('3', ['3a'])], { 2: 30, 3: 20 }, ['3a', '2a', '1a']],
    ['not those to be avoided', [region('1', ['1a'], { avoid: true }), region('2', ['2a'], { noHome: true }), region('3', ['3a'])], {}, ['3a']],
    ['none', [], {}, []],
  ])('%s', (_name, regions, latencies, wanted) => {
    const found = Object.assign({}, ...Object.entries(latencies).map(([id, ms]) => answeredIn(id, ms)));
    expect(portalNodes({ version: 1, regions }, { ...emptyReport, regions: found }).map((node) => node.name)).toEqual(wanted);
  });
});

test('when it runs', () => {
  expect(check).toMatchObject({ name: 'portal', delayMs: 200, timeoutMs: 3000, fullOnly: true, moot: 'udp' });
});
