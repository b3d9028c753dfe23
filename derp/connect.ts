import type { Clock } from '../core/clock.ts';
import type { ByteStream } from './byte-stream.ts';
import { DerpError } from '../core/wire/derp.ts';
import { systemClock } from '../universal/clock.ts';
import { createBox, platformRandom } from './box.ts';
import type { Box, Random } from './box.ts';
import { createClient } from './client.ts';
import type { ClientOptions, DerpClient } from './client.ts';
import { openServerInfo, sealClientInfo } from './info.ts';
import { duplexStream } from './duplex-stream.ts';
import type { DuplexLike } from './duplex-stream.ts';
import { generateDerpKey, thatIsKey } from './keys.ts';
import type { DerpKey } from './keys.ts';
import { openLink } from './link.ts';
import { webSocketStream } from './web-socket-stream.ts';
import type { DerpWebSocketConstructor } from './web-socket-stream.ts';

interface ConnectOptions extends ClientOptions {
  /** Who we are. Default: somebody new. */
  readonly key?: DerpKey;
  /** The relay's public key, where it is known; another one is refused. Default: any, as TLS says who it is. */
  readonly serverKey?: Uint8Array;
  /** Ends the attempt. It does not end the connection that came of it. */
  readonly signal?: AbortSignal;
  /** For the connection and the login, ms. Default 10 s. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
  /** Default: the platform's `crypto.getRandomValues`. */
  readonly random?: Random;
}

/** By a WebSocket, or over a stream that carries raw frames already, such as one of `derpStream` in Node. */
export type DerpOptions = ConnectOptions & (
  | {
    /** Such as `wss://relay.example.org/derp`. */
    readonly url: string;
    /** Default: the platform's. Node 20 has none: hand in that of the package `ws`. */
    readonly WebSocket?: DerpWebSocketConstructor;
    readonly stream?: undefined;
  }
  | {
    /** A Node stream or socket, or what anybody makes of another connection. Is closed in every case, also where the attempt fails. */
    readonly stream: DuplexLike | ByteStream;
    readonly url?: undefined;
  });

/**
 * Connects to a DERP relay and logs in. Resolves once the relay has answered the login, which proves that its service works.
 *
 * @throws DerpError `transport`, `status`, `refused`, `server-key`, `malformed`, `timeout`; the signal's reason; RangeError on a key that has not 32 bytes
 * @example
 * await using client = await connectDerp({ url: 'wss://relay.example.org/derp', key });
 * client.send(parseDerpKey('nodekey:…'), packet);
 * for await (const { source, packet } of client.packets) console.log(formatDerpKey(source), packet.length);
 */
export async function connectDerp(options: DerpOptions): Promise<DerpClient> {
  const { signal, timeoutMs = 10_000, clock = systemClock(), random = platformRandom } = options;
  if (signal?.aborted) {
    // What was handed over is ours to close, also where it is not used.
    if (options.stream) await streamFor(options, clock).close();
    signal.throwIfAborted();
  }
  const stream = streamFor(options, clock);
  let key: DerpKey;
  try {
    key = options.key ?? generateDerpKey(random);
    for (const half of ['privateKey', 'publicKey'] as const) thatIsKey(`key.${half}`, key[half]);
  } catch (error) {
    await stream.close();
    throw error;
  }

  let box: Box | undefined;
  let serverKey: Uint8Array | undefined;
  let client: DerpClient | undefined;
  let settle: () => void = () => {};
  const settled = new Promise<void>((resolve) => { settle = resolve; });

  const link = openLink(stream, 'server', (frame, link) => {
    if (frame.type === 'unknown') return;
    if (!box || !serverKey) {
      if (frame.type !== 'serverKey') throw new DerpError('malformed', `${frame.type} before the relay's key`);
      serverKey = frame.serverKey;
      if (options.serverKey && !equal(options.serverKey, serverKey)) throw new DerpError('server-key', 'the relay has another key than the expected one');
      box = createBox(key.privateKey, serverKey);
      if (!box) throw new DerpError('server-key', 'the relay\'s key is none that can keep a secret');
      link.send({ type: 'clientInfo', clientKey: key.publicKey, box: sealClientInfo(box, random) });
      return;
    }
    if (frame.type !== 'serverInfo') throw new DerpError('malformed', `${frame.type} before the relay's greeting`);
    const serverInfo = openServerInfo(box, frame.box);
    if (!serverInfo) throw new DerpError('server-key', 'the relay\'s greeting cannot be opened with its key');
    client = createClient(link, { key, serverKey, serverInfo, clock, random }, options);
    settle();
  });
  void link.ended.then(settle);

  const abort = (): void => void link.end(new DerpError('closed', 'aborted'));
  signal?.addEventListener('abort', abort, { once: true });
  const done = new AbortController();
  void clock.sleep(timeoutMs, done.signal).then(() => {
    if (!done.signal.aborted) void link.end(new DerpError('timeout', `not connected within ${timeoutMs} ms`));
  });
  try {
    await settled;
  } finally {
    done.abort();
    signal?.removeEventListener('abort', abort);
  }
  signal?.throwIfAborted();
  if (client && !link.failure) return client;
  const failure = link.failure ?? new DerpError('transport', 'the connection ended');
  // A relay that does not want a client says nothing: it hangs up once it has read who it is.
  throw box && failure.code === 'transport' && failure.cause === undefined ? new DerpError('refused', 'the relay ended the connection at the login') : failure;
}

function streamFor(options: DerpOptions, clock: Clock): ByteStream {
  if (options.stream) return 'start' in options.stream ? options.stream : duplexStream(options.stream, clock);
  return webSocketStream(options.url, { WebSocket: options.WebSocket, clock });
}

const equal = (one: Uint8Array, other: Uint8Array): boolean => one.length === other.length && one.every((byte, at) => byte === other[at]);
