import { afterEach, describe, expect, it } from 'vitest';
import type { RelayNode } from '../../../core/model/map.ts';
import type { HttpsOptions } from '../../../node/transports/https.ts';
import { https } from '../../../node/transports/https.ts';
import { describeTransport, slowMs } from '../../contract/transport.ts';
import { certificate, certificateDigest } from '../../servers/certificate.ts';
import type { HttpServerOptions } from '../../servers/http-server.ts';
import { startHttpServer } from '../../servers/http-server.ts';
import { hasIpv6 } from '../../servers/ipv6.ts';
import { closedPort, startTcpServer } from '../../servers/tcp-server.ts';
import { errorOf, until } from '../../until.ts';

const nodeAt = (port: number, more: Partial<RelayNode> = {}): RelayNode => ({
  name: `at ${port}`, host: 'relay.test', ipv4: '127.0.0.1', ipv6: 'none', https: { port, path: '/derp/probe', scheme: 'https' }, ...more,
});

describeTransport('https', async () => {
  const live = await startHttpServer();
  const live6 = hasIpv6 ? await startHttpServer({ address: '::1' }) : undefined;
  const slow = await startHttpServer({ answer: (response) => setTimeout(() => response.writeHead(204).end(), slowMs) });
  const silent = await startTcpServer();
  return {
    create: (resolver) => https({ resolver, ca: certificate }),
    live: nodeAt(live.port),
    ...(live6 && { live6: nodeAt(live6.port, { ipv4: 'none', ipv6: '::1' }) }),
    slow: nodeAt(slow.port),
    silent: nodeAt(silent.port),
    silentWasAsked: () => silent.accepted > 0,
    closed: nodeAt(await closedPort()),
    named: { name: 'named', host: 'relay.test', https: { port: live.port, path: '/', scheme: 'https' } },
    heard: () => live.connections.length,
    close: async () => { await Promise.all([live, live6, slow, silent].map((server) => server?.close())); },
  };
});

