import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { literalLookup } from '../network/literal-lookup.ts';

/** IPv4. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface GatewaySocketOptions {
  /** Bind to this address of the machine. Absent: the system's choice. */
  readonly local?: string;
  /** Connect: the kernel then drops what comes from elsewhere, and tells of a closed port. */
  readonly peer?: Endpoint;
  /** Closes the socket. */
  readonly signal: AbortSignal;
}

/**
 * Opens an IPv4 UDP socket that lives until the signal aborts, and never longer. Rejects if the system refuses it or the
 * signal aborts first. `onError` hears the code of an error on the open socket, such as ECONNREFUSED.
 */
export function openGatewaySocket(options: GatewaySocketOptions, onMessage: (bytes: Uint8Array, from: RemoteInfo) => void, onError: (code: string) => void): Promise<Socket> {
  const { local, peer, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new Error('aborted'));
    const socket = createSocket({ type: 'udp4', lookup: literalLookup }).unref();
    const close = (error: Error): void => {
      signal.removeEventListener('abort', abort);
      socket.removeAllListeners();
      // Sends under way may still fail; that must not end the process.
      socket.on('error', () => {});
      socket.close();
      reject(error);
    };
    const abort = (): void => close(new Error('aborted'));
    const opened = (): void => {
      socket.removeListener('error', close);
      socket.on('error', (error: NodeJS.ErrnoException) => onError(error.code ?? ''));
      resolve(socket);
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.on('error', close);
    socket.on('message', onMessage);
    socket.once('connect', opened);
    socket.bind(0, local, () => {
      if (peer) socket.connect(peer.port, peer.address);
      else opened();
    });
  });
}

/** The machine's address in the direction of a peer. Sends nothing. Rejects without a route. */
export async function localAddressTowards(peer: Endpoint, signal: AbortSignal): Promise<string> {
  const own = new AbortController();
  const abort = (): void => own.abort();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return (await openGatewaySocket({ peer, signal: own.signal }, () => {}, () => {})).address().address;
  } finally {
    signal.removeEventListener('abort', abort);
    own.abort();
  }
}

/** Sends; undefined once the system took it, else the error's code. */
export const send = (socket: Socket, bytes: Uint8Array, to?: Endpoint): Promise<string | undefined> =>
  new Promise((resolve) => {
    const taken = (error: NodeJS.ErrnoException | null): void => resolve(error ? (error.code ?? '') : undefined);
    if (to) socket.send(bytes, to.port, to.address, taken);
    else socket.send(bytes, taken);
  });
