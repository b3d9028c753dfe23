import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';

/** Makes UDP sockets of which the system refuses what goes to `refusedPort`. */
export const refusing = (code: string, refusedPort: number) => (...args: Parameters<typeof createSocket>): Socket => {
  const socket = createSocket(...args);
  const send = socket.send.bind(socket) as (bytes: Uint8Array, port: number, address: string, callback: (error: Error | null) => void) => void;
  return Object.assign(socket, {
    send: (bytes: Uint8Array, port: number, address: string, callback: (error: Error | null) => void): void => {
      if (port === refusedPort) process.nextTick(callback, Object.assign(new Error(`send ${code}`), { code }));
      else send(bytes, port, address, callback);
    },
  });
};
