import { createRequire } from 'node:module';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Counters } from './counters.ts';
import type { DerpServer } from './derp-server.ts';
import type { RelayNotice } from './notice.ts';

// As in echo.ts: `import` takes a worker thread longer.
const { WebSocketServer } = createRequire(import.meta.url)('ws') as typeof import('ws');

const SUBPROTOCOL = 'derp';
/** A frame with the largest packet, and the next one's start. */
const MOST_MESSAGE_BYTES = 131_072;

export const DERP_PATH = '/derp';

/** DERP behind HTTP. */
export interface DerpUpgrade {
  /** Takes a request to speak DERP: over WebSocket where it names the subprotocol, else, as Tailscale's server does, raw. */
  accept(request: IncomingMessage, far: Duplex, head: Buffer): Promise<void>;
  /** Tells all clients. */
  tell(notice: RelayNotice): void;
}

export function createDerpUpgrade(counters: Counters): DerpUpgrade {
  const webSockets = new WebSocketServer({
    noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: MOST_MESSAGE_BYTES,
    handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
  });
  let served: Promise<Served> | undefined;

  const accept: DerpUpgrade['accept'] = async (request, far, head) => {
    // Cryptography takes longer to load than the lab to start, and most labs never need it.
    served ??= load(counters);
    const { server, streamOf, duplexStream, clock } = await served;
    if (far.destroyed) return;
    const upgrade = request.headers.upgrade?.toLowerCase();
    const offersDerp = request.headers['sec-websocket-protocol']?.split(',').some((name) => name.trim() === SUBPROTOCOL) ?? false;
    if (upgrade === 'websocket' && offersDerp) {
      webSockets.handleUpgrade(request, far, head, (socket) => server.accept(streamOf(socket, clock)));
    } else if (upgrade === 'websocket' || upgrade === 'derp') {
      far.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: DERP\r\nConnection: Upgrade\r\nDerp-Version: 2\r\nDerp-Public-Key: ${server.publicKeyHex}\r\n\r\n`);
      if (head.length > 0) far.unshift(head);
      server.accept(duplexStream(far, clock));
    } else far.end('HTTP/1.1 426 Upgrade Required\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  };
  return { accept, tell: (notice) => void served?.then(({ server }) => server.tell(notice)) };
}

interface Served {
  readonly server: DerpServer;
  readonly streamOf: typeof import('../derp/web-socket-stream.ts').streamOf;
  readonly duplexStream: typeof import('../derp/duplex-stream.ts').duplexStream;
  readonly clock: import('../core/clock.ts').Clock;
}

async function load(counters: Counters): Promise<Served> {
  const [{ createDerpServer }, { streamOf }, { duplexStream }, { systemClock }] = await Promise.all([
    import('./derp-server.ts'), import('../derp/web-socket-stream.ts'), import('../derp/duplex-stream.ts'), import('../universal/clock.ts'),
  ]);
  return { server: createDerpServer(counters), streamOf, duplexStream, clock: systemClock() };
}
