import { ProbeFailure } from '../../core/errors.ts';
import type { Family } from '../../core/model/kind.ts';
import { hostOf, isOfFamily } from './candidate.ts';
import type { EventLoopWatch } from './event-loop.ts';
import type { CandidateLike, DescriptionLike, PeerConnectionConstructor } from './peer-connection.ts';
import type { Seen, Start } from './start-time.ts';

/** The first answer of a gathering. */
export interface Gathered {
  readonly candidate: CandidateLike;
  readonly latencyMs: number;
  /** So much of it may be the page's own, at the most, whose thread was busy. Absent: nothing tells when the request left. */
  readonly lateMs?: number;
}

interface GatherOptions {
  /** Only answers over this IP version count. Absent: the first. */
  readonly family?: Family | undefined;
  /** Ends it: the gathering rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** The requests are about to leave. */
  readonly onSent: () => void;
  /** They have left, as far as can be seen. */
  readonly onStarted: () => void;
}

/** One peer connection that gathers candidates again and again, one gathering at a time, and is idle in between. */
export interface Gatherer {
  /** Asks the servers. Rejects with a `ProbeFailure` when the browser has gathered all and no server was heard. */
  gather(urls: readonly string[], options: GatherOptions): Promise<Gathered>;
  /** Gathers without a server, until the first host candidate: so wakes threads and learns names, and sends nothing. */
  warmUp(): Promise<void>;
  /** Ends the last gathering: sockets, retransmits and keep-alives. Rejects once it is closed. */
  reset(): Promise<void>;
  close(): void;
}

type Listener = (candidate: CandidateLike | null) => void;

const ignore: Listener = () => {};

interface PageTimes {
  readonly now: () => number;
  readonly startOf: (seen: Seen) => Start;
  readonly watch: Pick<EventLoopWatch, 'readLateMs' | 'wasBusySince'>;
}

/** The times are shared by all of a page. */
export function createGatherer(RTCPeerConnection: PeerConnectionConstructor, { now, startOf, watch }: PageTimes): Gatherer {
  const connection = new RTCPeerConnection();
  // Something to gather for. A data channel does not outlive a rollback in Chromium; a transceiver does, and opens no device.
  connection.addTransceiver('audio', { direction: 'recvonly' });
  let listener = ignore;
  let gathering = 0;
  let applying: Promise<unknown> = Promise.resolve();
  connection.addEventListener('icecandidate', ({ candidate }) => listener(candidate));

  /** Starts to gather, and tells what it hears of this gathering. Rejects as the connection does, or if it was reset meanwhile. */
  async function start(urls: readonly string[], onCall: () => void, hear: Listener): Promise<void> {
    await reset();
    const number = gathering;
    connection.setConfiguration({ iceServers: urls.length > 0 ? [{ urls: [...urls] }] : [] });
    const offer = await connection.createOffer();
    if (number !== gathering) throw new Error('reset');
    const ufrag = ufragOf(offer);
    listener = (candidate) => {
      // What is left of the gathering before may come late; its end says so only by the state.
      if (candidate ? candidate.usernameFragment === ufrag : connection.iceGatheringState === 'complete') hear(candidate);
    };
    onCall();
    applying = connection.setLocalDescription(offer);
    await applying;
  }

  async function reset(): Promise<void> {
    listener = ignore;
    gathering++;
    if (connection.signalingState === 'closed') throw new Error('closed');
    // There is nothing to roll back until the description is applied, and then it must be.
    await applying.catch(ignore);
    if (connection.signalingState !== 'have-local-offer') return;
    applying = connection.setLocalDescription({ type: 'rollback' });
    await applying;
  }

  return {
    gather: (urls, { family, signal, onSent, onStarted }) => new Promise((resolve, reject) => {
      const hosts: { readonly candidate: CandidateLike; readonly hostMs: number; readonly isHostLate: boolean }[] = [];
      let calledMs = 0;
      let resolvedMs: number | undefined;
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      const onCall = (): void => {
        onSent();
        calledMs = now();
      };
      start(urls, onCall, (candidate) => {
        const atMs = now();
        if (!candidate) return reject(new ProbeFailure('failed', 'the browser gathered no server reflexive candidate', true));
        if (candidate.type === 'host' && candidate.protocol === 'udp') {
          if (hosts.push({ candidate, hostMs: atMs, isHostLate: watch.readLateMs(atMs) > 0 }) === 1) onStarted();
        }
        if (candidate.type !== 'srflx' || !isOfFamily(candidate, family)) return;
        const start = startOf({ calledMs, ...(resolvedMs !== undefined && { resolvedMs }), ...hostOf(hosts, candidate) });
        const latencyMs = atMs - start.atMs;
        // The host candidate of a busy page may come after the answer: then that request may have left at any time.
        const sendLateMs = start.lateMs ?? (watch.wasBusySince(calledMs) ? latencyMs : undefined);
        resolve({ candidate, latencyMs, ...(sendLateMs !== undefined && { lateMs: Math.min(sendLateMs + watch.readLateMs(atMs), latencyMs) }) });
      }).then(() => { resolvedMs = now(); }, reject);
    }),
    warmUp: () => new Promise((resolve, reject) => {
      let calledMs = 0;
      start([], () => { calledMs = now(); }, (candidate) => {
        const hostMs = now();
        if (candidate) startOf({ calledMs, hostMs, isHostLate: watch.readLateMs(hostMs) > 0 });
        resolve();
      }).catch(reject);
    }),
    reset,
    close(): void {
      listener = ignore;
      connection.close();
    },
  };
}

/** What marks the candidates of this offer (RFC 8839 section 5.4). */
function ufragOf({ sdp }: DescriptionLike): string {
  const ufrag = /^a=ice-ufrag:(\S+)/m.exec(sdp ?? '')?.[1];
  if (ufrag === undefined) throw new Error('the offer has nothing to gather for');
  return ufrag;
}
