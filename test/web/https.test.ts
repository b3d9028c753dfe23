import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RelayNode } from '../../core/model/map.ts';
import { https, type HttpsOptions } from '../../web/transports/https.ts';
import type { ObserverConstructor, TimingEntry } from '../../web/transports/resource-timing.ts';
import { describeTransport, slowMs } from '../contract/transport.ts';
import { startHttpServer } from '../servers/http-server.ts';
import { closedPort, startTcpServer } from '../servers/tcp-server.ts';
import { errorOf } from '../until.ts';

const nodeAt = (port: number, path = '/derp/probe'): RelayNode => ({ name: `at ${port}`, host: '127.0.0.1', https: { port, path, scheme: 'http' } });

const byFetch = 'fetch resolves names and chooses the family, out of our sight';

describeTransport('https (web) over the fetch of Node', async () => {
  const live = await startHttpServer({ scheme: 'http' });
  const slow = await startHttpServer({ scheme: 'http', answer: (response) => setTimeout(() => response.writeHead(204).end(), slowMs) });
  const silent = await startTcpServer();
  return {
    create: () => https({ isEnough: () => true }),
    live: nodeAt(live.port),
    slow: nodeAt(slow.port),
    silent: nodeAt(silent.port),
    silentWasAsked: () => silent.accepted > 0,
    closed: nodeAt(await closedPort()),
    heard: () => live.requests.length,
    close: async () => { await Promise.all([live, slow, silent].map((server) => server.close())); },
  };
}, { optOut: {
  'measures the family that is asked for': byFetch,
  'says when nobody listens': 'fetch does not tell why it failed',
  'finds a relay by its name': byFetch,
  'says when the name has no address': byFetch,
  'does not wait for DNS for ever': byFetch,
  'can be aborted while DNS is asked': byFetch,
  'ends a probe that waits for DNS when it is closed': byFetch,
  'leaves nothing behind': 'fetch keeps its connections for the next request',
} });

/** A browser of which the clock, the answers and the records of them are given. */
function fakeBrowser(answer: (url: string, init: RequestInit, count: number) => { readonly takesMs?: number; readonly response?: Response; readonly entry?: Partial<TimingEntry> }): HttpsOptions & { readonly asked: { readonly url: string; readonly init: RequestInit }[]; readonly observing: () => number } {
  const asked: { url: string; init: RequestInit }[] = [];
  let clockMs = 0;
  const observers = new Set<(entries: TimingEntry[]) => void>();
  const PerformanceObserver: ObserverConstructor = class {
    readonly take: (entries: TimingEntry[]) => void;
    constructor(callback: (list: { getEntries(): unknown[] }) => void) {
      this.take = (entries) => callback({ getEntries: () => entries });
    }
    observe(): void { observers.add(this.take); }
    disconnect(): void { observers.delete(this.take); }
    takeRecords(): TimingEntry[] { return []; }
  };
  return {
    asked,
    observing: () => observers.size,
    now: () => clockMs,
    PerformanceObserver,
    fetch: async (input, init = {}) => {
      const url = String(input);
      asked.push({ url, init });
      const { takesMs = 0, response = new Response(null, { status: 204 }), entry } = answer(url, init, asked.length);
      clockMs += takesMs;
      if (entry) for (const take of observers) take([{ name: 'https://other.test/', startTime: 0, requestStart: 1, responseStart: 2, duration: 1 }, { name: url, startTime: 0, requestStart: 0, responseStart: 0, duration: 0, ...entry }]);
      return response;
    },
  };
}

/** What a page gets from a server that does not let it read. */
const opaqueResponse = (): Response => Object.defineProperties(new Response(null), { type: { value: 'opaque' }, ok: { value: false }, status: { value: 0 } });
const refusal = (): never => { throw new TypeError('Failed to fetch'); };

