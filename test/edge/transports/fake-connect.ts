import { once } from 'node:events';
import type { LookupFunction } from 'node:net';
import { createConnection } from 'node:net';
import type { Connect } from '../../../edge/transports/connect.ts';

export interface FakeConnect {
  readonly connect: Connect;
  /** Sockets that were not closed. */
  readonly open: () => number;
}

/** `connect` of Workers over Node's own sockets: the same promises, and the same way of failing. */
export function fakeConnect(lookup?: LookupFunction): FakeConnect {
  let open = 0;
  return {
    open: () => open,
    connect({ hostname, port }) {
      open++;
      const socket = createConnection({ host: hostname, port, ...(lookup && { lookup }) });
      const closed = new Promise<void>((resolve, reject) => {
        socket.once('error', reject).once('close', () => resolve());
      });
      return {
        opened: once(socket, 'connect'),
        closed,
        close() {
          open--;
          socket.destroy();
          return closed;
        },
      };
    },
  };
}
