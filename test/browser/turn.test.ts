import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import type { RelayMap } from '../../core/model/map.ts';
import { sharedSecretCredentials } from '../../universal/index.ts';
import { startHttpServer, type HttpServer } from '../servers/http-server.ts';
import { until } from '../until.ts';
import type { Engine } from './find-browser.ts';
import { describeIn, openPage, startBrowser, type OpenedPage } from './harness.ts';
import { canEnterNamespace, howToEnter, isInNamespace, namespaceAddress, runInNamespace } from './namespace.ts';
import type * as entry from './pages/turn.ts';
import { hasCoturn, howToInstallCoturn, startTurnServer, type TurnServer } from './turn-server.ts';

const secret = 'shared by both';
const relayPorts = { fra: [41_000, 41_499], par: [41_500, 41_999] } as const;
const bytes = 16_000;

function testsIn(engine: Engine, address: string): void {
  let browser: Browser;
  let relays: Readonly<Record<'fra' | 'par', TurnServer>>;
  let map: RelayMap;
  /** Gives a page credentials that live for so long, as an application's own server does. */
  let office: HttpServer;
  let ttlSeconds = 6;
  let asked = 0;

  beforeAll(async () => { browser = await startBrowser({ engine, loopbackIce: engine === 'chromium' }); });
  afterAll(() => browser.close());
  beforeEach(async () => {
    const [fra, par] = await Promise.all([startTurnServer({ secret, address, relayPorts: relayPorts.fra }), startTurnServer({ secret, address, relayPorts: relayPorts.par })]);
    relays = { fra, par };
    map = { version: 1, regions: Object.entries(relays).map(([code, { port, url }]) => ({ id: code, code, name: code, nodes: [{ name: code, host: address, ipv4: address, ipv6: 'none', stun: { port, dialect: 'plain' }, turn: { urls: [url] } }] })) };
    office = await startHttpServer({ scheme: 'http', answer: (response) => {
      asked++;
      void sharedSecretCredentials(secret, { ttlSeconds, user: 'alice' })(map.regions[0] ?? { id: '', code: '', name: '', nodes: [] }, { signal: new AbortController().signal }).then(({ username, credential }) => {
        response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'application/json' }).end(JSON.stringify({ username, password: credential, ttl: ttlSeconds }));
      });
    } });
  });
  afterEach(async () => {
    await office.close();
    await Promise.all(Object.values(relays).map((relay) => relay[Symbol.asyncDispose]()));
  });

  const open = (): Promise<OpenedPage<typeof entry>> => openPage<typeof entry>({ entry: 'test/browser/pages/turn.ts', map, browser });
  const url = (): string => `http://127.0.0.1:${office.port}/`;
  const told = async (opened: OpenedPage<typeof entry>, change: string): Promise<boolean> => (await opened.call('told')).changes.includes(change);
  const isAt = (region: 'fra' | 'par') => ({ type, port }: { readonly type: string; readonly port: number }): boolean => type === 'relay' && port >= relayPorts[region][0] && port <= relayPorts[region][1];

  it('a relayed channel carries bytes both ways, before and after its credentials were renewed', { timeout: 40_000 }, async () => {
    ttlSeconds = 6;
    await using opened = await open();
    await opened.call('keep', url());
    const first = await opened.call('servers');
    await opened.call('callUp');
    expect(await opened.call('exchange', bytes)).toBe(true);
    const before = await opened.call('routes');
    expect(before.map(({ type }) => type)).toEqual(['relay', 'relay']);

    await until(() => told(opened, 'credentials'), 15_000);
    // For coturn the first have ended a little later: nothing new comes of them, and what was set up with them lives on.
    await until(async () => !(await opened.call('isTaken', first)), 15_000);
    expect(await opened.call('exchange', bytes)).toBe(true);
    // An ICE restart allocates anew, which only the renewed ones can do. The browser may stay with the pair that works.
    const ports = await opened.call('restart');
    expect(ports.length).toBeGreaterThanOrEqual(2);
    expect(ports.filter((port) => before.some((route) => route.port === port))).toEqual([]);
    expect(await opened.call('exchange', bytes)).toBe(true);
    await opened.call('hangUp');
    await opened.call('callUp');
    expect((await opened.call('routes')).map(({ type }) => type)).toEqual(['relay', 'relay']);
    expect(await opened.call('exchange', bytes)).toBe(true);
    expect((await opened.call('told')).changes).not.toContain('failed');
    await opened.call('close');
    expect(opened.errors).toEqual([]);
  });

  it('the call follows when the home moves, and no credentials are asked for', { timeout: 30_000 }, async () => {
    ttlSeconds = 3_600;
    asked = 0;
    await using opened = await open();
    await opened.call('keep', url(), 'fra');
    expect((await opened.call('told')).regions).toEqual(['fra', 'par']);
    await opened.call('callUp');
    expect(await opened.call('exchange', bytes)).toBe(true);
    await opened.call('move', 'par');
    await until(() => told(opened, 'order'), 15_000);
    expect((await opened.call('told')).regions).toEqual(['par', 'fra']);
    // With the new home's alone, so that it is that one which carries.
    for (const port of await opened.call('restart', 1)) expect({ type: 'relay', port }).toSatisfy(isAt('par'));
    await relays.fra[Symbol.asyncDispose]();
    await until(async () => (await opened.call('routes')).every(isAt('par')), 15_000);
    expect(await opened.call('exchange', bytes)).toBe(true);
    expect(asked).toBe(2);
    await opened.call('close');
    expect(opened.errors).toEqual([]);
  });
}

const name = `ICE servers that stay good, in a page${hasCoturn ? '' : ` (${howToInstallCoturn})`}`;

describeIn('chromium', `${name}, in Chromium`, () => {
  describe.skipIf(!hasCoturn || isInNamespace)('relayed', () => testsIn('chromium', '127.0.0.1'));
});

describeIn('firefox', `${name}, in Firefox`, () => {
  it.skipIf(!hasCoturn || isInNamespace || !canEnterNamespace)(`work in a network that is not loopback alone${howToEnter}`, () => {
    const { status, stdout, stderr } = runInNamespace(import.meta.url, 110_000);
    expect(stdout, stderr).toMatch(/Tests +2 passed/);
    expect(status, stdout + stderr).toBe(0);
  }, 120_000);
  describe.skipIf(!hasCoturn || !isInNamespace)('relayed', () => testsIn('firefox', namespaceAddress));
});
