import http from 'node:http';
import type { Duplex } from 'node:stream';
import { createDerpUpgrade, DERP_PATH } from './derp-upgrade.ts';
import type { DerpUpgrade } from './derp-upgrade.ts';
import { createEcho } from './echo.ts';
import { answerRequest } from './routes.ts';
import type { Counters } from './counters.ts';

/**
 * For a request, the TLS handshake before it included, or after the last one. Longer than clients wait between reports: a
 * connection that is closed just when the next request comes would look like a relay that fails.
 */
const REQUEST_TIMEOUT_MS = 120_000;

/** Speaks HTTP, WebSocket and DERP on connections that it is handed; it listens nowhere. */
export function createWebServer(counters: Counters, derp: DerpUpgrade = createDerpUpgrade(counters)): (connection: Duplex) => void {
  const server = http.createServer();
  server.keepAliveTimeout = 0;

  // Node's own limits on slow requests work only in servers that listen.
  const deadlines = new WeakMap<Duplex, NodeJS.Timeout>();
  server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
    deadlines.get(request.socket)?.refresh();
    counters.requests++;
    answerRequest(request, response);
  });
  const echo = createEcho(counters);
  server.on('upgrade', (request: http.IncomingMessage, socket: Duplex, head: Buffer) => {
    clearTimeout(deadlines.get(socket));
    // Until what it becomes has taken over, nobody else hears of a reset.
    socket.on('error', () => {});
    const [path] = (request.url ?? '').split('?', 1);
    if (path === DERP_PATH) void derp.accept(request, socket, head).catch(() => socket.destroy());
    else echo(request, socket, head);
  });

  return (connection) => {
    const deadline = setTimeout(() => connection.destroy(), REQUEST_TIMEOUT_MS).unref();
    deadlines.set(connection, deadline);
    connection.once('close', () => clearTimeout(deadline));
    server.emit('connection', connection);
  };
}
