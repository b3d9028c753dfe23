import type { Clock } from '../core/clock.ts';
import type { ByteStream, ByteStreamReader } from './byte-stream.ts';
import { DerpError } from '../core/wire/derp.ts';

/** As much of the standard WebSocket as is needed. */
export interface DerpWebSocket {
  binaryType: string;
  readonly protocol: string;
  /** Absent in Workers: then `send` never finds a queue full. */
  readonly bufferedAmount?: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
  /** What the package `ws` has, where browsers end a connection that does not end by themselves. */
  terminate?(): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'close', listener: (event: object) => void): void;
  addEventListener(type: 'error', listener: (event: object) => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

export type DerpWebSocketConstructor = new (url: string, protocols: string[]) => DerpWebSocket;

/** Over WebSocket, DERP is a stream of bytes in binary messages, cut anywhere. This is the subprotocol's name. */
const SUBPROTOCOL = 'derp';

/** Tailscale's server takes no longer message, as the library that it uses takes none by default. */
const MESSAGE_BYTES = 32_768;

/** What waits while a sender that has waited may go on. */
const DRAINED_BYTES = 65_536;
/** A WebSocket does not tell when its queue has shrunk: it is looked at. */
const BETWEEN_LOOKS_MS = 4;
/** How long the other side may take to agree to the end. */
const CLOSE_MS = 1_000;

/** The bytes of a new WebSocket to `url`. @throws what the constructor throws on a wrong URL */
export function webSocketStream(url: string, { WebSocket, clock }: { readonly WebSocket: DerpWebSocketConstructor | undefined; readonly clock: Clock }): ByteStream {
  const Constructor = WebSocket ?? (globalThis as { readonly WebSocket?: DerpWebSocketConstructor }).WebSocket;
  if (!Constructor) throw new TypeError('this platform has no WebSocket: hand one in, such as that of the package ws');
  return streamOf(new Constructor(url, [SUBPROTOCOL]), clock);
}

/** The bytes of a WebSocket, one that is open or being opened. Frames written in one turn of the event loop share messages. */
export function streamOf(socket: DerpWebSocket, clock: Clock): ByteStream {
  let reader: ByteStreamReader | undefined;
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let waitingBytes = 0;
  let isClosing = false;
  /** Told to the reader: nothing more is. */
  let isOver = false;
  let isGone = false;
  let wake: () => void = () => {};
  const gone = new Promise<void>((resolve) => { wake = resolve; });

  const bufferedBytes = (): number => waitingBytes + (socket.bufferedAmount ?? 0);

  function flush(): void {
    const message = joined(waiting, waitingBytes);
    waiting = [];
    waitingBytes = 0;
    try {
      for (let at = 0; at < message.length && !isOver; at += MESSAGE_BYTES) socket.send(message.subarray(at, at + MESSAGE_BYTES));
    } catch {
      // It is being closed: what is told of that is enough.
    }
  }

  function end(error?: unknown): void {
    if (isOver || isClosing) return;
    isOver = true;
    reader?.end(error);
  }

  // The package `ws` hands out what it read as it is, and would copy it otherwise.
  if (socket.binaryType !== 'nodebuffer') socket.binaryType = 'arraybuffer';
  return {
    start(theReader) {
      reader = theReader;
      socket.addEventListener('open', () => {
        if (socket.protocol !== SUBPROTOCOL) end(new DerpError('malformed', `the server speaks the subprotocol ${JSON.stringify(socket.protocol.slice(0, 40))}, not ${SUBPROTOCOL}`));
      });
      socket.addEventListener('message', ({ data }) => {
        if (isOver || isClosing) return;
        if (data instanceof ArrayBuffer) reader?.bytes(new Uint8Array(data));
        else if (data instanceof Uint8Array) reader?.bytes(data);
        else end(new DerpError('malformed', 'the message is no binary one'));
      });
      // Browsers do not say what was wrong; `ws` does.
      socket.addEventListener('error', (event) => end('error' in event ? event.error : new Error('the WebSocket failed')));
      // An orderly end or one that nobody agreed on: the relay is gone either way, and restarts of it look like both.
      socket.addEventListener('close', () => {
        isGone = true;
        wake();
        end();
      });
    },
    write(bytes) {
      if (isOver || isClosing) return;
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (waiting.length === 1) queueMicrotask(flush);
    },
    get bufferedBytes() { return bufferedBytes(); },
    async drained() {
      while (!isOver && !isClosing && bufferedBytes() > DRAINED_BYTES) await clock.sleep(BETWEEN_LOOKS_MS);
    },
    async close() {
      if (!isClosing) {
        flush();
        isClosing = true;
        socket.close();
      }
      if (isGone) return;
      const done = new AbortController();
      await Promise.race([gone, clock.sleep(CLOSE_MS, done.signal)]);
      done.abort();
      if (!isGone) socket.terminate?.();
    },
  };
}

/** One array of all; the only one as it is. */
function joined(parts: readonly Uint8Array<ArrayBuffer>[], bytes: number): Uint8Array<ArrayBuffer> {
  const [first] = parts;
  if (first && parts.length === 1) return first;
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
