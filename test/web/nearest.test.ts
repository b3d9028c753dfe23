import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { PickerEvent } from '../../core/events.ts';
import { formatRelayMap } from '../../core/map/format.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { fake } from '../../core/probe/fake.ts';
import { systemClock } from '../../universal/clock.ts';
import { nearest, type NearestOptions } from '../../web/nearest.ts';
import { localStore } from '../../web/store.ts';
import { watchNearest } from '../../web/watch.ts';
import { mapOf } from '../maps.ts';
import { errorOf, until } from '../until.ts';
import { fakeBrowser } from './fake-page.ts';

const map = mapOf(['fra', 'par', 'nyc']);

/** Fakes of the three regions, and when they were closed. */
function relays(latencies: Record<string, number>): { readonly transports: Transport[]; readonly isClosed: () => boolean } {
  let isClosed = false;
  const transport = fake(latencies, systemClock());
  return { transports: [{ ...transport, close() { isClosed = true; return transport.close(); } }], isClosed: () => isClosed };
}

const run = (options: Partial<NearestOptions> & { readonly transports: readonly Transport[] }): ReturnType<typeof nearest> =>
  nearest({ map, store: localStore('test', fakeBrowser().open()), ...options });

describe('nearest', () => {
  it('answers as soon as no other can be nearer, and goes on behind', async () => {
    const { transports, isClosed } = relays({ '1a': 60, '2a': 5, '3a': 250 });
    const browser = fakeBrowser();
    const { home, report, decision } = await run({ transports, store: localStore('test', browser.open()) });
    expect(home).toEqual({ region: map.regions[1], nodes: map.regions[1]?.nodes });
    expect(decision).toMatchObject({ home: '2', state: 'provisional' });
    expect(decision.sure).toBeGreaterThanOrEqual(0.95);
    expect(report.partial).toBe(true);
    expect(report.regions['3']).toMatchObject({ pending: true });
    expect(isClosed()).toBe(false);
    await until(isClosed);
    expect(browser.storage.get('test')).toContain('"home":"2"');
  });

  it('gives a region that must connect first as long again as the nearest took', async () => {
    const waitMs = 40;
    // Nearer, and later to answer: a connection takes its round trips.
    const slowStart: Transport = { ...fake({ '1a': 1 }, systemClock()), name: 'https', kind: 'https', probe: async () => { await systemClock().sleep(waitMs); return { kind: 'https', latencyMs: 1 }; } };
    const datagrams: Transport = { ...fake({ '2a': 5, '3a': 5 }, systemClock()), name: 'ice', kind: 'ice', supports: ({ name }) => name !== '1a', probe: async () => { await systemClock().sleep(5); return { kind: 'ice', latencyMs: 5 }; } };
    expect((await run({ transports: [datagrams, slowStart] })).home?.region.id).toBe('1');
  });

  it('does not wait for it for ever', async () => {
    const dead: Transport = { ...fake({ '1a': Infinity }, systemClock()), name: 'https', kind: 'https', supports: ({ name }) => name === '1a' };
    const live: Transport = { ...fake({}, systemClock()), name: 'websocket', kind: 'websocket', supports: ({ name }) => name !== '1a', probe: async ({ name }) => { await systemClock().sleep(5); return { kind: 'websocket', latencyMs: name === '2a' ? 3 : 90 }; } };
    const began = performance.now();
    const { home, report } = await run({ map: mapOf(['fra', 'par', 'nyc'], { websocket: 'wss://relay.test/' }), transports: [dead, live] });
    expect(home?.region.id).toBe('2');
    expect(report.regions['1']).toMatchObject({ pending: true });
    expect(performance.now() - began).toBeGreaterThan(100);
  });

  it('waits for the whole report where that is wanted', async () => {
    const { transports, isClosed } = relays({ '1a': 20, '2a': 5, '3a': 10 });
    const { report, decision } = await run({ transports, until: 'complete' });
    expect(decision).toMatchObject({ home: '2', state: 'settled' });
    expect(report.partial).toBeUndefined();
    expect(Object.values(report.regions).map(({ latencyMs }) => latencyMs)).toEqual([20, 5, 10]);
    expect(isClosed()).toBe(true);
  });

  it('gives no home where nothing answers', async () => {
    const { transports } = relays({ '1a': Infinity, '2a': Infinity, '3a': Infinity });
    const found = await run({ transports });
    expect(found).not.toHaveProperty('home');
    expect(found.decision).toMatchObject({ state: 'unreachable', reason: 'no-answer' });
  });

  it('rejects when its signal aborts, and closes all', async () => {
    const { transports, isClosed } = relays({ '1a': Infinity, '2a': Infinity, '3a': Infinity });
    const controller = new AbortController();
    const error = errorOf(run({ transports, signal: controller.signal }));
    controller.abort(new Error('enough'));
    expect(await error).toMatchObject({ message: 'enough' });
    await until(isClosed);
  });

  it('knows where it was, and says so at once', async () => {
    const store = localStore('test', fakeBrowser().open());
    await run({ ...relays({ '1a': 20, '2a': 5, '3a': 10 }), store, until: 'complete' });
    const { decision } = await run({ ...relays({ '1a': 20, '2a': 11, '3a': 10 }), store, until: 'complete' });
    expect(decision).toMatchObject({ home: '2', previous: '2', changed: false, reason: 'gain-too-small' });
  });

  it('goes on without a store', async () => {
    const events: PickerEvent[] = [];
    const { home } = await run({ ...relays({ '1a': 1, '2a': 9, '3a': 9 }), store: localStore('test', {}), onEvent: (event) => events.push(event) });
    expect(home?.region.id).toBe('1');
    expect(events).toContainEqual(expect.objectContaining({ type: 'note', code: 'store-unreadable' }));
  });
});

