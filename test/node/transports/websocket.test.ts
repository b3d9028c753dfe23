import { afterEach, describe, expect, it } from 'vitest';
import type { RelayNode } from '../../../core/model/map.ts';
import type { WebSocketOptions } from '../../../node/transports/websocket.ts';
import { websocket } from '../../../node/transports/websocket.ts';
import { describeTransport, slowMs } from '../../contract/transport.ts';
import { certificate, certificateDigest } from '../../servers/certificate.ts';
import type { EchoServerOptions } from '../../servers/echo-server.ts';
import { startEchoServer } from '../../servers/echo-server.ts';
import { startHttpServer } from '../../servers/http-server.ts';
import { hasIpv6 } from '../../servers/ipv6.ts';
import { closedPort, startTcpServer } from '../../servers/tcp-server.ts';
import { errorOf, until } from '../../until.ts';

const nodeAt = (port: number, more: Partial<RelayNode> = {}): RelayNode => ({
  name: `at ${port}`, host: 'relay.test', ipv4: '127.0.0.1', ipv6: 'none', websocket: `wss://relay.test:${port}/echo`, ...more,
});

describeTransport('websocket (node)', async () => {
  const live = await startEchoServer({ scheme: 'wss' });
  const live6 = hasIpv6 ? await startEchoServer({ scheme: 'wss', address: '::1' }) : undefined;
  const slow = await startEchoServer({ scheme: 'wss', behave: (socket, message) => setTimeout(() => socket.send(message), slowMs) });
  const silent = await startTcpServer();
  return {
    create: (resolver) => websocket({ resolver, ca: certificate }),
    live: nodeAt(live.port),
    ...(live6 && { live6: nodeAt(live6.port, { ipv4: 'none', ipv6: '::1' }) }),
    slow: nodeAt(slow.port),
    silent: nodeAt(silent.port),
    silentWasAsked: () => silent.accepted > 0,
    closed: nodeAt(await closedPort()),
    named: { name: 'named', host: 'relay.test', websocket: `wss://relay.test:${live.port}` },
    heard: () => live.messages,
    close: async () => { await Promise.all([live, live6, slow, silent].map((server) => server?.close())); },
  };
});

describe('websocket in Node', () => {
  const toClose: { close(): Promise<void> }[] = [];
  afterEach(async () => { await Promise.all(toClose.splice(0).map((server) => server.close())); });
  const start = async (options?: EchoServerOptions): ReturnType<typeof startEchoServer> => {
    const server = await startEchoServer(options);
    toClose.push(server);
    return server;
  };
  const probe = (node: RelayNode, options: WebSocketOptions = { ca: certificate }): ReturnType<ReturnType<typeof websocket>['probe']> =>
    websocket(options).probe(node, { family: 4, signal: new AbortController().signal });

  it('speaks plain WebSocket where the URL says so, and leaves no connection', async () => {
    const server = await start();
    expect(await probe(nodeAt(server.port, { websocket: `ws://relay.test:${server.port}` }))).toMatchObject({ kind: 'websocket', family: 4 });
    expect(server.messages).toBe(2);
    await until(() => server.open === 0);
  });

  it.each<{ what: string; node: (port: number) => Partial<RelayNode>; options?: WebSocketOptions; ok: boolean }>([
    { what: 'unknown', node: () => ({}), options: {}, ok: false },
    { what: 'pinned', node: () => ({ certificate: `sha256-raw:${certificateDigest}` }), options: {}, ok: true },
    { what: 'another than pinned', node: () => ({ certificate: `sha256-raw:${'0'.repeat(64)}` }), ok: false },
    { what: 'unknown, where the map takes any', node: () => ({ insecure: true }), options: {}, ok: true },
    { what: 'unknown, where the caller takes any', node: () => ({}), options: { insecure: true }, ok: true },
    { what: 'pinned by the node, of a URL with another host', node: (port) => ({ certificate: `sha256-raw:${certificateDigest}`, websocket: `wss://127.0.0.1:${port}` }), options: {}, ok: false },
  ])('certificate $what: $ok', async ({ node, options, ok }) => {
    const server = await start({ scheme: 'wss' });
    const outcome = probe(nodeAt(server.port, node(server.port)), options);
    if (ok) expect(await outcome).toMatchObject({ kind: 'websocket' });
    else expect(await errorOf(outcome)).toMatchObject({ name: 'ProbeFailure', code: 'tls' });
    expect(server.messages).toBe(ok ? 2 : 0);
  });

  it('rejects a server that does not speak WebSocket', async () => {
    const server = await startHttpServer();
    toClose.push(server);
    expect(await errorOf(probe(nodeAt(server.port)))).toMatchObject({ name: 'ProbeFailure', code: 'status', sent: true });
  });

  it('rejects an answer longer than any echo', async () => {
    const server = await start({ behave: (socket) => socket.send(Buffer.alloc(65)) });
    expect(await errorOf(probe(nodeAt(server.port, { websocket: `ws://relay.test:${server.port}` })))).toMatchObject({ code: 'status' });
  });

  it.each([
    { websocket: 'wss://relay.test/echo', supported: true },
    { websocket: 'WS://relay.test', supported: true },
    { websocket: 'https://relay.test/', supported: false },
    { websocket: 'wss://', supported: false },
    { websocket: '', supported: false },
  ])('supports $websocket: $supported', ({ websocket: url, supported }) => {
    expect(websocket().supports(nodeAt(1, { websocket: url }))).toBe(supported);
  });
});
