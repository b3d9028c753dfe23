import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { askEdge, edgeUrl } from '../../universal/edge.ts';
import { edgeMap } from '../../universal/edge-map.ts';
import { mapOf } from '../maps.ts';
import { errorOf } from '../until.ts';

const map = mapOf(['fra', 'par']);
const hint = JSON.stringify({ location: 'FRA', ranked: ['2', '1'], ageMs: 5 });
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closers.push(() => new Promise((done) => {
    server.closeAllConnections();
    server.close(() => done());
  }));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function ask(edge: string | URL, signal?: AbortSignal) {
  const notes: string[] = [];
  const { prior, end } = askEdge(edge, Promise.resolve(map), { signal, note: (code, message) => notes.push(`${code}: ${message}`) });
  return { prior: await prior, notes, end };
}

describe('askEdge', () => {
  it('asks for the hint and nothing else, without credentials', async () => {
    const asked: unknown[] = [];
    const edge = await serve((request, response) => {
      asked.push([request.method, request.url, request.headers.cookie, request.headers.authorization]);
      response.end(hint);
    });
    for (const one of [edge, `${edge}/`, new URL(edge)]) expect(await ask(one)).toMatchObject({ prior: { ranked: ['2', '1'], ageMs: 5 }, notes: [] });
    expect(asked).toEqual(Array.from({ length: 3 }, () => ['GET', '/v1/hint', undefined, undefined]));
  });

  it.each<{ name: string; answer: RequestListener; says: string }>([
    { name: 'an error', answer: (_, response) => void response.writeHead(503).end(hint), says: 'status 503' },
    { name: 'no hint', answer: (_, response) => void response.end('<html>'), says: 'its answer is no hint for this map' },
    { name: 'a hint for another map', answer: (_, response) => void response.end('{"ranked":["x"],"ageMs":0}'), says: 'its answer is no hint for this map' },
    { name: 'a redirect', answer: (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), says: '' },
    { name: 'a broken answer', answer: (_, response) => void response.socket?.destroy(), says: '' },
    { name: 'more than any hint is', answer: (_, response) => { const timer = setInterval(() => response.write('x'.repeat(65_536)), 1); response.on('close', () => clearInterval(timer)); }, says: 'more than 262144 bytes' },
  ])('$name is a note, and no prior', async ({ answer, says }) => {
    const { prior, notes } = await ask(await serve(answer));
    expect(prior).toBeUndefined();
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(`edge: no hint from the edge: ${says}`);
  });

  it('so is nobody there', async () => {
    expect((await ask('http://127.0.0.1:1')).notes).toHaveLength(1);
    expect((await ask('no url')).notes).toHaveLength(1);
  });

  it.each(['the signal', 'end'])('is given up by %s, without a word', async (by) => {
    let closed = (): void => {};
    const isClosed = new Promise<void>((done) => { closed = done; });
    const controller = new AbortController();
    let asked = (): void => {};
    const isAsked = new Promise<void>((done) => { asked = done; });
    const edge = await serve((request) => {
      request.on('close', closed);
      asked();
    });
    const notes: string[] = [];
    const { prior, end } = askEdge(edge, Promise.resolve(map), { signal: controller.signal, note: (code) => notes.push(code) });
    await isAsked;
    if (by === 'end') end();
    else controller.abort();
    expect(await prior).toBeUndefined();
    await isClosed;
    expect(notes).toEqual([]);
  });

  it('does without where the map cannot be had', async () => {
    const edge = await serve((_, response) => void response.end(hint));
    const { prior } = askEdge(edge, Promise.reject(new Error('no map')), { note: () => {} });
    expect(await prior).toBeUndefined();
  });
});

describe('edgeMap', () => {
  it('is the one that the edge serves', async () => {
    const edge = await serve((request, response) => void response.end(request.url === '/v1/relays' ? JSON.stringify(map) : ''));
    expect((await edgeMap(edge)).regions.map(({ code }) => code)).toEqual(['fra', 'par']);
  });

  it('or an error that says what is wrong', async () => {
    expect(await errorOf(edgeMap(await serve((_, response) => void response.writeHead(500).end())))).toMatchObject({ name: 'RelayMapError', code: 'fetch', message: expect.stringContaining('status 500') as unknown });
    expect(await errorOf(edgeMap(await serve((_, response) => void response.end('{}{'))))).toMatchObject({ name: 'RelayMapError', code: 'json' });
    const reason = new Error('enough');
    expect(await errorOf(edgeMap('http://127.0.0.1:1', AbortSignal.abort(reason)))).toBe(reason);
  });
});

it.each([['https://edge.test', 'https://edge.test/v1/hint'], ['https://edge.test/', 'https://edge.test/v1/hint'], ['/edge', '/edge/v1/hint'], ['https://a.test/e//', 'https://a.test/e/v1/hint']])('edgeUrl of %s', (edge, url) => {
  expect(edgeUrl(edge, '/v1/hint')).toBe(url);
});
