import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RelayNode } from '../../../core/model/map.ts';
import { tcp } from '../../../node/transports/tcp.ts';
import { describeTransport } from '../../contract/transport.ts';
import { hasIpv6 } from '../../servers/ipv6.ts';
import type { TcpServer } from '../../servers/tcp-server.ts';
import { closedPort, startBlackHole, startTcpServer } from '../../servers/tcp-server.ts';

const nodeAt = (port: number): RelayNode => ({ name: `at ${port}`, host: 'relay.test', ipv4: '127.0.0.1', ipv6: 'none', derp: { port } });

let silent: TcpServer;
beforeAll(async () => { silent = await startBlackHole(); });
afterAll(() => silent.close());

describeTransport('tcp', async () => {
  const live = await startTcpServer();
  const live6 = hasIpv6 ? await startTcpServer(undefined, '::1') : undefined;
  return {
    create: (resolver) => tcp({ resolver }),
    live: nodeAt(live.port),
    ...(live6 && { live6: { ...nodeAt(live6.port), ipv4: 'none', ipv6: '::1' } }),
    slow: nodeAt(live.port),
    silent: nodeAt(silent.port),
    closed: nodeAt(await closedPort()),
    named: { name: 'named', host: 'relay.test', derp: { port: live.port } },
    heard: () => live.accepted,
    close: async () => { await Promise.all([live, live6].map((server) => server?.close())); },
  };
}, { optOut: { 'tells two relays apart': 'a handshake is answered by the system, which no test server can delay' } });

describe('tcp', () => {
  const base = { name: 'a', host: 'relay.test' };

  it.each<{ node: RelayNode; supported: boolean }>([
    { node: { ...base, derp: { port: 1 } }, supported: true },
    { node: { ...base, https: { port: 1, path: '/', scheme: 'https' } }, supported: true },
    { node: { ...base, stun: { port: 1, dialect: 'plain' } }, supported: false },
    { node: { ...base, derp: { port: 1 }, ipv4: 'none', ipv6: 'none' }, supported: false },
    { node: { ...base, derp: { port: 1 }, ipv4: 'none' }, supported: true },
  ])('supports $node: $supported', ({ node, supported }) => {
    expect(tcp().supports(node)).toBe(supported);
  });

  it('connects to the DERP port rather than to that of HTTPS', async () => {
    const server = await startTcpServer();
    const sample = await tcp().probe({ ...nodeAt(server.port), https: { port: await closedPort(), path: '/', scheme: 'https' } }, { signal: new AbortController().signal });
    expect(sample).toMatchObject({ kind: 'tcp', family: 4 });
    await server.close();
  });
});
