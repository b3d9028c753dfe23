import type { Clock } from '../core/clock.ts';
import type { ConnectTarget, RelayConnection } from '../core/home/connection.ts';
import { formatEndpoint } from '../core/model/address.ts';
import type { RelayNode } from '../core/model/map.ts';
import { systemClock } from '../universal/clock.ts';
import type { ByteStream } from './byte-stream.ts';
import type { ClientOptions, DerpClient, DerpEvent } from './client.ts';
import { connectDerp } from './connect.ts';
import type { DuplexLike } from './duplex-stream.ts';
import { generateDerpKey } from './keys.ts';
import type { DerpKey } from './keys.ts';
import type { DerpWebSocketConstructor } from './web-socket-stream.ts';

/** A connection to a DERP relay, as `createHome` keeps it. */
export interface DerpConnection extends RelayConnection {
  /** For the packets. Close the home, not this. */
  readonly client: DerpClient;
}

export interface DerpHomeOptions extends Pick<ClientOptions, 'queue' | 'maxBufferedBytes' | 'onPacket' | 'onEvent'> {
  /** The same at all relays: it is who we are. Default: somebody new. */
  readonly key?: DerpKey;
  /** How to get a byte stream, such as `derpStream` of `nearest-relay/node`. Default: a WebSocket. */
  readonly stream?: (node: RelayNode, options: { readonly signal: AbortSignal }) => Promise<DuplexLike | ByteStream>;
  /** Default: the platform's. */
  readonly WebSocket?: DerpWebSocketConstructor;
  readonly clock?: Clock;
}

const HTTPS_PORT = 443;

/**
 * What `createHome` takes as `connect` for DERP relays: the login proves that a relay serves, its pong that it carries.
 *
 * @example
 * const home = createHome({ picker, connect: connectDerpHome({ key, stream: derpStream }) });
 */
export function connectDerpHome({ key = generateDerpKey(), stream, WebSocket, clock = systemClock(), ...options }: DerpHomeOptions = {}): (target: ConnectTarget) => Promise<DerpConnection> {
  return async ({ node, signal, onNotice }) => {
    const common = {
      ...options, key, signal, clock,
      onEvent(event: DerpEvent): void {
        if (event.type === 'restarting' || event.type === 'health') onNotice(event);
        options.onEvent?.(event);
      },
    };
    const client = stream
      ? await connectDerp({ ...common, stream: await stream(node, { signal }) })
      : await connectDerp({ ...common, url: urlOf(node), ...(WebSocket && { WebSocket }) });
    return {
      client,
      ping: (ended) => client.ping({ signal: ended }),
      closed: client.closed.then(({ message }) => message),
      get heardAtMs() { return client.heardAtMs; },
      get usedAtMs() { return client.usedAtMs; },
      setPreferred: client.notePreferred,
      close: client.close,
    };
  };
}

/** By name, as certificates have names. Without TLS where the map says so. */
function urlOf(node: RelayNode): string {
  const port = node.derp?.port ?? HTTPS_PORT;
  const isPlain = node.https?.scheme === 'http' && node.https.port === port;
  return `${isPlain ? 'ws' : 'wss'}://${formatEndpoint(node.host, port)}/derp`;
}
