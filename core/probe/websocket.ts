import { ProbeFailure } from '../errors.ts';
import type { RelayNode } from '../model/map.ts';
import type { Attempt } from './attempts.ts';
import { attempts } from './attempts.ts';
import type { Transport } from './transport.ts';

/** As much of the standard WebSocket as is needed. */
export interface WebSocketLike {
  readonly readyState: number;
  binaryType: string;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'open' | 'close', listener: () => void): void;
  addEventListener(type: 'error', listener: (event: object) => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

export interface WebSocketOptions {
  /** The platform's constructor. */
  readonly WebSocket: new (url: string) => WebSocketLike;
  /** Monotonic ms with fractions. */
  readonly now: () => number;
  /** Fills the bytes with what others cannot foresee. */
  readonly random: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** Whether these round trips, ms in order, are enough; the lowest is the latency. Default: one is. */
  readonly isEnough?: (roundTripsMs: readonly number[]) => boolean;
  /** Closes one that is done with, which may be still being opened. Default: at once. */
  readonly end?: (socket: WebSocketLike) => void;
}

/**
 * Times the echo of a WebSocket at `node.websocket`, warm: the first echo wakes both ends, the second is the latency, or the
 * lowest of it and those after it. The address family is the platform's choice.
 */
export function websocket({ WebSocket, ...options }: WebSocketOptions): Transport {
  const probes = attempts('websocket', (_, attempt) => new ProbeFailure('failed', 'the WebSocket failed', attempt.sent));
  return {
    name: 'websocket',
    kind: 'websocket',
    supports: (node: RelayNode): boolean => node.websocket !== undefined,
    probe: (node, { signal }) => probes.run(signal, async (attempt) => {
      if (node.websocket === undefined) throw new ProbeFailure('failed', `${node.name} has no WebSocket`, false);
      attempt.sent = true;
      const latencyMs = await timeEcho(new WebSocket(node.websocket), attempt, options);
      return { kind: 'websocket', latencyMs };
    }),
    close: probes.close,
  };
}

/** Large enough that no other message is taken for the echo, within the 64 bytes that an echo service promises to return. */
const pingBytes = 16;

/**
 * The lowest round trip of the echoes after the first in ms, on a WebSocket that is open or being opened. Ends it in every
 * case. Once the first echo is there, it stands as `known` with the doubt `cold`. An answer that is not the echo: `status`.
 */
export function timeEcho(socket: WebSocketLike, attempt: Attempt, { now, random, isEnough = () => true, end = (socket) => socket.close() }: Omit<WebSocketOptions, 'WebSocket'>): Promise<number> {
  const ping = new Uint8Array(pingBytes);
  const warmMs: number[] = [];
  let sentAt: number | undefined;
  const measured = new Promise<number>((resolve, reject) => {
    const send = (): void => {
      random(ping);
      sentAt = now();
      socket.send(ping);
    };
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      if (!attempt.signal.aborted) send();
    });
    socket.addEventListener('message', ({ data }) => {
      const at = now();
      if (attempt.signal.aborted) return;
      if (sentAt === undefined || !isEcho(data, ping)) return reject(new ProbeFailure('status', 'the answer is not the echo', true));
      const latencyMs = at - sentAt;
      if (!attempt.known) attempt.known = { kind: 'websocket', latencyMs, doubt: ['cold'] };
      else {
        warmMs.push(latencyMs);
        attempt.known = { kind: 'websocket', latencyMs: Math.min(...warmMs) };
        if (isEnough(warmMs)) return resolve(attempt.known.latencyMs);
      }
      send();
    });
    // An error event says nothing in browsers; `ws` gives it an `error`, which the transport that made the socket can read.
    socket.addEventListener('error', (event) => reject('error' in event ? event.error : new Error('the WebSocket failed')));
    socket.addEventListener('close', () => reject(new Error('the WebSocket was closed')));
    attempt.signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
  return measured.finally(() => end(socket));
}

function isEcho(data: unknown, ping: Uint8Array): boolean {
  if (!(data instanceof ArrayBuffer) || data.byteLength !== ping.length) return false;
  return new Uint8Array(data).every((byte, at) => byte === ping[at]);
}
