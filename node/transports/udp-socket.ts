import type { RemoteInfo, Socket, SocketOptions } from 'node:dgram';
import { createSocket } from 'node:dgram';
import type { Family } from '../../core/model/kind.ts';

/** One unconnected UDP socket of a family that is kept: opened when needed, and again after it failed. */
export interface UdpSocket {
  /** Throws where the system cannot open it. Does nothing if it is open. */
  open(): void;
  /** Hands a datagram to the system before it returns, opening the socket if need be. `notTaken` hears why it was refused. */
  send(bytes: Uint8Array, port: number, address: string, notTaken: (error: Error) => void): void;
  /** While in use it keeps the process alive. Unused it does not, and sockets that failed are given up. */
  setInUse(inUse: boolean): void;
  localPort(): number | undefined;
  close(): void;
}

export type CreateSocket = (options: SocketOptions) => Socket;

/** A burst of answers must fit; the system's default of about 200 kB holds some 250 datagrams. Capped by the system. */
const receiveBufferBytes = 4 * 1024 * 1024;

/** `received` is called as each datagram is read. `create` is for tests. */
export function udpSocket(family: Family, received: (bytes: Buffer, from: RemoteInfo) => void, create: CreateSocket = createSocket): UdpSocket {
  let current: Socket | undefined;
  /** Reported an error; answers to what they sent may still come. */
  const failed = new Set<Socket>();
  let isInUse = false;

  function open(): Socket {
    const socket = create({
      type: family === 4 ? 'udp4' : 'udp6',
      ipv6Only: family === 6,
      // Only addresses are sent to. A look-up that answers at once makes bind and send synchronous.
      lookup: (address, _options, callback) => callback(null, address, family),
    });
    let bindError: Error | undefined;
    socket.once('error', (error) => { bindError = error; });
    socket.bind(0);
    if (bindError) {
      socket.close();
      throw bindError;
    }
    socket.removeAllListeners('error');
    socket.on('error', () => {
      if (current === socket) current = undefined;
      if (isInUse) failed.add(socket);
      else socket.close();
    });
    socket.on('message', received);
    if (!isInUse) socket.unref();
    widen(socket);
    return socket;
  }

  function closeFailed(): void {
    for (const socket of failed) socket.close();
    failed.clear();
  }

  return {
    open(): void {
      current ??= open();
    },
    send(bytes, port, address, notTaken): void {
      current ??= open();
      current.send(bytes, port, address, (error) => {
        if (error) notTaken(error);
      });
    },
    setInUse(inUse): void {
      isInUse = inUse;
      if (inUse) {
        current?.ref();
      } else {
        current?.unref();
        closeFailed();
      }
    },
    localPort: () => current?.address().port,
    close(): void {
      closeFailed();
      current?.close();
      current = undefined;
    },
  };
}

function widen(socket: Socket): void {
  try {
    socket.setRecvBufferSize(receiveBufferBytes);
  } catch {
    // Some systems refuse what others cap: then the default has to do.
  }
}
