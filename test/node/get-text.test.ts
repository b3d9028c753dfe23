import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { getText } from '../../node/get-text.ts';
import { errorOf } from '../until.ts';

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

const bounds = { timeoutMs: 2_000, maxBytes: 1_000, signals: [] };

describe('getText', () => {
  it('reads all of the answer, of one request without credentials', async () => {
    const asked: unknown[] = [];
    const url = await serve((request, response) => {
      asked.push([request.method, request.url, request.headers.cookie, request.headers.authorization]);
      response.write('prêt ');
      response.end('à porter');
    });
    expect(await getText(`${url}/v1/hint?a=b`, bounds)).toBe('prêt à porter');
    expect(asked).toEqual([['GET', '/v1/hint?a=b', undefined, undefined]]);
  });

  it.each<{ name: string; answer: RequestListener; says: RegExp; timeoutMs?: number }>([
    { name: 'an error', answer: (_, response) => void response.writeHead(503).end('text'), says: /^status 503$/ },
    { name: 'a redirect', answer: (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), says: /^status 302$/ },
    { name: 'a broken answer', answer: (_, response) => void response.socket?.destroy(), says: /./ },
    { name: 'half an answer', answer: (_, response) => { response.writeHead(200, { 'content-length': '10' }); response.write('half', () => response.socket?.destroy()); }, says: /./ },
    { name: 'more than is wanted', answer: (_, response) => void response.end('x'.repeat(1_001)), says: /^more than 1000 bytes$/ },
    { name: 'no answer', answer: () => {}, timeoutMs: 30, says: /^no answer within 0\.03 s$/ },
    { name: 'an answer without end', answer: (_, response) => void response.write('x'), timeoutMs: 30, says: /^no answer within 0\.03 s$/ },
  ])('$name is an error', async ({ answer, says, timeoutMs = 2_000 }) => {
    expect((await errorOf(getText(await serve(answer), { ...bounds, timeoutMs })) as Error).message).toMatch(says);
  });

  it.each(['no url', 'ftp://127.0.0.1/', 'http://127.0.0.1:1/', 'http://user:word@127.0.0.1/'])('so is %s', async (url) => {
    expect(await errorOf(getText(url, bounds))).toBeInstanceOf(Error);
  });

  it.each(['before', 'while it waits', 'while it reads'])('is given up by a signal %s', async (when) => {
    const controller = new AbortController();
    let closed = (): void => {};
    const isClosed = new Promise<void>((done) => { closed = done; });
    const url = await serve((request, response) => {
      request.socket.on('close', closed);
      if (when === 'while it reads') response.write('x', () => controller.abort());
      else controller.abort();
    });
    if (when === 'before') controller.abort();
    expect(await errorOf(getText(url, { ...bounds, signals: [controller.signal] }))).toMatchObject({ name: 'AbortError' });
    if (when !== 'before') await isClosed;
  });
});
