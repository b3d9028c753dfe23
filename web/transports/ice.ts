import { ClosedError, ProbeFailure } from '../../core/errors.ts';
import type { Clock } from '../../core/clock.ts';
import type { Doubt, Sample } from '../../core/model/sample.ts';
import { attempts } from '../../core/probe/attempts.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { systemClock } from '../../universal/clock.ts';
import { mappedBy, retransmitMs } from './candidate.ts';
import type { Gathered } from './gatherer.ts';
import { poolSize, type IcePool } from './ice-pool.ts';
import { usePagePool } from './page-pool.ts';
import type { PeerConnectionConstructor } from './peer-connection.ts';
import { stunUrls } from './stun-url.ts';

/** STUN as a page can do it: by gathering ICE candidates. */
export interface IceTransport extends Transport {
  /** Makes connections ready, so that the first probes need not wait for it (2 ms each, 20 ms the first). Sends nothing. */
  open(connections?: number): Promise<void>;
}

export interface IceOptions {
  /** The platform's own, if it has one. */
  readonly RTCPeerConnection?: PeerConnectionConstructor | undefined;
  readonly clock?: Pick<Clock, 'now' | 'sleep'>;
}

/** Browsers ask DNS again for each gathering; within this time the answer is at hand. */
const dnsFreshMs = 60_000;

/**
 * A gathering that waits for DNS and hears nothing starts over with another connection: once a browser's look-up got stuck for
 * good, and the probe with it. At first after so long, then after twice as long each time, as it may be the relay.
 */
export const lookUpMs = 1_500;

/**
 * Times a STUN Binding transaction (RFC 8489) by `RTCPeerConnection`: from the host candidate of an interface, whose port
 * sends as soon as it is open, to its server reflexive candidate. One connection a relay, so that no candidate is left out
 * for being the same as another relay's, from the page's pool of ten. In between they are idle: no socket, no packet.
 *
 * A relay known by name alone is asked twice, as the first time waits for DNS. Doubts: `event-loop`, the start was not seen
 * (no host candidate, or the page was busy), or the answer was read late (by `lateMs` at the most); `retransmitted`, long enough for the browser to have asked again.
 *
 * No server reflexive candidate does not mean that UDP is blocked: without a NAT the browser leaves it out where it does not
 * obfuscate host candidates, as in a page that may use camera or microphone. Then a probe fails with `failed`, and with
 * `no-answer` when the relay was silent; other kinds tell more.
 */
export function ice({ RTCPeerConnection = platformConstructor(), clock = systemClock() }: IceOptions = {}): IceTransport {
  let used: ReturnType<typeof usePagePool> | undefined;
  function pool(): IcePool {
    if (!RTCPeerConnection) throw new Error('this platform has no RTCPeerConnection');
    return (used ??= usePagePool(RTCPeerConnection, clock)).pool;
  }
  const probes = attempts('ice', (error, { sent }) => new ProbeFailure('failed', `WebRTC failed: ${String(error)}`, sent));
  const resolvedAtMs = new Map<string, number>();
  let isClosed = false;

  /** Whether the browser has to ask DNS for it, and did not lately. */
  const isCold = (name: string): boolean => clock.now() - (resolvedAtMs.get(name) ?? -Infinity) > dnsFreshMs;

  /** Undefined: it heard nothing for so long, and was ended. */
  async function inTime<T>(work: (signal: AbortSignal) => Promise<T>, ms: number, signal: AbortSignal): Promise<T | undefined> {
    const over = new AbortController();
    let isLate = false;
    void clock.sleep(ms, over.signal).then(() => {
      isLate = true;
      over.abort();
    });
    try {
      return await work(AbortSignal.any([signal, over.signal]));
    } catch (error) {
      if (isLate && !signal.aborted) return undefined;
      throw error;
    } finally {
      over.abort();
    }
  }

  return {
    name: 'ice',
    kind: 'ice',
    queues: true,
    supports: (node) => RTCPeerConnection !== undefined && node.stun?.dialect === 'plain' && stunUrls(node) !== undefined,
    probe: (node, { family, signal, onSent }) => probes.run(signal, async (attempt) => {
      const asked = stunUrls(node, family);
      if (!asked) throw new ProbeFailure('dns', `${node.name} has no address of IPv${family}`, false);
      const sent = (): void => {
        attempt.sent = true;
        onSent?.();
      };
      for (let limitMs = lookUpMs; ; limitMs *= 2) {
        const sample = await pool().run(attempt.signal, async (gatherer, options) => {
          const onStarted = (): void => {
            options.onStarted();
            onSent?.();
          };
          const gather = (signal = options.signal): Promise<Gathered> => gatherer.gather(asked.urls, { ...options, signal, family, onSent: sent, onStarted });
          if (asked.name !== undefined && isCold(asked.name)) {
            const first = await inTime(gather, limitMs, options.signal);
            // The pool replaces it.
            if (!first) return gatherer.close();
            attempt.known = sampleOf(first, ['cold']);
            resolvedAtMs.set(asked.name, clock.now());
          }
          return sampleOf(await gather());
        });
        if (sample) return sample;
      }
    }),
    async open(connections = poolSize) {
      if (isClosed) throw new ClosedError('transport ice');
      if (RTCPeerConnection) await pool().warmUp(connections);
    },
    close(): void {
      isClosed = true;
      probes.close();
      used?.release();
      used = undefined;
    },
  };
}

/** Looked up when it is asked for: importing this must be safe on a server. */
const platformConstructor = (): PeerConnectionConstructor | undefined => (globalThis as unknown as { readonly RTCPeerConnection?: PeerConnectionConstructor }).RTCPeerConnection;

function sampleOf({ candidate, latencyMs, lateMs }: Gathered, doubts: readonly Doubt[] = []): Sample {
  const doubt: Doubt[] = [...doubts];
  if (lateMs !== 0) doubt.push('event-loop');
  if (latencyMs >= retransmitMs(candidate)) doubt.push('retransmitted');
  return { kind: 'ice', latencyMs, ...mappedBy(candidate), ...(lateMs && { lateMs }), ...(doubt.length > 0 && { doubt }) };
}
