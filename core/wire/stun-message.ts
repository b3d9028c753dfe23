/** The header of every message: type, length of what follows, magic cookie, transaction id (RFC 8489 section 5). */
export const HEADER_BYTES = 20;
const LENGTH_AT = 2;
export const COOKIE_AT = 4;
export const TXID_AT = 8;
export const TXID_BYTES = 12;

/** What tells STUN from the other protocols of a port. */
const MAGIC_COOKIE = 0x2112a442;

/** Message types: the method Binding with its classes request and success response (RFC 8489 section 5). */
export const BINDING_REQUEST = 0x0001;
export const BINDING_SUCCESS = 0x0101;

/** Attribute types (RFC 8489 section 18.3). */
export const MAPPED_ADDRESS = 0x0001;
export const XOR_MAPPED_ADDRESS = 0x0020;
/** What drafts of RFC 5389 numbered XOR-MAPPED-ADDRESS; there are servers that still send it. */
export const XOR_MAPPED_ADDRESS_DRAFT = 0x8020;
export const SOFTWARE = 0x8022;
export const FINGERPRINT = 0x8028;

/** Type and length, before the value of every attribute (RFC 8489 section 14). */
export const ATTRIBUTE_HEADER_BYTES = 4;

/** Two bytes in network order; bytes past the end count as zero. */
export const readUint16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** Four bytes in network order, as a signed number: so are the results of JavaScript's bit operations. */
export const readInt32 = (bytes: Uint8Array, at: number): number => (readUint16(bytes, at) << 16) | readUint16(bytes, at + 2);

export function writeUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

export function writeInt32(bytes: Uint8Array, at: number, value: number): void {
  writeUint16(bytes, at, value >>> 16);
  writeUint16(bytes, at + 2, value);
}

/**
 * Whether a packet looks like STUN: long enough for a header, two leading zero bits, the magic cookie. They tell it from
 * DTLS, RTP and TURN channel data on the same socket (RFC 8489 section 5, RFC 7983 section 7); what follows is not looked at.
 */
export const isStun = (bytes: Uint8Array): boolean =>
  bytes.length >= HEADER_BYTES && (bytes[0] ?? 0) < 0x40 && readInt32(bytes, COOKIE_AT) === MAGIC_COOKIE;

export const messageTypeOf = (bytes: Uint8Array): number => readUint16(bytes, 0);

/** Where the message ends by its own length field, which may be beyond the packet. */
export const messageEndOf = (bytes: Uint8Array): number => HEADER_BYTES + readUint16(bytes, LENGTH_AT);

/** A copy of the transaction id: a view would change with the buffer that the next packet is received into. */
export function transactionIdOf(bytes: Uint8Array): Uint8Array {
  const txid = new Uint8Array(TXID_BYTES);
  for (let at = 0; at < TXID_BYTES; at++) txid[at] = bytes[TXID_AT + at] ?? 0;
  return txid;
}

/** The header of a message that fills `packet`. */
export function writeHeader(packet: Uint8Array, type: number, txid: Uint8Array): void {
  writeUint16(packet, 0, type);
  writeUint16(packet, LENGTH_AT, packet.length - HEADER_BYTES);
  writeInt32(packet, COOKIE_AT, MAGIC_COOKIE);
  packet.set(txid, TXID_AT);
}

export function writeAttributeHeader(packet: Uint8Array, at: number, type: number, valueBytes: number): void {
  writeUint16(packet, at, type);
  writeUint16(packet, at + 2, valueBytes);
}

/** The length of an attribute's value, without its padding. */
export const valueBytesOf = (bytes: Uint8Array, at: number): number => readUint16(bytes, at + 2);

/** Where the attribute at `at` ends, padding to four bytes included; undefined if header, value and padding do not fit before `end`. */
export function attributeEnd(bytes: Uint8Array, at: number, end: number): number | undefined {
  // A header that is cut short ends beyond `end` as well, whatever length is read from it.
  const next = at + ATTRIBUTE_HEADER_BYTES + ((valueBytesOf(bytes, at) + 3) & ~3);
  return next > end ? undefined : next;
}

/** Throws unless `txid` is what a header can carry. Not by `instanceof`: an array of another realm is as good. */
export function requireTransactionId(txid: Uint8Array): void {
  if (!ArrayBuffer.isView(txid)) throw new TypeError(`txid: must be a Uint8Array, is ${txid === null ? 'null' : typeof txid}`);
  if (txid.length !== TXID_BYTES) throw new RangeError(`txid: must have ${TXID_BYTES} bytes, has ${txid.length}`);
}
