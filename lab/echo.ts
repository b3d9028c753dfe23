import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import type { Counters } from './counters.ts';

// `import` of this CommonJS package takes a worker thread 25 ms longer than `require`: half of the lab's start.
const { WebSocketServer } = createRequire(import.meta.url)('ws') as typeof import('ws');

const ECHO_PATH = '/v1/echo';
const MOST_BYTES = 64;
/** Answers that a client does not read, or that are under way to it. */
const MOST_UNREAD_BYTES = 16_384;
const IDLE_TIMEOUT_MS = 120_000;

const NORMAL_CLOSE = 1000;
const UNSUPPORTED_DATA = 1003;

/** A WebSocket that sends binary messages of up to 64 bytes back; longer ones and text end the connection (1009, 1003). */
export function createEcho(counters: Counters): (request: IncomingMessage, far: Duplex, head: Buffer) => void {
  const server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: MOST_BYTES });

  server.on('connection', (client) => {
    const idle = setTimeout(() => client.close(NORMAL_CLOSE), IDLE_TIMEOUT_MS).unref();
    client.on('close', () => clearTimeout(idle));
    // Broken frames: the package answers with their close code.
    client.on('error', () => {});
    client.on('message', (data: Buffer, isBinary) => {
      idle.refresh();
      if (!isBinary) return client.close(UNSUPPORTED_DATA);
      if (client.bufferedAmount > MOST_UNREAD_BYTES) return client.terminate();
      counters.echoes++;
      client.send(data, { binary: true });
    });
  });

  return (request, far, head) => {
    const [path] = (request.url ?? '').split('?', 1);
    if (path !== ECHO_PATH) return void far.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    server.handleUpgrade(request, far, head, (client) => server.emit('connection', client, request));
  };
}
