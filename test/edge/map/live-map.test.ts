import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RelayMapError } from '../../../core/errors.ts';
import type { LogEntry } from '../../../edge/deps.ts';
import { fetchMap } from '../../../edge/map/fetch-map.ts';
import { createLiveMap, type LiveMap } from '../../../edge/map/live-map.ts';
import { mapOf } from '../../maps.ts';
import { errorOf } from '../../until.ts';

describe('a map that is refreshed', () => {
  let nowMs: number;
  let reads: number;
  let logged: LogEntry[];
  let document: () => string | object;
  let live: LiveMap;
  beforeEach(() => {
    nowMs = 1_000_000;
    reads = 0;
    logged = [];
    document = () => mapOf(['a']);
    live = createLiveMap({ read: async () => { reads++; return document(); }, wall: () => nowMs, log: (entry) => logged.push(entry) });
  });
  const codes = async (): Promise<string[]> => (await live.current()).regions.map(({ code }) => code);

  it('is read once for all that ask at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, codes));
    expect(all).toEqual(Array.from({ length: 10 }, () => ['a']));
    expect(reads).toBe(1);
  });

  it('takes text and JSON', async () => {
    document = () => JSON.stringify(mapOf(['b']));
    expect(await codes()).toEqual(['b']);
  });

  it('is read again when it is due, not before', async () => {
    await live.refresh();
    document = () => mapOf(['b']);
    nowMs += 299_999;
    await live.refresh();
    expect(await codes()).toEqual(['a']);
    nowMs += 1;
    await live.refresh();
    expect(await codes()).toEqual(['b']);
  });

  it.each<{ what: string; bad: () => string | object }>([
    { what: 'no JSON', bad: () => '{' },
    { what: 'another document', bad: () => ({ version: 1, regions: [{ id: 1 }] }) },
    { what: 'a source that is down', bad: () => { throw new Error('the relay map\'s URL answers 503'); } },
  ])('keeps the valid one when there comes $what, and says so', async ({ bad }) => {
    await live.refresh();
    document = bad;
    nowMs += 300_000;
    await live.refresh();
    expect(await codes()).toEqual(['a']);
    expect(logged).toEqual([{ level: 'warning', event: 'map-unusable', reason: expect.any(String), served: true }]);
    await live.refresh();
    expect(reads).toBe(2);
    nowMs += 15_000;
    document = () => mapOf(['c']);
    await live.refresh();
    expect(await codes()).toEqual(['c']);
  });

  it('rejects with what is wrong while there was none, and does not ask again at once', async () => {
    document = () => '{';
    expect(await errorOf(Promise.resolve(live.current()))).toBeInstanceOf(RelayMapError);
    expect(await errorOf(Promise.resolve(live.current()))).toBeInstanceOf(RelayMapError);
    expect(reads).toBe(1);
    nowMs += 15_000;
    document = () => mapOf(['a']);
    expect(await codes()).toEqual(['a']);
  });
});

describe('a map at a URL', () => {
  let server: Server;
  let url: string;
  let status: number;
  let body: string;
  beforeEach(async () => {
    status = 200;
    body = 'größer';
    server = createServer((_request, response) => response.writeHead(status, { location: '/elsewhere' }).end(body)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/map.json`;
  });
  afterEach(() => { server.closeAllConnections(); server.close(); });

  it('is its text', async () => expect(await fetchMap(url, fetch)).toBe('größer'));

  it.each([302, 404, 500])('is none where it answers %d', async (answer) => {
    status = answer;
    expect(String(await errorOf(fetchMap(url, fetch)))).toContain(String(answer));
  });

  it('is none where it has no end', async () => {
    body = ' '.repeat(5_000_000);
    expect(String(await errorOf(fetchMap(url, fetch)))).toContain('4194304 bytes');
  });
});
