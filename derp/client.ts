import type { Clock } from '../core/clock.ts';
import { clean } from '../core/report/cells.ts';
import { DerpError, KEY_BYTES, MAX_PACKET_BYTES } from '../core/wire/derp.ts';
import type { DerpFrame, PeerGoneReason } from '../core/wire/derp.ts';
import type { Random } from './box.ts';
import type { DerpServerInfo } from './info.ts';
import type { DerpKey } from './keys.ts';
import type { Link } from './link.ts';
import { createPacketQueue } from './packet-queue.ts';
import type { DerpPacket, QueueLimits } from './packet-queue.ts';
import { createPings } from './pings.ts';
import type { PingOptions } from './pings.ts';
import { createTokenBucket } from './token-bucket.ts';

/** What a relay says, packets and pongs aside. */
export type DerpEvent =
  /** A peer that sent us packets has left this relay (`disconnected`), or one that we sent to is not here (`not-here`). */
  | { readonly type: 'peerGone'; readonly peer: Uint8Array; readonly reason: PeerGoneReason }
  /** What is wrong with this connection, made safe to print; empty: nothing any more. */
  | { readonly type: 'health'; readonly problem: string }
  /** The relay ends soon. It wants its clients back after `reconnectInMs`, and to be tried for `tryForMs`. Both up to 49 days: bound them. */
  | { readonly type: 'restarting'; readonly reconnectInMs: number; readonly tryForMs: number }
  | { readonly type: 'keepAlive' }
  /** `onPacket` or `onEvent` threw: the connection goes on without it. */
  | { readonly type: 'listenerFailed'; readonly error: unknown };

/** A connection to a relay, logged in. */
export interface DerpClient {
  /** Ours: what others send to. */
  readonly publicKey: Uint8Array;
  readonly serverKey: Uint8Array;
  readonly serverInfo: DerpServerInfo;
  /**
   * Sends a packet to whoever holds the key. True: it is queued for the relay, which forwards it or silently drops it. False: it was
   * dropped here, as `maxBufferedBytes` are waiting, the relay's limit is reached, or the connection is over.
   *
   * @throws RangeError if the key has not 32 bytes, or the packet more than 65,536
   */
  send(destination: Uint8Array, packet: Uint8Array): boolean;
  /** Resolves once there is room for packets again, or the connection is over. For senders that would rather wait than drop. */
  drained(): Promise<void>;
  /** The packets that came, unless there is an `onPacket`. Ends with the connection. Breaking out leaves it open. */
  readonly packets: AsyncIterable<DerpPacket>;
  /**
   * The round trip to the relay's own program, ms.
   *
   * @throws DerpError `timeout`, or the reason for which the connection ended; the signal's reason
   */
  ping(options?: PingOptions): Promise<number>;
  /** Tells the relay whether it is our home. It only counts this. */
  notePreferred(preferred: boolean): void;
  /** When the last frame came, ms of the clock. */
  readonly heardAtMs: number;
  /** When a packet was last sent or came, ms of the clock; -Infinity: never. */
  readonly usedAtMs: number;
  /** Bytes that wait to be sent. */
  readonly bufferedBytes: number;
  /** Packets that came and were dropped unread, as the queue was full. */
  readonly droppedPackets: number;
  /** Resolves, never rejects, with why the connection is over: `closed` by `close()`, `transport`, `idle`, `malformed`. */
  readonly closed: Promise<DerpError>;
  /** Ends the connection; what was queued is still sent if that takes no more than a second. Resolves when nothing is left of it. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ClientOptions {
  /** Takes packets as they come, in place of `packets`: nothing is queued. */
  readonly onPacket?: (packet: DerpPacket) => void;
  readonly onEvent?: (event: DerpEvent) => void;
  /** How much may wait in `packets`. Where there is no room, the oldest is dropped. */
  readonly queue?: QueueLimits;
  /** Above so many bytes waiting to be sent, `send` drops. Default 1 MiB. */
  readonly maxBufferedBytes?: number;
  /** So long without any frame, and the connection counts as dead. Default 130 s: two keep-alives of 60 s and their jitter. */
  readonly idleMs?: number;
}

