/** As much of an RTCIceCandidate as is used. */
export interface CandidateLike {
  /** Null or absent: the mark that ends a gathering. */
  readonly type?: string | null;
  readonly protocol?: string | null;
  readonly priority?: number | null;
  readonly usernameFragment?: string | null;
  /** Obfuscated as a name under `.local` where the page may not know it. */
  readonly address?: string | null;
  readonly port?: number | null;
  /** The server that told, in browsers built on libwebrtc. */
  readonly url?: string | null;
}

export interface DescriptionLike {
  readonly type: 'offer' | 'pranswer' | 'answer' | 'rollback';
  readonly sdp?: string;
}

/** As much of an RTCPeerConnection as is used. */
export interface PeerConnectionLike {
  readonly signalingState: string;
  readonly iceGatheringState: string;
  addEventListener(type: 'icecandidate', listener: (event: { readonly candidate: CandidateLike | null }) => void): void;
  addTransceiver(kind: 'audio', init: { direction: 'recvonly' }): unknown;
  setConfiguration(configuration: { iceServers: { urls: string[] }[] }): void;
  createOffer(): Promise<DescriptionLike>;
  setLocalDescription(description: DescriptionLike): Promise<void>;
  close(): void;
}

export type PeerConnectionConstructor = new () => PeerConnectionLike;
