import { randomFillSync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { RelayNode } from '../../../core/model/map.ts';
import type { WebSocketLike } from '../../../core/probe/websocket.ts';
import { websocket } from '../../../core/probe/websocket.ts';
import { describeTransport, slowMs } from '../../contract/transport.ts';
import type { EchoServer, EchoServerOptions } from '../../servers/echo-server.ts';
import { startEchoServer } from '../../servers/echo-server.ts';
import { startTcpServer } from '../../servers/tcp-server.ts';
import { errorOf, until } from '../../until.ts';

// The constructor of `ws` has the standard's interface; Node 20 has no global one.
const options = { WebSocket: WebSocket as new (url: string) => WebSocketLike, now: () => performance.now(), random: randomFillSync };

const nodeAt = (port: number): RelayNode => ({ name: `at ${port}`, host: 'relay.test', websocket: `ws://127.0.0.1:${port}` });

const platformResolves = 'the platform resolves names, out of our sight';

describeTransport('websocket (core)', async () => {
  const live = await startEchoServer();
  const slow = await startEchoServer({ behave: (socket, message) => setTimeout(() => socket.send(message), slowMs) });
  const silent = await startTcpServer();
  return {
    create: () => websocket(options),
    live: nodeAt(live.port),
    slow: nodeAt(slow.port),
    silent: nodeAt(silent.port),
    silentWasAsked: () => silent.accepted > 0,
    heard: () => live.messages,
    close: async () => { await Promise.all([live, slow, silent].map((server) => server.close())); },
  };
}, { optOut: {
  'measures the family that is asked for': 'the platform chooses it',
  'says when nobody listens': 'a WebSocket does not tell why it failed',
  'finds a relay by its name': platformResolves,
  'says when the name has no address': platformResolves,
  'does not wait for DNS for ever': platformResolves,
  'can be aborted while DNS is asked': platformResolves,
  'ends a probe that waits for DNS when it is closed': platformResolves,
} });

describe('websocket over a constructor', () => {
  let server: EchoServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  async function probe(serverOptions: EchoServerOptions, signal = new AbortController().signal): ReturnType<ReturnType<typeof websocket>['probe']> {
    server = await startEchoServer(serverOptions);
    return websocket(options).probe(nodeAt(server.port), { signal });
  }

  it('counts the second echo, and leaves no connection', async () => {
    const sample = await probe({ behave: (socket, message, count) => setTimeout(() => socket.send(message), count === 1 ? 300 : 0) });
    expect(sample.latencyMs).toBeLessThan(250);
    expect(sample).toEqual({ kind: 'websocket', latencyMs: sample.latencyMs });
    expect(server?.messages).toBe(2);
    await until(() => server?.open === 0);
  });

  it('goes on until it is told that it has enough, and takes the lowest', async () => {
    server = await startEchoServer({ behave: (socket, message, count) => setTimeout(() => socket.send(message), [0, 100, 20, 60][count - 1]) });
    const seen: number[][] = [];
    const isEnough = (roundTripsMs: readonly number[]): boolean => seen.push([...roundTripsMs]) === 3;
    const { latencyMs } = await websocket({ ...options, isEnough }).probe(nodeAt(server.port), { signal: new AbortController().signal });
    expect(seen.map((figures) => figures.length)).toEqual([1, 2, 3]);
    expect(latencyMs).toBe(Math.min(...seen[2] ?? []));
    expect(latencyMs).toBe(seen[2]?.[1]);
    expect(server.messages).toBe(4);
  });

  it.each<{ what: string; behave: NonNullable<EchoServerOptions['behave']> }>([
    { what: 'other bytes', behave: (socket, message) => socket.send(message.map((byte) => byte ^ 1)) },
    { what: 'fewer bytes', behave: (socket, message) => socket.send(message.subarray(1)) },
    { what: 'text', behave: (socket) => socket.send('pong') },
    { what: 'the first message again in place of the second', behave: (socket, message) => { socket.send(message); socket.send(message); } },
  ])('rejects $what as no echo', async ({ behave }) => {
    expect(await errorOf(probe({ behave }))).toMatchObject({ name: 'ProbeFailure', code: 'status', sent: true });
    await until(() => server?.open === 0);
  });

  it('resolves with the first echo as cold when it is cut short', async () => {
    const controller = new AbortController();
    const sample = probe({ behave: (socket, message, count) => { if (count === 1) socket.send(message); } }, controller.signal);
    await until(() => server?.messages === 2);
    controller.abort();
    expect(await sample).toMatchObject({ kind: 'websocket', doubt: ['cold'] });
    await until(() => server?.open === 0);
  });

  it('fails when the server closes without an echo', async () => {
    expect(await errorOf(probe({ behave: (socket) => socket.close() }))).toMatchObject({ name: 'ProbeFailure', code: 'failed', sent: true });
  });
});
