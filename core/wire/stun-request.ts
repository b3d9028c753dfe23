import { fingerprintChanges, fingerprintOf } from './stun-fingerprint.ts';
import {
  ATTRIBUTE_HEADER_BYTES, attributeEnd, BINDING_REQUEST, FINGERPRINT, HEADER_BYTES, isStun, messageEndOf, messageTypeOf, readInt32, readUint16,
  requireTransactionId, SOFTWARE, transactionIdOf, TXID_AT, TXID_BYTES, valueBytesOf, writeAttributeHeader, writeHeader, writeInt32,
} from './stun-message.ts';

/** `tailnode`, in two halves: the only software that DERP servers answer to. Eight bytes, hence without padding. */
const TAILNODE = [0x7461696c, 0x6e6f6465] as const;
const TAILNODE_BYTES = 8;

const FINGERPRINT_VALUE_BYTES = 4;
const FINGERPRINT_BYTES = ATTRIBUTE_HEADER_BYTES + FINGERPRINT_VALUE_BYTES;
const FINGERPRINT_AT = HEADER_BYTES + ATTRIBUTE_HEADER_BYTES + TAILNODE_BYTES;
const FINGERPRINT_VALUE_AT = FINGERPRINT_AT + ATTRIBUTE_HEADER_BYTES;

// Requests differ in their transaction id and fingerprint alone. These are the requests of transaction id zero.
const NO_TXID = new Uint8Array(TXID_BYTES);
const BLANK_PLAIN = new Uint8Array(HEADER_BYTES);
writeHeader(BLANK_PLAIN, BINDING_REQUEST, NO_TXID);
const BLANK = new Uint8Array(FINGERPRINT_AT + FINGERPRINT_BYTES);
writeHeader(BLANK, BINDING_REQUEST, NO_TXID);
writeAttributeHeader(BLANK, HEADER_BYTES, SOFTWARE, TAILNODE_BYTES);
writeInt32(BLANK, HEADER_BYTES + ATTRIBUTE_HEADER_BYTES, TAILNODE[0]);
writeInt32(BLANK, HEADER_BYTES + ATTRIBUTE_HEADER_BYTES + 4, TAILNODE[1]);
writeAttributeHeader(BLANK, FINGERPRINT_AT, FINGERPRINT, FINGERPRINT_VALUE_BYTES);
const BLANK_FINGERPRINT = fingerprintOf(BLANK, FINGERPRINT_AT);
const CHANGES = fingerprintChanges(BLANK, FINGERPRINT_AT, TXID_AT, TXID_BYTES);

/**
 * A Binding request (RFC 8489 section 6.1) in 40 bytes, with SOFTWARE `tailnode` and FINGERPRINT, as DERP servers demand it.
 * `plain`: in 20 bytes, without any attribute; every other STUN server answers that too.
 * @param txid The transaction id, 12 bytes: random, and new for each request, since it is what an answer is known by.
 * @throws TypeError if `txid` is no byte array, RangeError if it has not 12 bytes.
 */
export function encodeBindingRequest(txid: Uint8Array, options?: { readonly plain?: boolean }): Uint8Array {
  requireTransactionId(txid);
  if (options?.plain === true) {
    const packet = new Uint8Array(BLANK_PLAIN);
    packet.set(txid, TXID_AT);
    return packet;
  }
  const packet = new Uint8Array(BLANK);
  let fingerprint = BLANK_FINGERPRINT;
  for (let index = 0; index < TXID_BYTES; index++) {
    const byte = txid[index] ?? 0;
    packet[TXID_AT + index] = byte;
    fingerprint ^= CHANGES[index * 256 + byte] ?? 0;
  }
  writeInt32(packet, FINGERPRINT_VALUE_AT, fingerprint);
  return packet;
}

/** What a request says: how to call the answer. */
export interface BindingRequest {
  /** 12 bytes, to be sent back as they are. */
  readonly txid: Uint8Array;
}

/**
 * Reads a Binding request as a DERP server does: it must name the software `tailnode` and end with a right FINGERPRINT.
 * `plain`: as a general server does, which answers any Binding request whose attributes fill exactly the length that the header
 * gives, and whose FINGERPRINT, if it has one, is the last attribute and right (RFC 8489 sections 6.3 and 14.7).
 * Undefined for everything else; never throws.
 */
export function decodeBindingRequest(bytes: Uint8Array, options?: { readonly plain?: boolean }): BindingRequest | undefined {
  if (!isStun(bytes) || messageTypeOf(bytes) !== BINDING_REQUEST) return undefined;
  const answered = options?.plain === true ? isWellFormed(bytes) : isOfTailscale(bytes);
  return answered ? { txid: transactionIdOf(bytes) } : undefined;
}

/** Tailscale's rules: attributes run to the end of the packet, whatever the length field says. */
function isOfTailscale(bytes: Uint8Array): boolean {
  let isTailnode = false;
  let lastType: number | undefined;
  // The last value of four bytes counts, even if the last FINGERPRINT is of another length.
  let fingerprint = 0;
  for (let at = HEADER_BYTES; at < bytes.length;) {
    const next = attributeEnd(bytes, at, bytes.length);
    if (next === undefined) return false;
    lastType = readUint16(bytes, at);
    if (lastType === SOFTWARE && saysTailnode(bytes, at)) isTailnode = true;
    if (lastType === FINGERPRINT && valueBytesOf(bytes, at) === FINGERPRINT_VALUE_BYTES) fingerprint = readInt32(bytes, at + ATTRIBUTE_HEADER_BYTES);
    at = next;
  }
  return isTailnode && lastType === FINGERPRINT && fingerprint === fingerprintOf(bytes, bytes.length - FINGERPRINT_BYTES);
}

const saysTailnode = (bytes: Uint8Array, at: number): boolean =>
  valueBytesOf(bytes, at) === TAILNODE_BYTES && readInt32(bytes, at + ATTRIBUTE_HEADER_BYTES) === TAILNODE[0]
  && readInt32(bytes, at + ATTRIBUTE_HEADER_BYTES + 4) === TAILNODE[1];

function isWellFormed(bytes: Uint8Array): boolean {
  if (messageEndOf(bytes) !== bytes.length) return false;
  for (let at = HEADER_BYTES; at < bytes.length;) {
    const next = attributeEnd(bytes, at, bytes.length);
    if (next === undefined) return false;
    if (readUint16(bytes, at) === FINGERPRINT) {
      return next === bytes.length && valueBytesOf(bytes, at) === FINGERPRINT_VALUE_BYTES
        && readInt32(bytes, at + ATTRIBUTE_HEADER_BYTES) === fingerprintOf(bytes, at);
    }
    at = next;
  }
  return true;
}
