// A load over kept connections, one request at a time on each, with as little work a request as can be: it shares the machine
// with what it measures.
import { connect } from 'node:net';

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/**
 * Sends what `request()` gives, one after another, on `connections` connections for so long.
 *
 * @param {{ port: number, request: () => string, connections: number, forMs: number }} options
 * @returns {Promise<{ requests: number, perSecond: number, p50Ms: number, p99Ms: number, statuses: Record<string, number> }>}
 */
export async function load({ port, request, connections, forMs }) {
  const latencies = [];
  const statuses = {};
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: connections }, () => new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let sentAt = 0;
    let unread = Buffer.alloc(0);
    const send = () => {
      if (performance.now() - startedAt >= forMs) return socket.destroy();
      sentAt = performance.now();
      socket.write(request());
    };
    socket.on('connect', send).on('error', reject).on('close', resolve);
    socket.on('data', (chunk) => {
      unread = unread.length > 0 ? Buffer.concat([unread, chunk]) : chunk;
      const headEnds = unread.indexOf(END_OF_HEAD);
      if (headEnds < 0) return;
      const head = unread.latin1Slice(0, headEnds);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (unread.length < headEnds + 4 + length) return;
      unread = Buffer.alloc(0);
      latencies.push(performance.now() - sentAt);
      const status = head.slice(9, 12);
      statuses[status] = (statuses[status] ?? 0) + 1;
      send();
    });
  })));
  const sorted = Float64Array.from(latencies).sort();
  return { requests: latencies.length, perSecond: (latencies.length / (performance.now() - startedAt)) * 1_000, p50Ms: sorted[Math.floor(sorted.length / 2)], p99Ms: sorted[Math.floor(sorted.length * 0.99)], statuses };
}
