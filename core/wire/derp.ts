/**
 * The relay protocol DERP, version 2, as bytes: what frames there are, how they are written, and how a stream of them is read
 * without trust in whoever sends it. Without cryptography: the two boxes of the login are bytes here.
 * @module
 */
export { encodeDerpFrame } from './derp-encode.ts';
export { DerpError, type DerpErrorCode } from './derp-error.ts';
export { KEY_BYTES, MAX_PACKET_BYTES, NONCE_BYTES, PING_BYTES, type DerpFrame, type DerpSide, type KnownDerpFrame, type PeerGoneReason } from './derp-frame.ts';
export { createDerpReader } from './derp-reader.ts';
