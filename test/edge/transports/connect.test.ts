import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RelayNode } from '../../../core/model/map.ts';
import type { Connect } from '../../../edge/transports/connect.ts';
import { tcp } from '../../../edge/transports/connect.ts';
import { describeTransport } from '../../contract/transport.ts';
import { hasIpv6 } from '../../servers/ipv6.ts';
import type { TcpServer } from '../../servers/tcp-server.ts';
import { closedPort, startBlackHole, startTcpServer } from '../../servers/tcp-server.ts';
import { errorOf } from '../../until.ts';
import { fakeConnect } from './fake-connect.ts';

const nodeAt = (port: number): RelayNode => ({ name: `at ${port}`, host: 'relay.test', ipv4: '127.0.0.1', ipv6: 'none', derp: { port } });

let silent: TcpServer;
beforeAll(async () => { silent = await startBlackHole(); });
afterAll(() => silent.close());

const sockets = fakeConnect();
afterEach(() => expect(sockets.open()).toBe(0));

const byPlatform = 'the platform asks DNS, out of our sight';

describeTransport('tcp (edge) over sockets of Node', async () => {
  const live = await startTcpServer();
  const live6 = hasIpv6 ? await startTcpServer(undefined, '::1') : undefined;
  return {
    create: () => tcp({ connect: sockets.connect }),
    live: nodeAt(live.port),
    ...(live6 && { live6: { ...nodeAt(live6.port), ipv4: 'none', ipv6: '::1' } }),
    slow: nodeAt(live.port),
    silent: nodeAt(silent.port),
    closed: nodeAt(await closedPort()),
    named: { name: 'named', host: 'localhost', derp: { port: live.port } },
    heard: () => live.accepted,
    close: async () => { await Promise.all([live, live6].map((server) => server?.close())); },
  };
}, { optOut: {
  'tells two relays apart': 'a handshake is answered by the system, which no test server can delay',
  'says when the name has no address': byPlatform,
  'does not wait for DNS for ever': byPlatform,
  'can be aborted while DNS is asked': byPlatform,
  'ends a probe that waits for DNS when it is closed': byPlatform,
} });

/** A platform whose handshakes take these times, by a clock of its own; after them it refuses. */
function scripted(handshakesMs: readonly number[], refusal = 'proxy request failed, cannot connect to the specified address'): { connect: Connect; now: () => number; asked: { hostname: string; port: number }[] } {
  let clockMs = 0;
  const asked: { hostname: string; port: number }[] = [];
  return {
    asked,
    now: () => clockMs,
    connect(address) {
      const tookMs = handshakesMs[asked.push(address) - 1];
      const opened = tookMs === undefined ? Promise.reject(new Error(refusal)) : Promise.resolve().then(() => { clockMs += tookMs; });
      return { opened, closed: opened, close: () => opened };
    },
  };
}

describe('tcp at the edge', () => {
  const signal = new AbortController().signal;
  const node = nodeAt(443);

  it.each<{ what: string; handshakesMs: number[]; latencyMs: number; leastMs?: number }>([
    { what: 'the fastest of its tries', handshakesMs: [40, 12, 13, 12], latencyMs: 12 },
    { what: 'what it had when a later try failed', handshakesMs: [40, 13], latencyMs: 13 },
    { what: 'half a step of the clock for what took less', handshakesMs: [0, 0, 0, 0], leastMs: 0.5, latencyMs: 0.5 },
  ])('reports $what', async ({ handshakesMs, latencyMs, leastMs = 0 }) => {
    expect(await tcp({ ...scripted(handshakesMs), leastMs }).probe(node, { signal })).toEqual({ kind: 'tcp', latencyMs, family: 4 });
  });

  it.each<{ what: string; connect: Connect; sent: boolean; code: string }>([
    { what: 'fails', connect: scripted([]).connect, sent: true, code: 'failed' },
    { what: 'is refused', connect: scripted([], 'connection refused').connect, sent: true, code: 'refused' },
    { what: 'is forbidden at once', connect: () => { throw new TypeError('not permitted'); }, sent: false, code: 'failed' },
  ])('says so when the connection $what', async ({ connect, sent, code }) => {
    expect(await errorOf(tcp({ connect }).probe(node, { signal }))).toMatchObject({ name: 'ProbeFailure', code, sent });
  });

  it.each<{ node: RelayNode; hostname: string; family?: number }>([
    { node, hostname: '127.0.0.1', family: 4 },
    { node: { ...node, ipv4: 'none', ipv6: '::1' }, hostname: '::1', family: 6 },
    { node: { name: 'b', host: 'relay.test', derp: { port: 443 } }, hostname: 'relay.test' },
  ])('connects to $hostname', async ({ node, hostname, family }) => {
    const platform = scripted([5, 5, 5, 5]);
    const sample = await tcp(platform).probe(node, { signal });
    expect(platform.asked).toEqual(Array.from({ length: 4 }, () => ({ hostname, port: 443 })));
    expect(sample.family).toBe(family);
  });
});
