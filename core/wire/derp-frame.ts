/** A public key of X25519, which is a client's or a server's address. */
export const KEY_BYTES = 32;
/** Before every NaCl box. */
export const NONCE_BYTES = 24;
/** What a NaCl box is longer than its text. */
const BOX_OVERHEAD_BYTES = 16;
/** What a ping carries and its pong repeats. */
export const PING_BYTES = 8;
/** The largest packet that a relay forwards. */
export const MAX_PACKET_BYTES = 65_536;

/** Type in one byte, length of the body in four, before every body. */
export const FRAME_HEADER_BYTES = 5;

/** `DERP🔑` in UTF-8: the start of what a server says first. */
export const MAGIC: readonly number[] = [0x44, 0x45, 0x52, 0x50, 0xf0, 0x9f, 0x94, 0x91];

/** 0: it has left this relay. 1: it is not here. Others are for later. */
export type PeerGoneReason = 'disconnected' | 'not-here' | 'unknown';

/** A frame of the relay protocol DERP, version 2, with the names that Tailscale's sources have for it. Keys have 32 bytes. */
export type KnownDerpFrame =
  // Login: the server's key, then two NaCl boxes (24 byte nonce first) with JSON in them.
  | { readonly type: 'serverKey'; readonly serverKey: Uint8Array }
  | { readonly type: 'clientInfo'; readonly clientKey: Uint8Array; readonly box: Uint8Array }
  | { readonly type: 'serverInfo'; readonly box: Uint8Array }
  // Packets.
  | { readonly type: 'sendPacket'; readonly destination: Uint8Array; readonly packet: Uint8Array }
  | { readonly type: 'recvPacket'; readonly source: Uint8Array; readonly packet: Uint8Array }
  | { readonly type: 'forwardPacket'; readonly source: Uint8Array; readonly destination: Uint8Array; readonly packet: Uint8Array }
  // The connection's own affairs.
  | { readonly type: 'keepAlive' }
  | { readonly type: 'ping'; readonly data: Uint8Array }
  | { readonly type: 'pong'; readonly data: Uint8Array }
  /** Whether this relay is the client's home. */
  | { readonly type: 'notePreferred'; readonly preferred: boolean }
  /** What is wrong with the connection; empty: nothing any more. */
  | { readonly type: 'health'; readonly problem: string }
  /** The server ends soon: wait so long, then try for so long before doing what else one does. */
  | { readonly type: 'restarting'; readonly reconnectInMs: number; readonly tryForMs: number }
  // Peers. Those that watch all of them are servers of the same region, which know a secret.
  | { readonly type: 'peerGone'; readonly peer: Uint8Array; readonly reason: PeerGoneReason }
  | { readonly type: 'peerPresent'; readonly peer: Uint8Array; readonly address?: string; readonly port?: number; readonly flags?: number }
  | { readonly type: 'watchConns' }
  | { readonly type: 'closePeer'; readonly peer: Uint8Array };

/** A frame that this version does not know, or that the other side has no business to send: its body was skipped. */
interface UnknownDerpFrame {
  readonly type: 'unknown';
  readonly code: number;
  readonly bodyBytes: number;
}

export type DerpFrame = KnownDerpFrame | UnknownDerpFrame;

export type DerpSide = 'server' | 'client';

/** A type's number, who sends it, and how long its body may be. */
export interface FrameForm {
  readonly code: number;
  readonly from: DerpSide | 'both';
  readonly leastBytes: number;
  readonly mostBytes: number;
}

/** Room that later versions may use: bytes after what is known of a short frame are ignored, as Tailscale ignores them. */
const ROOM_BYTES = 1024;
/** Some fields of JSON. Tailscale's server takes 256 kB of them and its client 1 MB, which nobody needs. */
const MAX_INFO_BYTES = 16_384;
const MAX_HEALTH_BYTES = 4096;
const BOX_BYTES = NONCE_BYTES + BOX_OVERHEAD_BYTES;

export const FRAME_FORMS: Readonly<Record<KnownDerpFrame['type'], FrameForm>> = {
  serverKey: { code: 0x01, from: 'server', leastBytes: MAGIC.length + KEY_BYTES, mostBytes: ROOM_BYTES },
  clientInfo: { code: 0x02, from: 'client', leastBytes: KEY_BYTES + BOX_BYTES, mostBytes: KEY_BYTES + BOX_BYTES + MAX_INFO_BYTES },
  serverInfo: { code: 0x03, from: 'server', leastBytes: BOX_BYTES, mostBytes: BOX_BYTES + MAX_INFO_BYTES },
  sendPacket: { code: 0x04, from: 'client', leastBytes: KEY_BYTES, mostBytes: KEY_BYTES + MAX_PACKET_BYTES },
  recvPacket: { code: 0x05, from: 'server', leastBytes: KEY_BYTES, mostBytes: KEY_BYTES + MAX_PACKET_BYTES },
  keepAlive: { code: 0x06, from: 'server', leastBytes: 0, mostBytes: ROOM_BYTES },
  notePreferred: { code: 0x07, from: 'client', leastBytes: 1, mostBytes: 1 },
  peerGone: { code: 0x08, from: 'server', leastBytes: KEY_BYTES, mostBytes: ROOM_BYTES },
  peerPresent: { code: 0x09, from: 'server', leastBytes: KEY_BYTES, mostBytes: ROOM_BYTES },
  forwardPacket: { code: 0x0a, from: 'client', leastBytes: 2 * KEY_BYTES, mostBytes: 2 * KEY_BYTES + MAX_PACKET_BYTES },
  watchConns: { code: 0x10, from: 'client', leastBytes: 0, mostBytes: 0 },
  closePeer: { code: 0x11, from: 'client', leastBytes: KEY_BYTES, mostBytes: KEY_BYTES },
  ping: { code: 0x12, from: 'both', leastBytes: PING_BYTES, mostBytes: ROOM_BYTES },
  pong: { code: 0x13, from: 'both', leastBytes: PING_BYTES, mostBytes: ROOM_BYTES },
  health: { code: 0x14, from: 'server', leastBytes: 0, mostBytes: MAX_HEALTH_BYTES },
  restarting: { code: 0x15, from: 'server', leastBytes: 8, mostBytes: ROOM_BYTES },
};

/** The longest body of an unknown frame that is skipped: what Tailscale's client skips. */
export const MAX_UNKNOWN_BYTES = 1_048_576;
