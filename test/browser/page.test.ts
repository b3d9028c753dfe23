import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import type { RelayNode } from '../../core/model/map.ts';
import { startHttpServer } from '../servers/http-server.ts';
import { describeInBrowsers, openPage, startBrowser, type OpenedPage, type PageOptions } from './harness.ts';
import type * as entry from './pages/page.ts';
import { hasCoturn, howToInstallCoturn, startTurnServer } from './turn-server.ts';

/** So far apart that a busy machine does not confuse them. */
const delays = { near: 4, mid: 40, far: 80 } as const;
/** A report takes a second where UDP does not work, and a busy machine its time. */
const patience = { timeout: 10_000 };
const relays = [{ code: 'far', rttMs: delays.far }, { code: 'near', rttMs: delays.near }, { code: 'mid', rttMs: delays.mid }];

describeInBrowsers('a page', (engine) => {
  let browser: Browser;
  beforeAll(async () => { browser = await startBrowser({ engine, loopbackIce: true }); });
  afterAll(() => browser.close());

  const open = (options: Partial<PageOptions> = {}): Promise<OpenedPage<typeof entry>> => openPage<typeof entry>({ entry: 'test/browser/pages/page.ts', lab: { relays }, browser, ...options });
  const nodes = (opened: OpenedPage<typeof entry>): RelayNode[] => (opened.lab?.plainMap.regions ?? []).flatMap((region) => region.nodes);
  const lowest = (told: readonly entry.Told[]): number => Math.min(...told.map((one) => ('latencyMs' in one ? one.latencyMs : Infinity)));
  const requests = async (opened: OpenedPage<typeof entry>): Promise<number[]> => Object.values(await opened.lab?.stats() ?? {}).map(({ requests }) => requests);

  it.each(['https', 'websocket'] as const)('measures by %s what the lab delays, and leaves nothing open', async (kind) => {
    await using opened = await open();
    const told = await opened.call('probe', kind, nodes(opened), 5);
    for (const [index, { rttMs }] of relays.entries()) {
      // A machine that is busy adds to it; nothing takes away.
      expect(lowest(told[index] ?? [])).toBeGreaterThan(rttMs - 1.5);
      expect(lowest(told[index] ?? [])).toBeLessThan(rttMs + 25);
      expect(told[index]?.map((one) => ('doubt' in one ? one.doubt : undefined))).toEqual(Array.from({ length: 5 }));
    }
    expect(opened.errors).toEqual([]);
  });

  it.each([
    { what: 'shows no timing', headers: { 'access-control-allow-origin': '*' }, methods: /^GET( GET){2,4}$/ },
    { what: 'lets no page read', headers: {}, methods: /^GET( HEAD){3,5}$/ },
  ])('measures a relay that $what, in doubt', async ({ headers, methods }) => {
    const asked: (string | undefined)[] = [];
    const server = await startHttpServer({ scheme: 'http', answer: (response) => { asked.push(response.req.method); setTimeout(() => response.writeHead(204, headers).end(), 20); } });
    await using opened = await open();
    const [[sample] = []] = await opened.call('probe', 'https', [{ name: 'a', host: '127.0.0.1', https: { port: server.port, path: '/', scheme: 'http' } }], 1);
    await server.close();
    expect(sample).toMatchObject({ kind: 'https', doubt: ['event-loop'] });
    expect(lowest(sample ? [sample] : [])).toBeGreaterThan(18.5);
    expect(asked.join(' ')).toMatch(methods);
  });

  it('says why a relay that is down was not measured', async () => {
    await using opened = await open();
    const down: RelayNode = { name: 'a', host: '127.0.0.1', https: { port: 1, path: '/', scheme: 'http' }, websocket: 'ws://127.0.0.1:1/' };
    for (const kind of ['https', 'websocket'] as const) expect(await opened.call('probe', kind, [down], 1)).toMatchObject([[{ code: 'failed' }]]);
  });

  it('finds the nearest, remembers it, and measures over HTTPS alone where no relay answers a browser\'s STUN', async () => {
    await using opened = await open({ lab: { relays: relays.map((relay) => ({ ...relay, dialect: 'tailscale' as const })) } });
    const found = await opened.call('find', { until: 'complete' });
    expect(found.home).toBe('near');
    expect(found.decision.state).toBe('settled');
    expect(Object.values(found.report.regions).map(({ kind }) => kind)).toEqual(['https', 'https', 'https']);
    expect(found.report).not.toHaveProperty('udp');
    expect(await opened.call('stored')).toEqual(['nearest-relay']);
    expect(opened.errors).toEqual([]);
  });

  it.runIf(engine === 'firefox')('measures over HTTPS where the browser keeps WebRTC from the relays, as Firefox does from loopback, and says what it asked', async () => {
    await using opened = await open();
    const found = await opened.call('find', { until: 'complete' });
    expect(found.home).toBe('near');
    for (const { kind, kinds, latencyMs = Infinity } of Object.values(found.report.regions)) {
      expect(kind).toBe('https');
      expect(kinds?.ice).toMatchObject({ samples: 0 });
      expect(latencyMs).toBeLessThan(delays.far + 25);
    }
    expect(found.report).not.toHaveProperty('udp', true);
    expect(opened.errors).toEqual([]);
  });

  it.runIf(engine === 'chromium')('answers before the far ones have', async () => {
    await using opened = await open({ lab: { relays: [{ code: 'near', rttMs: 5 }, { code: 'far', rttMs: 800 }] } });
    // Where the page was busy it waits for a calmer moment, up to the report's end.
    let found: Awaited<ReturnType<typeof opened.call<'find'>>>;
    let tries = 0;
    do {
      found = await opened.call('find', {});
      expect(found.home).toBe('near');
    } while (!found.report.partial && ++tries < 5);
    expect(found.report.partial).toBe(true);
    expect(found.tookMs).toBeLessThan(800);
    expect(opened.errors).toEqual([]);
  });

  it('works under a strict Content-Security-Policy that allows the relays', async () => {
    await using opened = await open({ headers: { 'Content-Security-Policy': "default-src 'none'; script-src 'self'; connect-src http://127.0.0.1:* ws://127.0.0.1:*; img-src 'self'" } });
    expect((await opened.call('find', { kinds: ['https'] })).home).toBe('near');
    expect((await opened.call('find', { kinds: ['websocket'] })).home).toBe('near');
    expect(opened.errors).toEqual([]);
  });

  /** Another tab of the same browser and origin. */
  async function another(opened: OpenedPage<typeof entry>): Promise<Pick<OpenedPage<typeof entry>, 'page' | 'call'>> {
    const page = await opened.page.context().newPage();
    await page.addInitScript(`globalThis.labMap = ${JSON.stringify(opened.lab?.plainMap)};`);
    await page.goto(opened.url, { waitUntil: 'load' });
    return { page, call: (name, ...args) => page.evaluate(({ name, args }) => (globalThis as unknown as { entry: Record<string, (...args: readonly unknown[]) => unknown> }).entry[name]?.(...args), { name, args }) as Promise<never> };
  }
  /** Of one measurement; two take at least one more: to warm up, and to agree, 3 each. */
  const mostRequests = 5;
  const httpsOnly = { lab: { relays: relays.map((relay) => ({ ...relay, dialect: 'tailscale' as const })) } };

  it('measures once for two tabs that ask at the same time', async () => {
    await using opened = await open(httpsOnly);
    const other = await another(opened);
    const [one, two] = await Promise.all([opened.call('find', { until: 'complete' }), other.call('find', { until: 'complete' })]);
    expect(two.report).toEqual(one.report);
    expect(two.home).toBe('near');
    expect(Math.max(...await requests(opened))).toBeLessThanOrEqual(mostRequests);
  });

  it('asks less where data is dear', async () => {
    await using opened = await open(httpsOnly);
    await opened.page.evaluate("Object.defineProperty(navigator, 'connection', { value: { saveData: true, addEventListener() {} } })");
    // Which one is for chance to say where the page was busy: there is one figure of each.
    expect((await opened.call('find', { until: 'complete' })).home).toBeDefined();
    expect(Math.max(...await requests(opened))).toBe(2);
    expect(opened.errors).toEqual([]);
  });

  it('measures for one of two tabs that watch; the other goes on when that one is closed', async () => {
    await using opened = await open(httpsOnly);
    const other = await another(opened);
    await opened.call('watch');
    await expect.poll(async () => (await opened.call('watched')).length, patience).toBe(1);
    await other.call('watch');
    await expect.poll(async () => (await other.call('watched')).length, patience).toBe(1);
    expect((await other.call('watched'))[0]?.report).toEqual((await opened.call('watched'))[0]?.report);
    expect(Math.max(...await requests(opened))).toBeLessThanOrEqual(mostRequests);
    await opened.page.close();
    // It would wait until the last news is 20 s old; a change of the network wakes it.
    await expect.poll(async () => {
      await other.page.evaluate(() => dispatchEvent(new Event('online')));
      return (await other.call('watched')).length;
    }, patience).toBe(2);
    await other.call('unwatch');
  });

  it('writes nothing to the console when it needs a socket no longer that is not open yet', async () => {
    await using opened = await open({ lab: { relays: [{ code: 'far', rttMs: 200 }] } });
    const said: string[] = [];
    opened.page.on('console', (message) => { said.push(message.text()); });
    expect(await opened.call('probe', 'websocket', nodes(opened), 1, 50)).toMatchObject([[{ code: 'no-answer' }]]);
    // Until it is closed: the transport, too, is gone by then.
    await expect.poll(async () => Object.values(await opened.lab?.stats() ?? {}).map(({ tcp }) => tcp.connections)).toEqual([1]);
    await opened.page.waitForTimeout(500);
    expect(said).toEqual([]);
    expect(opened.errors).toEqual([]);
  });

  it('holds no connection more after 100 rounds than after 10', async () => {
    await using opened = await open({ lab: { relays: [{ code: 'a', rttMs: 1 }, { code: 'b', rttMs: 1 }] } });
    await opened.page.evaluate(() => {
      const counts = Object.assign(globalThis, { openSockets: 0, madeSockets: 0 });
      globalThis.WebSocket = class extends WebSocket {
        constructor(url: string | URL) {
          super(url);
          counts.openSockets++;
          counts.madeSockets++;
          this.addEventListener('close', () => { counts.openSockets--; });
        }
      };
    });
    const rounds = async (count: number): Promise<number[]> => {
      for (const kind of ['https', 'websocket'] as const) {
        for (const told of await opened.call('probe', kind, nodes(opened), count)) expect(told.filter((one) => !('latencyMs' in one))).toEqual([]);
      }
      await expect.poll(() => opened.page.evaluate('openSockets')).toBe(0);
      const webSockets = Number(await opened.page.evaluate('madeSockets')) / nodes(opened).length;
      return Object.values(await opened.lab?.stats() ?? {}).map(({ tcp }) => tcp.connections - webSockets);
    };
    const before = await rounds(10);
    const after = await rounds(90);
    for (const [at, connections] of after.entries()) expect(connections - (before[at] ?? 0)).toBeLessThanOrEqual(2);
    expect(opened.errors).toEqual([]);
  }, 60_000);

  it('measures at once when the network is back', async () => {
    await using opened = await open();
    await opened.call('watch');
    await expect.poll(async () => (await opened.call('watched')).length, patience).toBe(1);
    await opened.page.context().setOffline(true);
    await opened.page.context().setOffline(false);
    await expect.poll(async () => (await opened.call('watched')).length, patience).toBeGreaterThan(1);
    await opened.call('unwatch');
  });

  // Firefox relays to no loopback address.
  it.skipIf(!hasCoturn || engine === 'firefox')(`proves TURN and its credentials by coturn${hasCoturn ? '' : ` (${howToInstallCoturn})`}`, async () => {
    await using server = await startTurnServer();
    await using opened = await open();
    const { url, username, credential } = server;
    const node = (secret: string): RelayNode => ({ name: 'a', host: '127.0.0.1', turn: { urls: [url], username, credential: secret } });
    const [good = [], bad = []] = await opened.call('probe', 'turn', [node(credential), node('wrong')], 1, 10_000);
    expect(good[0]).toMatchObject({ kind: 'turn' });
    expect(good[0]).not.toHaveProperty('doubt');
    expect(lowest(good)).toBeLessThan(50);
    expect(bad[0]).toMatchObject({ code: 'failed', message: expect.stringContaining('credentials') });
    const found = await opened.call('iceServers', [{ urls: 'turn:127.0.0.2:9', username, credential }, { urls: url, username, credential }]);
    expect(found).toMatchObject({ region: '127-0-0-1', fallback: '127-0-0-2', connection: true });
    expect(found.urls).toEqual([url, 'turn:127.0.0.2:9']);
    expect(opened.errors).toEqual([]);
  });
});