describe('a map by its URL', () => {
  const ends: (() => void)[] = [];
  afterEach(() => { for (const end of ends.splice(0)) end(); });
  async function serve(status: number, body: string): Promise<string> {
    const server = createServer((_, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body));
    await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
    ends.push(() => { server.closeAllConnections(); server.close(); });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/relays.json?token=secret`;
  }

  it('is fetched, and named in the report without what may be secret', async () => {
    const url = await serve(200, JSON.stringify(formatRelayMap(map)));
    const { home, report } = await run({ map: url, ...relays({ '1a': 1, '2a': 9, '3a': 9 }), until: 'complete' });
    expect(home?.region.code).toBe('fra');
    expect(report.mapSource).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/relays\.json$/);
  });

  it.each([
    { what: 'is not there', status: 404, body: '', says: /^the relay map at http:\S+\/relays\.json cannot be had: status 404$/, code: 'fetch' },
    { what: 'is no JSON', status: 200, body: '<!doctype html>', says: /^the relay map at http:\S+: not JSON/, code: 'json' },
    { what: 'has no end in sight', status: 200, body: ' '.repeat(33_554_433), says: /has more than 33554432 bytes$/, code: 'fetch' },
    { what: 'is no map', status: 200, body: '{"version":1,"regions":[{}]}', says: /^regions\[0\]/, code: 'missing' },
  ])('that $what: says so', async ({ status, body, says, code }) => {
    const error = await errorOf(nearest({ map: await serve(status, body) }));
    expect(error).toMatchObject({ name: 'RelayMapError', code, message: expect.stringMatching(says) });
    expect(String(error)).not.toContain('secret');
  });

  it('where nobody listens: says so', async () => {
    expect(await errorOf(nearest({ map: new URL('http://user:pass@127.0.0.1:1/relays.json') }))).toMatchObject({ code: 'fetch', message: expect.stringMatching(/^the relay map at http:\/\/127\.0\.0\.1:1\/relays\.json cannot be had/) });
  });

  it('is given up when the signal aborts', async () => {
    expect(await errorOf(nearest({ map: await serve(200, '{}'), signal: AbortSignal.abort(new Error('enough')) }))).toMatchObject({ message: 'enough' });
  });
});

describe('with an edge', () => {
  const ends: (() => void)[] = [];
  afterEach(() => { for (const end of ends.splice(0)) end(); });
  async function serveEdge(answers: Readonly<Record<string, string>>): Promise<{ edge: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.writeHead(answers[url] === undefined ? 404 : 200).end(answers[url]);
    });
    await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
    ends.push(() => { server.closeAllConnections(); server.close(); });
    return { edge: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }
  const many = mapOf(Array.from({ length: 20 }, (_, index) => `r${index}`));
  const latencies = Object.fromEntries(many.regions.map(({ nodes }, index) => [nodes[0]?.name ?? '', index === 16 ? 2 : 40 + index]));
  const hint = JSON.stringify({ location: 'FRA', ranked: ['16', '17', '18'], ageMs: 0 });

  it('its map is taken, and the hint’s regions are measured before all others', async () => {
    const { edge, asked } = await serveEdge({ '/v1/relays': JSON.stringify(formatRelayMap(many)), '/v1/hint': hint });
    const events: PickerEvent[] = [];
    const { home, report } = await nearest({ edge, ...relays(latencies), store: localStore('test', {}), until: 'complete', onEvent: (event) => events.push(event) });
    expect(home?.region.id).toBe('17');
    expect(report.mapSource).toBe(`${edge}/v1/relays`);
    expect(asked.sort()).toEqual(['/v1/hint', '/v1/relays']);
    const probed = events.flatMap((event) => (event.type === 'probe' ? [event.region] : []));
    expect(probed.indexOf('17')).toBeLessThan(5);
    expect(new Set(probed).size).toBe(20);
  });

  it('that does not answer changes nothing but for a note', async () => {
    const { edge } = await serveEdge({});
    const events: PickerEvent[] = [];
    const { home } = await nearest({ map: many, edge, ...relays(latencies), store: localStore('test', {}), until: 'complete', onEvent: (event) => events.push(event) });
    expect(home?.region.id).toBe('17');
    expect(events).toContainEqual(expect.objectContaining({ type: 'note', code: 'edge', message: 'no hint from the edge: status 404' }));
  });

  it('or a map there must be', async () => {
    expect(await errorOf(nearest({}))).toMatchObject({ name: 'TypeError', message: 'neither a map nor an edge is given' });
    const { edge } = await serveEdge({});
    expect(await errorOf(nearest({ edge }))).toMatchObject({ name: 'RelayMapError', code: 'fetch' });
  });

  it('is watched with as well', async () => {
    const { edge, asked } = await serveEdge({ '/v1/relays': JSON.stringify(formatRelayMap(many)), '/v1/hint': hint });
    for await (const { home } of watchNearest({ edge, ...relays(latencies), store: localStore('test', {}) })) {
      expect(home?.region.id).toBe('17');
      break;
    }
    expect(asked.sort()).toEqual(['/v1/hint', '/v1/relays']);
  });
});

describe('watchNearest', () => {
  it('gives report after report until its signal aborts, and closes all', async () => {
    const { transports, isClosed } = relays({ '1a': 5, '2a': 9, '3a': 9 });
    const stop = new AbortController();
    const seen: (string | undefined)[] = [];
    for await (const { home } of watchNearest({ map, transports, store: localStore('test', {}), signal: stop.signal })) {
      seen.push(home?.region.code);
      stop.abort();
    }
    expect(seen).toEqual(['fra']);
    expect(isClosed()).toBe(true);
  });
});
