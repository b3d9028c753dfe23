import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { certificate, privateKey } from './certificate.ts';

export interface EchoServer {
  readonly port: number;
  /** Messages that came in. */
  readonly messages: number;
  /** Connections open now. */
  readonly open: number;
  close(): Promise<void>;
}

export interface EchoServerOptions {
  readonly scheme?: 'ws' | 'wss';
  readonly address?: string;
  /** What it does with the message of number `count`, from 1, on a connection; by default it sends it back. */
  readonly behave?: (socket: WebSocket, message: Buffer, count: number) => void;
}

/** A WebSocket echo on loopback; over TLS with the certificate of `relay.test`. */
export async function startEchoServer({ scheme = 'ws', address = '127.0.0.1', behave = (socket, message) => socket.send(message) }: EchoServerOptions = {}): Promise<EchoServer> {
  let messages = 0;
  const server = scheme === 'ws' ? createServer() : createTlsServer({ cert: certificate, key: privateKey });
  server.on('tlsClientError', () => {});
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    let count = 0;
    socket.on('error', () => {});
    socket.on('message', (message: Buffer) => {
      messages++;
      count++;
      behave(socket, message, count);
    });
  });
  server.listen(0, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get messages() { return messages; },
    get open() { return sockets.clients.size; },
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
