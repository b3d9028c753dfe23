import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { certificate, privateKey } from './certificate.ts';

export interface HttpServer {
  readonly port: number;
  /** Requests that came in, and connections that were made. */
  readonly requests: readonly { readonly url: string; readonly host: string }[];
  readonly connections: readonly Socket[];
  close(): Promise<void>;
}

export interface HttpServerOptions {
  readonly scheme?: 'https' | 'http';
  readonly address?: string;
  /** By default 204, as a relay answers. `count` is the number of the request on its connection, from 1. */
  readonly answer?: (response: Parameters<RequestListener>[1], count: number) => void;
}

/** An HTTP server on loopback with the certificate of `relay.test`. */
export async function startHttpServer({ scheme = 'https', address = '127.0.0.1', answer = (response) => void response.writeHead(204).end() }: HttpServerOptions = {}): Promise<HttpServer> {
  const requests: { url: string; host: string }[] = [];
  const connections: Socket[] = [];
  const counts = new WeakMap<object, number>();
  const server = scheme === 'http' ? createServer() : createTlsServer({ cert: certificate, key: privateKey });
  server.on('connection', (socket: Socket) => {
    connections.push(socket);
    socket.on('error', () => {});
  });
  // A client that rejects the certificate ends the handshake with an alert.
  server.on('tlsClientError', () => {});
  server.on('request', (request, response) => {
    requests.push({ url: request.url ?? '', host: request.headers.host ?? '' });
    const count = (counts.get(request.socket) ?? 0) + 1;
    counts.set(request.socket, count);
    answer(response, count);
  });
  server.listen(0, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    connections,
    close: async () => {
      for (const socket of connections) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