describe('https in a page', () => {
  const node = nodeAt(8080);
  const probe = (options: HttpsOptions, at = node): ReturnType<ReturnType<typeof https>['probe']> => https(options).probe(at, { signal: new AbortController().signal });

  it.each<{ what: string; takesMs?: number; entry?: Partial<TimingEntry>; latencyMs: number; doubt?: string[] }>([
    { what: 'the browser\'s times, where the relay shows them', takesMs: 30, entry: { requestStart: 100.5, responseStart: 121, duration: 28 }, latencyMs: 20.5 },
    { what: 'the whole fetch, where it shows the entry alone', takesMs: 30, entry: { duration: 28 }, latencyMs: 28, doubt: ['event-loop'] },
    { what: 'the clock, where that read less', takesMs: 20, entry: { duration: 28 }, latencyMs: 20, doubt: ['event-loop'] },
    { what: 'the clock, without an entry', takesMs: 30, latencyMs: 30, doubt: ['event-loop'] },
    { what: 'the clock, where the times are no times', takesMs: 30, entry: { requestStart: 50, responseStart: 50, duration: 40 }, latencyMs: 30, doubt: ['event-loop'] },
  ])('counts $what', async ({ takesMs = 0, entry, latencyMs, doubt }) => {
    const browser = fakeBrowser((_url, _init, count) => ({ takesMs: count === 1 ? 500 : takesMs, ...(entry && { entry }) }));
    expect(await probe(browser)).toEqual({ kind: 'https', latencyMs, ...(doubt && { doubt }) });
    expect(browser.observing()).toBe(0);
  });

  it.each<{ what: string; warmMs: readonly number[]; latencyMs: number }>([
    { what: 'two that agree', warmMs: [20, 20.4], latencyMs: 20 },
    { what: 'two that agree after one that was disturbed', warmMs: [60, 20.8, 20], latencyMs: 20 },
    { what: 'the lowest of four, where none agree', warmMs: [60, 30, 40, 20], latencyMs: 20 },
  ])('warms up, then counts $what', async ({ warmMs, latencyMs }) => {
    const browser = fakeBrowser((_url, _init, count) => ({ takesMs: count === 1 ? 5 : warmMs[count - 2] ?? 0 }));
    expect((await probe(browser)).latencyMs).toBeCloseTo(latencyMs, 6);
    expect(browser.asked).toHaveLength(1 + warmMs.length);
  });

  // [from the call to the request, from that to the answer], ms; the first is the warm-up's.
  it.each<{ what: string; times: readonly (readonly [number, number])[]; latencyMs: number; doubt?: string[] }>([
    { what: 'what was noted late, by a clock of whole ms', times: [[5, 30], [2, 22], [21, 2], [2, 21]], latencyMs: 21 },
    { what: 'what was noted at the answer, by such a clock', times: [[5, 30], [23, 0], [2, 21]], latencyMs: 21 },
    { what: 'what was kept from leaving, by a finer clock', times: [[5, 30], [2.1, 26.3], [9.2, 20.1], [2, 20.3]], latencyMs: 20.1 },
  ])('is not misled by $what', async ({ times, latencyMs, doubt }) => {
    const browser = fakeBrowser((_url, _init, count) => {
      const [waitMs, answerMs] = times[count - 1] ?? [NaN, NaN];
      return { takesMs: waitMs + answerMs + 5, entry: { startTime: 100, requestStart: 100 + waitMs, responseStart: 100 + waitMs + answerMs, duration: waitMs + answerMs } };
    });
    const sample = await probe(browser);
    expect(sample.latencyMs).toBeCloseTo(latencyMs, 6);
    expect(sample.doubt).toEqual(doubt);
    expect(browser.asked).toHaveLength(times.length);
  });

  it.each([
    { what: 'Save-Data', connection: { saveData: true }, requests: 2 },
    { what: 'a cellular connection', connection: { type: 'cellular' }, requests: 2 },
    { what: 'another connection', connection: { type: 'wifi', saveData: false }, requests: 4 },
  ])('asks $requests times over $what', async ({ connection, requests }) => {
    vi.stubGlobal('navigator', { connection });
    const browser = fakeBrowser((_url, _init, count) => ({ takesMs: [5, 30, 20, 20.1][count - 1] ?? NaN }));
    await probe(browser).finally(() => vi.unstubAllGlobals());
    expect(browser.asked).toHaveLength(requests);
  });

  it('asks each time by another URL, with nothing that needs permission', async () => {
    const browser = fakeBrowser(() => ({}));
    await probe(browser, nodeAt(8080, '/probe?a=1'));
    expect(browser.asked).toHaveLength(3);
    expect(new Set(browser.asked.map(({ url }) => url)).size).toBe(3);
    for (const { url, init } of browser.asked) {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:8080\/probe\?a=1&nr=\w+$/);
      expect(init).toMatchObject({ mode: 'cors', credentials: 'omit', cache: 'no-store', redirect: 'error' });
      expect(init.headers).toBeUndefined();
    }
  });

  it('writes an IPv6 host in brackets', async () => {
    const browser = fakeBrowser(() => ({}));
    await probe(browser, { name: 'six', host: '2001:db8::1', https: { port: 443, path: '/', scheme: 'https' } });
    expect(browser.asked[0]?.url).toMatch(/^https:\/\/\[2001:db8::1\]:443\/\?nr=/);
  });

  it('asks a relay that no page may read by HEAD, and from then on all', async () => {
    const browser = fakeBrowser((url, { mode }) => (mode === 'no-cors' ? { takesMs: 9, response: opaqueResponse(), entry: { duration: 8 } } : url.includes(':8080') ? refusal() : {}));
    const transport = https(browser);
    const { signal } = new AbortController();
    expect(await transport.probe(node, { signal })).toEqual({ kind: 'https', latencyMs: 8, doubt: ['event-loop'] });
    await transport.probe(nodeAt(8081), { signal });
    expect(browser.asked.map(({ init }) => init.method ?? 'GET')).toEqual(['GET', 'HEAD', 'HEAD', 'HEAD', 'HEAD', 'HEAD', 'HEAD']);
  });

  it('goes on reading answers where a relay is down', async () => {
    const browser = fakeBrowser((url) => (url.includes(':8080') ? refusal() : {}));
    const transport = https(browser);
    const { signal } = new AbortController();
    expect(await errorOf(transport.probe(node, { signal }))).toMatchObject({ name: 'ProbeFailure', code: 'failed', sent: true });
    await transport.probe(nodeAt(8081), { signal });
    expect(browser.asked.map(({ init }) => init.method ?? 'GET')).toEqual(['GET', 'HEAD', 'GET', 'GET', 'GET']);
  });

  it('resolves with the first request\'s time as cold where the second fails', async () => {
    const browser = fakeBrowser((_url, _init, count) => (count === 1 ? { takesMs: 70 } : refusal()));
    expect(await probe(browser)).toEqual({ kind: 'https', latencyMs: 70, doubt: ['cold'] });
  });

  const endless = (): Response => new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(1024)) }));
  it.each([
    { what: 'not found', response: () => new Response(null, { status: 404 }) },
    { what: 'a server error', response: () => new Response('oh', { status: 500 }) },
    { what: 'a body without end', response: endless },
  ])('rejects $what as not the relay\'s, though the first was good', async ({ response }) => {
    expect(await errorOf(probe(fakeBrowser((_url, _init, count) => (count === 1 ? {} : { response: response() }))))).toMatchObject({ name: 'ProbeFailure', code: 'status', sent: true });
  });
});

describe('https on a secure page', () => {
  afterEach(() => { Reflect.deleteProperty(globalThis, 'location'); });

  it.each([
    { scheme: 'https', host: 'relay.test', supported: true },
    { scheme: 'http', host: 'relay.test', supported: false },
    { scheme: 'http', host: '127.0.0.1', supported: true },
    { scheme: 'http', host: '::1', supported: true },
    { scheme: 'http', host: 'relay.localhost', supported: true },
    { scheme: 'http', host: 'localhost.test', supported: false },
  ] as const)('supports $scheme://$host: $supported', ({ scheme, host, supported }) => {
    Object.assign(globalThis, { location: { protocol: 'https:' } });
    expect(https().supports({ name: 'a', host, https: { port: 1, path: '/', scheme } })).toBe(supported);
  });
});
