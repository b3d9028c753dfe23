import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { createRequire } from 'node:module';
import { Server as NetServer, type AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import type { EdgeApp } from '../../edge/app.ts';
import { formatEndpoint } from '../../core/model/address.ts';
import { UsageError } from './errors.ts';

// `import` of this CommonJS package takes far longer than `require`.
const { WebSocketServer } = createRequire(import.meta.url)('ws') as typeof import('ws');

const received = Symbol('received');

interface Received extends Request {
  [received]?: IncomingMessage;
}

/** What Node received the request as, where this server handed it on. A map of them would cost more than answering does. */
export const receivedAs = (request: Request): IncomingMessage | undefined => (request as Received)[received];

export interface HttpServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Takes no more requests, lets those under way end, for so long. */
  stop(): Promise<void>;
}

/** A client that never finishes its request must not hold a socket for ever. */
const requestTimeoutMs = 10_000;
/** Longer than a proxy in front keeps its idle connections: who closes first must not be this end. */
const keepAliveMs = 75_000;
const mostConnections = 10_000;
const mostHeaderBytes = 16_384;
const mostEchoBytes = 64;
const stopWithinMs = 3_000;
/** What is idle then, while it stops, has no request on its way. */
const idleAfterMs = 500;
/** What HTTP/1.0 asks without a Host, as health checks of old do (HAProxy's), is asked of nobody. No name of this machine: that would open what is guarded. */
const nobody = 'unnamed.invalid';
const goingAway = 1001;

/** Serves the app over HTTP and WebSocket. Throws `UsageError` where it cannot listen. */
export async function serveHttp({ app, host, port }: { readonly app: EdgeApp; readonly host: string; readonly port: number }): Promise<HttpServer> {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: mostEchoBytes });
  sockets.on('connection', (socket) => {
    // Broken frames: the package answers with their close code.
    socket.on('error', () => {});
  });
  const server = createAdaptorServer({
    hostname: nobody,
    fetch(request, env) {
      (request as Received)[received] = (env as HttpBindings).incoming;
      return app.fetch(request, env);
    },
    serverOptions: { requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs, keepAliveTimeout: keepAliveMs, connectionsCheckingInterval: 2_000, maxHeaderSize: mostHeaderBytes },
    websocket: { server: sockets },
  }) as Server;
  refuseOtherUpgrades(server);
  server.maxConnections = mostConnections;
  server.listen(port, host);
  await once(server, 'listening').catch((error: Error) => {
    throw new UsageError(`cannot listen on ${formatEndpoint(host, port)}: ${error.message}`);
  });
  const { address, port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${formatEndpoint(address, bound)}`,
    async stop() {
      const closed = once(server, 'close');
      // A client that keeps asking on its connection would be served until it is cut off.
      server.prependListener('request', (_, response) => {
        response.shouldKeepAlive = false;
      });
      // Not HTTP's own: that cuts idle connections at once, and one whose request is not read yet looks idle.
      NetServer.prototype.close.call(server);
      const idle = setInterval(() => server.closeIdleConnections(), idleAfterMs);
      for (const socket of sockets.clients) socket.close(goingAway);
      const overdue = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
        server.closeAllConnections();
      }, stopWithinMs);
      await closed;
      clearInterval(idle);
      clearTimeout(overdue);
    },
  };
}

/**
 * The adaptor takes WebSockets alone, and leaves others that ask for another protocol (`h2c`) with neither answer nor time limit;
 * one whose Host is no name it calls a fault of its own. Both are refused here. It wants to be the only listener.
 */
function refuseOtherUpgrades(server: Server): void {
  const listeners = server.listeners('upgrade');
  server.removeAllListeners('upgrade');
  server.on('upgrade', (request, socket, head) => {
    const isWebSocket = request.headers.upgrade?.toLowerCase() === 'websocket';
    if (isWebSocket && URL.canParse(`http://${request.headers.host ?? ''}/`)) {
      for (const listener of listeners) listener.call(server, request, socket, head);
      return;
    }
    socket.on('error', () => {});
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () => socket.destroy());
  });
}
