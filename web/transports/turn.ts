import { ProbeFailure } from '../../core/errors.ts';
import { attempts, type Attempt } from '../../core/probe/attempts.ts';
import type { Transport } from '../../core/probe/transport.ts';
import { unlessAborted } from '../unless-aborted.ts';

/** As much of a `simple-peer` as is used. */
export interface Peer {
  on(event: 'signal', listener: (data: { readonly type?: string }) => void): void;
  on(event: 'connect' | 'close', listener: () => void): void;
  on(event: 'data', listener: (bytes: Uint8Array) => void): void;
  on(event: 'error', listener: (error: unknown) => void): void;
  on(event: 'iceStateChange', listener: (connection: string, gathering: string) => void): void;
  signal(data: unknown): void;
  send(bytes: Uint8Array): void;
  destroy(): void;
}

export type PeerConstructor = new (options: { readonly initiator: boolean; readonly config: RTCConfiguration; readonly channelConfig: RTCDataChannelInit }) => Peer;

export interface TurnOptions {
  /** Default: `simple-peer`, 28 kB, fetched with the first probe. */
  readonly load?: () => Promise<PeerConstructor>;
  /** Monotonic ms with fractions. */
  readonly now?: () => number;
}

const loadSimplePeer = async (): Promise<PeerConstructor> => (await import('simple-peer/simplepeer.min.js')).default;

/** What a datagram may lose does not come again: a late answer would only be taken for a slow relay. */
const channelConfig: RTCDataChannelInit = { ordered: false, maxRetransmits: 0 };

/** The first ping wakes both ends; the lowest of the next three is the latency. */
const pings = 4;

/** A ping is answered or lost by then, and the next one goes out. */
const pingMs = 400;

/**
 * Proves that a TURN server takes its credentials and relays: two peers in this page, each with an allocation of its own,
 * ping one another through it. That is two round trips to the server, so half of it is the latency, read 1 ms high.
 *
 * It takes about ten round trips and thirty packets: a check for the finalists, which no strategy plans.
 */
export function turn({ load = loadSimplePeer, now = () => performance.now() }: TurnOptions = {}): Transport {
  const probes = attempts('turn', (error, attempt) => new ProbeFailure('failed', error instanceof Error ? error.message : 'the relayed connection failed', attempt.sent));
  return {
    name: 'turn',
    kind: 'turn',
    supports: (node) => node.turn !== undefined && typeof RTCPeerConnection === 'function',
    probe: (node, { signal }) => probes.run(signal, async (attempt) => {
      const server = node.turn;
      if (!server) throw new ProbeFailure('failed', `${node.name} has no TURN`, false);
      const Peer = await unlessAborted(load(), attempt.signal);
      const config: RTCConfiguration = { iceServers: [{ ...server, urls: [...server.urls] }], iceTransportPolicy: 'relay' };
      const peer = (initiator: boolean): Peer => new Peer({ initiator, config, channelConfig });
      attempt.sent = true;
      const near = peer(true);
      const far = peer(false);
      try {
        return { kind: 'turn', latencyMs: await pingBetween(near, far, attempt, now) };
      } finally {
        near.destroy();
        far.destroy();
      }
    }),
    close: probes.close,
  };
}

/** Half of the shortest ping between two peers that are yet to be connected, in ms. */
function pingBetween(near: Peer, far: Peer, attempt: Attempt, now: () => number): Promise<number> {
  const sentAt: number[] = [];
  const answers: number[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const measured = new Promise<number>((resolve, reject) => {
    const ping = (): void => {
      timer = setTimeout(ping, pingMs);
      near.send(Uint8Array.of(sentAt.push(now()) - 1));
      // Numbered by one byte; this many lost is a dead relay.
      if (sentAt.length > 255) clearTimeout(timer);
    };
    let relays = 0;
    for (const [from, to] of [[near, far], [far, near]] as const) {
      from.on('signal', (data) => {
        if (data.type === 'candidate') relays++;
        to.signal(data);
      });
      from.on('iceStateChange', (_, gathering) => {
        if (gathering === 'complete' && relays === 0) reject(new ProbeFailure('failed', 'the server gave no relay address: it is silent, or the credentials are wrong', true));
      });
      from.on('error', reject);
      from.on('close', () => reject(new Error('the relayed connection was closed')));
    }
    near.on('connect', ping);
    far.on('data', (bytes) => far.send(bytes));
    near.on('data', ([number = -1]) => {
      const at = now();
      const sent = sentAt[number];
      if (sent === undefined) return;
      delete sentAt[number];
      answers.push((at - sent) / 2);
      if (answers.length === pings) return resolve(Math.min(...answers.slice(1)));
      attempt.known = { kind: 'turn', latencyMs: Math.min(...answers), doubt: ['cold'] };
      clearTimeout(timer);
      ping();
    });
    attempt.signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
  return measured.finally(() => clearTimeout(timer));
}