/** Answers to a relay that does not read them. */
const maxPongBytes = 16_384;

interface Greeted {
  readonly key: DerpKey;
  readonly serverKey: Uint8Array;
  readonly serverInfo: DerpServerInfo;
  readonly clock: Clock;
  readonly random: Random;
}

/** The client on a link that is logged in. It takes frames from the next one on. */
export function createClient(link: Link, { key, serverKey, serverInfo, clock, random }: Greeted, options: ClientOptions): DerpClient {
  const { onPacket, onEvent, maxBufferedBytes = 1 << 20, idleMs = 130_000 } = options;
  const queue = createPacketQueue(options.queue ?? {});
  const pings = createPings(link, clock, random);
  const mayPass = createTokenBucket(serverInfo.bytesPerSecond, serverInfo.burstBytes, clock.now);
  let heardAtMs = clock.now();
  let usedAtMs = -Infinity;

  const emit = (event: DerpEvent): void => {
    try {
      onEvent?.(event);
    } catch (error) {
      // It hears of its mistake, but only once.
      if (event.type !== 'listenerFailed') emit({ type: 'listenerFailed', error });
    }
  };

  const deliver = (packet: DerpPacket): void => {
    usedAtMs = heardAtMs;
    if (!onPacket) return queue.push(packet);
    try {
      onPacket(packet);
    } catch (error) {
      emit({ type: 'listenerFailed', error });
    }
  };

  link.onFrame((frame: DerpFrame) => {
    heardAtMs = clock.now();
    switch (frame.type) {
      case 'recvPacket': return deliver({ source: frame.source, packet: frame.packet });
      case 'pong': return pings.answered(frame.data);
      case 'ping':
        if (link.bufferedBytes <= maxPongBytes) link.send({ type: 'pong', data: frame.data });
        return undefined;
      case 'peerGone': return emit(frame);
      case 'health': return emit({ type: 'health', problem: clean(frame.problem) });
      case 'restarting': return emit(frame);
      case 'keepAlive': return emit(frame);
      // Once, at login.
      case 'serverKey': case 'serverInfo': throw new DerpError('malformed', `${frame.type} after the login`);
      // Unknown ones, and those that only servers among themselves have a use for.
      default: return undefined;
    }
  });

  const over = new AbortController();
  void link.ended.then(() => {
    over.abort();
    queue.end();
    pings.end();
  });
  void endWhenIdle();

  async function endWhenIdle(): Promise<void> {
    while (!link.failure) {
      const leftMs = heardAtMs + idleMs - clock.now();
      if (leftMs > 0) await clock.sleep(leftMs, over.signal);
      else void link.end(new DerpError('idle', `nothing came for ${idleMs} ms`));
    }
  }

  const close = (): Promise<void> => link.end(new DerpError('closed', 'closed by this side'));
  return {
    publicKey: key.publicKey,
    serverKey,
    serverInfo,
    send(destination, packet) {
      if (destination.length !== KEY_BYTES) throw new RangeError(`a key has ${KEY_BYTES} bytes, not ${destination.length}`);
      if (packet.length > MAX_PACKET_BYTES) throw new RangeError(`a packet has at most ${MAX_PACKET_BYTES} bytes, not ${packet.length}`);
      if (link.failure || link.bufferedBytes > maxBufferedBytes || !mayPass(packet.length)) return false;
      usedAtMs = clock.now();
      link.send({ type: 'sendPacket', destination, packet });
      return true;
    },
    drained: link.drained,
    packets: queue,
    ping: pings.send,
    notePreferred: (preferred) => link.send({ type: 'notePreferred', preferred }),
    get heardAtMs() { return heardAtMs; },
    get usedAtMs() { return usedAtMs; },
    get bufferedBytes() { return link.bufferedBytes; },
    get droppedPackets() { return queue.dropped; },
    closed: link.ended,
    close,
    [Symbol.asyncDispose]: close,
  };
}
