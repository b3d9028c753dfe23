import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Metrics } from '../../universal/index.ts';
import { UsageError } from './errors.ts';

/** Serves `/metrics` in Prometheus' text form. Throws `UsageError` where it cannot listen. */
export async function serveMetrics({ host, port }: { readonly host: string; readonly port: number }, metrics: Metrics): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const isMetrics = request.url?.split('?')[0] === '/metrics';
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    response.writeHead(!isMetrics ? 404 : isRead ? 200 : 405, { 'content-type': isMetrics && isRead ? 'text/plain; version=0.0.4; charset=utf-8' : 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    response.end(isMetrics ? (request.method === 'GET' ? metrics.text() : '') : 'see /metrics\n');
  });
  // A client that never finishes its request must not hold a socket for ever.
  server.requestTimeout = 5_000;
  server.headersTimeout = 5_000;
  server.maxConnections = 64;
  server.listen(port, host);
  await once(server, 'listening').catch((error: Error) => {
    throw new UsageError(`--metrics ${host}:${port}: ${error.message}`);
  });
  const address = server.address();
  if (process.stderr.isTTY && typeof address === 'object' && address) process.stderr.write(`metrics at http://${host}:${address.port}/metrics\n`);
  return {
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
