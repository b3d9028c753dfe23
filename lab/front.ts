import net from 'node:net';
import { acrossPath } from './across.ts';
import type { Duplex } from 'node:stream';
import type { Opened } from './same-port.ts';
import type { World } from './world.ts';

/** A TCP listener at the near end of the path. */
export interface Front extends Opened {
  /** Stops listening and resets all connections, if that is not so yet. */
  shut(): Promise<void>;
  /** Listens on its port, if it does not yet. Rejects if somebody else has it by now. */
  reopen(): Promise<void>;
}

const MOST_CONNECTIONS = 512;
/** Connections on which nothing moves: also those that a silent weather left behind. */
const IDLE_TIMEOUT_MS = 120_000;

/**
 * Accepts connections and hands their far ends to `accept`.
 *
 * @throws what `listen` says: the port is taken, the address is not this machine's
 */
export async function openFront(address: string, port: number, accept: (far: Duplex) => void, world: World): Promise<Front> {
  const connections = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
    world.counters.tcp.connections++;
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());
    accept(acrossPath(socket, world));
  });
  server.maxConnections = MOST_CONNECTIONS;

  const listen = (on: number): Promise<void> => new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port: on, ipv6Only: true, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const shut = (): Promise<void> => new Promise((done) => {
    // Calls back with an error where it is shut already, which is as good.
    server.close(() => done());
    for (const socket of connections) socket.resetAndDestroy();
  });

  await listen(port);
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error(`no port: ${address}`);
  return { port: bound.port, close: shut, shut, reopen: () => (server.listening ? Promise.resolve() : listen(bound.port)) };
}
