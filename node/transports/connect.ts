import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createConnection } from 'node:net';
import type { Attempt } from '../../core/probe/attempts.ts';

/** A TCP connection, and when its handshake began and ended. */
export interface Connection {
  readonly socket: Socket;
  readonly startedAt: number;
  /** The system had begun by then. */
  readonly takenAt: number;
  readonly connectedAt: number;
}

/** Connects to an address. The caller destroys the socket; if this rejects, none is left. */
export async function connectTcp(host: string, port: number, attempt: Attempt, now: () => number): Promise<Connection> {
  attempt.sent = true;
  const startedAt = now();
  const socket = createConnection({ host, port, noDelay: true });
  const takenAt = now();
  // An error that comes when nobody waits for one (the peer resets a connection that is being closed) must not be thrown.
  socket.on('error', () => {});
  try {
    await once(socket, 'connect', { signal: attempt.signal });
    return { socket, startedAt, takenAt, connectedAt: now() };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
