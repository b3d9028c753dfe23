import { EventEmitter, once } from 'node:events';
import type { IceServer } from '../../core/ice/servers.ts';

/** As much of `node-datachannel`, a WebRTC of its own (libdatachannel), as is used. */
interface Channel {
  sendMessageBinary(bytes: Uint8Array): boolean;
  onOpen(listener: () => void): void;
  onMessage(listener: (message: string | Buffer | ArrayBuffer) => void): void;
}
interface PeerConnection {
  createDataChannel(label: string): Channel;
  setRemoteDescription(sdp: string, type: string): void;
  addRemoteCandidate(candidate: string, mid: string): void;
  localDescription(): { readonly sdp: string } | null;
  onLocalDescription(listener: (sdp: string, type: string) => void): void;
  onLocalCandidate(listener: (candidate: string, mid: string) => void): void;
  onDataChannel(listener: (channel: Channel) => void): void;
  onGatheringStateChange(listener: (state: string) => void): void;
  getSelectedCandidatePair(): { readonly local: Selected; readonly remote: Selected } | null;
  close(): void;
}
interface Selected { readonly type: string; readonly port: number }
interface Library { readonly PeerConnection: new (name: string, config: object) => PeerConnection; cleanup(): void }

/**
 * Undefined where the package has no binary for this platform; and unless it is asked for, as on a busy machine the library at times ends
 * its process after the test has passed.
 */
export const dataChannels: Library | undefined = process.env['RELAYED_CHANNELS'] === undefined ? undefined : await import('node-datachannel').then((found) => found.default as Library, () => undefined);

/** A data channel between two peers in this process, each allowed to talk through the relays alone. */
export interface Relayed extends Disposable {
  /** Sends so many bytes each way at once; resolves with what came at the other ends, when all has. */
  exchange(bytes: Uint8Array): Promise<readonly [Uint8Array, Uint8Array]>;
  /** The ports at relays that each side is reached at. */
  readonly relayPorts: readonly number[];
}

/** What a server's refusal comes to. */
export const noRelayAddress = 'no relay address';

const connectMs = 10_000;

/** Resolves when the channel is open; rejects where a side gets no relay address, as with credentials that are not taken. */
export async function openRelayed({ PeerConnection }: Library, iceServers: readonly IceServer[]): Promise<Relayed> {
  const config = { iceServers: iceServers.flatMap(forLibrary), iceTransportPolicy: 'relay', bindAddress: '127.0.0.1' };
  const [near, far] = [new PeerConnection('near', config), new PeerConnection('far', config)];
  let isClosed = false;
  const close = (): void => {
    isClosed = true;
    near.close();
    far.close();
  };
  // What a closed peer is told throws, in a callback of the library's, which ends the process.
  const unlessClosed = <A extends readonly unknown[]>(tell: (...told: A) => void) => (...told: A): void => {
    if (!isClosed) tell(...told);
  };
  const over = new AbortController();
  try {
    const noRelay = new Promise<never>((_, reject) => {
      for (const peer of [near, far]) {
        peer.onGatheringStateChange((state) => { if (state === 'complete' && !peer.localDescription()?.sdp.includes('typ relay')) reject(new Error(noRelayAddress)); });
      }
    });
    near.onLocalDescription(unlessClosed((sdp: string, type: string) => far.setRemoteDescription(sdp, type)));
    far.onLocalDescription(unlessClosed((sdp: string, type: string) => near.setRemoteDescription(sdp, type)));
    near.onLocalCandidate(unlessClosed((candidate: string, mid: string) => far.addRemoteCandidate(candidate, mid)));
    far.onLocalCandidate(unlessClosed((candidate: string, mid: string) => near.addRemoteCandidate(candidate, mid)));
    const answered = new Promise<Channel>((resolve) => { far.onDataChannel(resolve); });
    const offered = near.createDataChannel('bytes');
    const opened = Promise.all([new Promise<void>((resolve) => { offered.onOpen(resolve); }), answered]);
    const late = once(new EventEmitter(), 'never', { signal: AbortSignal.any([over.signal, AbortSignal.timeout(connectMs)]) });
    const [, answer] = await Promise.race([opened, noRelay, late.then(() => opened)]);
    const ends = [inbox(offered), inbox(answer)] as const;
    const selected = [near, far].flatMap((peer) => Object.values(peer.getSelectedCandidatePair() ?? {}));
    if (selected.length !== 4 || selected.some(({ type }) => type !== 'relay')) throw new Error(`not relayed: ${selected.map(({ type }) => type).join(', ')}`);
    return {
      relayPorts: [near, far].map((peer) => peer.getSelectedCandidatePair()?.local.port ?? 0),
      async exchange(bytes) {
        offered.sendMessageBinary(bytes);
        answer.sendMessageBinary(bytes);
        return Promise.all([ends[0](), ends[1]()]);
      },
      [Symbol.dispose]: close,
    };
  } catch (error) {
    close();
    throw error;
  } finally {
    over.abort();
  }
}

/** Takes one message after another. */
function inbox(channel: Channel): () => Promise<Uint8Array> {
  const messages = new EventEmitter();
  const waiting: Uint8Array[] = [];
  channel.onMessage((message) => {
    waiting.push(typeof message === 'string' ? Buffer.from(message) : new Uint8Array(message));
    messages.emit('message');
  });
  return async () => {
    if (waiting.length === 0) await once(messages, 'message', { signal: AbortSignal.timeout(connectMs) });
    return waiting.shift() ?? new Uint8Array();
  };
}

/** Its own form takes names with a `:` in them, as those of a shared secret are. */
const forLibrary = ({ urls, username, credential }: IceServer): object[] => [urls].flat().map((url) => {
  const { hostname, port } = new URL(url.replace(/^turn:/, 'http://'));
  return { hostname, port: Number(port), username, password: credential, relayType: 'TurnUdp' };
});