describe('https', () => {
  const toClose: { close(): Promise<void> }[] = [];
  afterEach(async () => { await Promise.all(toClose.splice(0).map((server) => server.close())); });
  const start = async (options?: HttpServerOptions): ReturnType<typeof startHttpServer> => {
    const server = await startHttpServer(options);
    toClose.push(server);
    return server;
  };
  const probe = (node: RelayNode, options: HttpsOptions = { ca: certificate }, signal = new AbortController().signal): ReturnType<ReturnType<typeof https>['probe']> =>
    https(options).probe(node, { family: 4, signal });

  /** One to warm up, and up to five to time; on a machine that stood still meanwhile one. */
  const expectRequests = ({ length }: { length: number }): void => {
    expect(length).toBeGreaterThanOrEqual(2);
    expect(length).toBeLessThanOrEqual(6);
  };

  it('sends its requests over one connection, by the name of the relay', async () => {
    const server = await start();
    expect(await probe(nodeAt(server.port))).not.toHaveProperty('mapped');
    expect(new Set(server.requests.map((request) => JSON.stringify(request)))).toEqual(new Set([JSON.stringify({ url: '/derp/probe', host: `relay.test:${server.port}` })]));
    expectRequests(server.requests);
    expect(server.connections).toHaveLength(1);
  });

  it.each<{ what: string; delaysMs: readonly number[]; belowMs: number }>([
    { what: 'asks until two figures agree, and takes the lowest', delaysMs: [0, 120, 0, 0], belowMs: 100 },
    { what: 'gives up on agreement in time', delaysMs: [0, 160, 0, 0], belowMs: 1_000 },
  ])('$what', async ({ delaysMs, belowMs }) => {
    const server = await start({ answer: (response, count) => setTimeout(() => response.writeHead(204).end(), delaysMs[count - 1] ?? 0) });
    expect((await probe(nodeAt(server.port))).latencyMs).toBeLessThan(belowMs);
    expectRequests(server.requests);
  });

  it('speaks plain HTTP where the map says so', async () => {
    const server = await start({ scheme: 'http' });
    expect(await probe(nodeAt(server.port, { https: { port: server.port, path: '/x', scheme: 'http' } }))).toMatchObject({ kind: 'https' });
    expectRequests(server.requests);
  });

  it('does not count the first request', async () => {
    const server = await start({ answer: (response, count) => setTimeout(() => response.writeHead(204).end(), count === 1 ? 300 : 0) });
    expect((await probe(nodeAt(server.port))).latencyMs).toBeLessThan(250);
  });

  describe('when only the first request is answered', () => {
    it('resolves with that one as cold on abort', async () => {
      const server = await start({ answer: (response, count) => { if (count === 1) response.writeHead(204).end(); } });
      const controller = new AbortController();
      const sample = probe(nodeAt(server.port), undefined, controller.signal);
      await until(() => server.requests.length === 2);
      controller.abort();
      expect(await sample).toMatchObject({ kind: 'https', family: 4, doubt: ['cold'] });
    });

    it.each<{ what: string; answer: NonNullable<HttpServerOptions['answer']> }>([
      { what: 'says that it will not keep the connection', answer: (response) => response.writeHead(204, { connection: 'close' }).end() },
      { what: 'cuts the connection', answer: (response, count) => (count === 1 ? response.writeHead(204).end() : response.socket?.destroy()) },
    ])('resolves with that one as cold where the server $what', async ({ answer }) => {
      const server = await start({ answer });
      expect(await probe(nodeAt(server.port))).toMatchObject({ kind: 'https', doubt: ['cold'] });
      expect(server.connections).toHaveLength(1);
    });

    it('is no answer while its head has not come', async () => {
      const server = await start({ answer: () => {} });
      const controller = new AbortController();
      const error = errorOf(probe(nodeAt(server.port), undefined, controller.signal));
      await until(() => server.requests.length === 1);
      controller.abort();
      expect(await error).toMatchObject({ code: 'no-answer', sent: true });
    });
  });

  it.each<{ what: string; answer: NonNullable<HttpServerOptions['answer']> }>([
    { what: 'a redirect', answer: (response) => response.writeHead(302, { location: 'https://elsewhere.test/' }).end() },
    { what: 'not found', answer: (response) => response.writeHead(404).end() },
    { what: 'a server error at the second request', answer: (response, count) => response.writeHead(count === 1 ? 204 : 503).end() },
    { what: 'a body without end', answer: (response) => { response.writeHead(200); const more = (): void => { if (!response.destroyed) response.write(Buffer.alloc(1024), more); }; more(); } },
    { what: 'a head of 20 kB', answer: (response) => response.writeHead(200, { 'x-long': 'x'.repeat(20_000) }).end() },
    { what: 'what is no HTTP', answer: (response) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n') },
  ])('rejects $what as not the relay\'s', async ({ answer }) => {
    const server = await start({ answer });
    expect(await errorOf(probe(nodeAt(server.port)))).toMatchObject({ name: 'ProbeFailure', code: 'status', sent: true });
  });

  it('takes a small body', async () => {
    const server = await start({ answer: (response) => response.writeHead(200).end('ok') });
    expect(await probe(nodeAt(server.port))).toMatchObject({ kind: 'https' });
    expectRequests(server.requests);
  });

  const pin = `sha256-raw:${certificateDigest}`;
  const wrongPin = `sha256-raw:${'0'.repeat(64)}`;

  it.each<{ what: string; node?: Partial<RelayNode>; options?: HttpsOptions; ok: boolean }>([
    { what: 'a certificate that the system does not know', options: {}, ok: false },
    { what: 'one of a known authority', ok: true },
    { what: 'one of a known authority for another name', node: { host: 'other.test' }, ok: false },
    { what: 'one for the server name where that is not the host', node: { host: 'other.test', serverName: 'relay.test' }, ok: true },
    { what: 'one for a name where the host is an address', node: { host: '127.0.0.1' }, ok: false },
    { what: 'the pinned one, unknown', node: { certificate: pin }, options: {}, ok: true },
    { what: 'the pinned one, in capitals, for another name', node: { certificate: `sha256-raw:${certificateDigest.toUpperCase()}`, host: 'other.test' }, options: {}, ok: true },
    { what: 'another than the pinned one, though known', node: { certificate: wrongPin }, ok: false },
    { what: 'any where the pin is malformed', node: { certificate: 'sha256-raw:12' }, ok: false },
    { what: 'any where the map says so', node: { insecure: true }, options: {}, ok: true },
    { what: 'any where the caller says so', options: { insecure: true }, ok: true },
    { what: 'any by the caller, though another is pinned', node: { certificate: wrongPin }, options: { insecure: true }, ok: true },
  ])('certificate: $what: $ok', async ({ node, options, ok }) => {
    const server = await start();
    const outcome = probe(nodeAt(server.port, node), options);
    if (ok) expect(await outcome).toMatchObject({ kind: 'https' });
    else expect(await errorOf(outcome)).toMatchObject({ name: 'ProbeFailure', code: 'tls', sent: true });
    if (ok) expectRequests(server.requests);
    else expect(server.requests).toEqual([]);
  });

  it('says that TLS failed where the server does not speak it', async () => {
    const server = await startTcpServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    toClose.push(server);
    expect(await errorOf(probe(nodeAt(server.port)))).toMatchObject({ code: 'tls', sent: true });
  });

  it('rejects a path that no request can have', async () => {
    const server = await start();
    expect(await errorOf(probe(nodeAt(server.port, { https: { port: server.port, path: '/\r\nX: y', scheme: 'https' } })))).toMatchObject({ code: 'failed' });
    expect(server.requests).toHaveLength(0);
  });
});
