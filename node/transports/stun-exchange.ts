import type { RemoteInfo } from 'node:dgram';
import { ProbeFailure } from '../../core/errors.ts';
import { formatEndpoint, formatIp, parseIp } from '../../core/model/address.ts';
import type { Family } from '../../core/model/kind.ts';
import type { Sample } from '../../core/model/sample.ts';
import { onAbort } from '../../core/probe/on-abort.ts';
import { decodeBindingResponse, encodeBindingRequest } from '../../core/wire/stun.ts';
import { lateness, watchEventLoop } from './event-loop.ts';
import { sendFailure } from './failure.ts';
import type { Place } from './locate.ts';
import { txidKey, txidSource } from './txid.ts';
import type { CreateSocket, UdpSocket } from './udp-socket.ts';
import { udpSocket } from './udp-socket.ts';

/** Where and how to ask. */
export interface StunTarget extends Place {
  readonly port: number;
  readonly plain: boolean;
}

/** Datagrams that were no answer awaited, by what was wrong with them. */
export interface IgnoredCounts {
  /** An unknown transaction id: late, answered before, or made up. */
  stray: number;
  /** An awaited transaction id, but not from where it was sent. */
  foreign: number;
  /** An awaited transaction id in something that is no Binding success response. */
  malformed: number;
}

export interface StunExchange {
  readonly sockets: Readonly<Record<Family, UdpSocket>>;
  readonly ignored: Readonly<IgnoredCounts>;
  /** Sends one request before it returns. `signal` must not have aborted yet. Rejects with a `ProbeFailure`. */
  ask(target: StunTarget, signal: AbortSignal): Promise<Sample>;
  /** Runs once what comes before a packet: a first run costs many times the second, and 32 first packets should be one burst. */
  rehearse(): void;
  close(): void;
}

interface Pending {
  readonly target: StunTarget;
  readonly resolve: (sample: Sample) => void;
  readonly reject: (failure: ProbeFailure) => void;
  readonly stopListening: () => void;
  sentAtMs: number;
  /** The system had it by then. */
  takenAtMs: number;
}

/** Requests and answers, matched by transaction id and source. `other` is offered what no request awaits, and says if it took it. */
export function stunExchange(now: () => number, other: (datagram: Buffer) => boolean, createSocket?: CreateSocket): StunExchange {
  const pending = new Map<string, Pending>();
  const ignored: IgnoredCounts = { stray: 0, foreign: 0, malformed: 0 };
  const sockets = { 4: udpSocket(4, receive, createSocket), 6: udpSocket(6, receive, createSocket) };
  const loop = watchEventLoop(now);
  const nextTxid = txidSource();

  function setInUse(inUse: boolean): void {
    sockets[4].setInUse(inUse);
    sockets[6].setInUse(inUse);
    if (inUse) loop.start();
    else loop.stop();
  }

  /** Takes a request off the list; undefined if it was settled before. */
  function take(key: string): Pending | undefined {
    const request = pending.get(key);
    if (!request) return undefined;
    pending.delete(key);
    request.stopListening();
    if (pending.size === 0) setInUse(false);
    return request;
  }

  function receive(bytes: Buffer, from: RemoteInfo): void {
    const atMs = now();
    const readLateMs = loop.readLateMs(atMs);
    const key = txidKey(bytes, 8);
    const request = pending.get(key);
    if (!request) {
      if (!other(bytes)) ignored.stray++;
      return;
    }
    const { port, address, family } = request.target;
    if (from.port !== port || !isSameAddress(from.address, address)) {
      ignored.foreign++;
      return;
    }
    const response = decodeBindingResponse(bytes);
    if (!response) {
      ignored.malformed++;
      return;
    }
    take(key);
    const latencyMs = atMs - request.sentAtMs;
    const mapped = formatEndpoint(response.address, response.port);
    request.resolve({ kind: 'stun', latencyMs, family, mapped, ...lateness(latencyMs, readLateMs, request.takenAtMs - request.sentAtMs) });
  }

  return {
    sockets,
    ignored,
    ask: (target, signal) => new Promise((resolve, reject) => {
      const txid = nextTxid();
      const key = txidKey(txid);
      const bytes = encodeBindingRequest(txid, { plain: target.plain });
      const fail = (failure: ProbeFailure): void => take(key)?.reject(failure);
      const stopListening = onAbort(signal, () => fail(new ProbeFailure('no-answer', 'no answer', true)));
      const request: Pending = { target, resolve, reject, stopListening, sentAtMs: 0, takenAtMs: 0 };
      if (pending.size === 0) setInUse(true);
      pending.set(key, request);
      const socket = sockets[target.family];
      try {
        socket.open();
        request.sentAtMs = now();
        socket.send(bytes, target.port, target.address, (error) => fail(sendFailure(error)));
        request.takenAtMs = now();
      } catch (error) {
        fail(sendFailure(error));
      }
    }),
    rehearse(): void {
      encodeBindingRequest(nextTxid());
      onAbort(new AbortController().signal, () => {})();
      loop.start();
      loop.stop();
    },
    close(): void {
      for (const key of pending.keys()) take(key)?.reject(new ProbeFailure('aborted', 'the transport was closed', true));
      sockets[4].close();
      sockets[6].close();
    },
  };
}

/** The system may write an IPv6 address otherwise than RFC 5952 has it. */
const isSameAddress = (one: string, other: string): boolean => {
  if (one === other) return true;
  const ip = one.includes(':') ? parseIp(one) : undefined;
  return ip !== undefined && formatIp(ip) === other;
};
