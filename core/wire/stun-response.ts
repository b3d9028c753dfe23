import { parseIp } from '../model/address.ts';
import { addressAttributeBytes, holdsAddress, readAddress, readPort, writeXorAddress } from './stun-address.ts';
import {
  attributeEnd, BINDING_SUCCESS, HEADER_BYTES, isStun, MAPPED_ADDRESS, messageEndOf, messageTypeOf, readUint16, requireTransactionId,
  transactionIdOf, writeHeader, XOR_MAPPED_ADDRESS, XOR_MAPPED_ADDRESS_DRAFT,
} from './stun-message.ts';

/** What a success response says: from where the server saw the request come. */
export interface BindingResponse {
  /** 12 bytes: which request this answers. That there is one, and that it went to the sender of this, is for the caller to check. */
  readonly txid: Uint8Array;
  /** Text without brackets (RFC 5952); a v4-mapped address as IPv4. */
  readonly address: string;
  readonly port: number;
}

/**
 * A Binding success response with XOR-MAPPED-ADDRESS and nothing else: 32 bytes for IPv4, 44 for IPv6.
 * @param address Where the request came from, text without brackets. A zone is left out: it means nothing elsewhere.
 * @throws TypeError if `txid` is no byte array or `address` no address, RangeError if `txid` has not 12 bytes or `port` is not within 0 to 65535.
 */
export function encodeBindingResponse(txid: Uint8Array, address: string, port: number): Uint8Array {
  requireTransactionId(txid);
  const ip = typeof address === 'string' ? parseIp(address)?.bytes : undefined;
  if (!ip) throw new TypeError(`address: must be an IP address as text, is ${JSON.stringify(address)}`);
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) throw new RangeError(`port: must be an integer from 0 to 65535, is ${port}`);
  const packet = new Uint8Array(HEADER_BYTES + addressAttributeBytes(ip));
  writeHeader(packet, BINDING_SUCCESS, txid);
  writeXorAddress(packet, HEADER_BYTES, ip, port);
  return packet;
}

/**
 * Reads a Binding success response as Tailscale's client does. The message ends where its length field says; bytes beyond are
 * ignored. The last XOR-MAPPED-ADDRESS counts, else the last MAPPED-ADDRESS, but one of either that cannot be read spoils the
 * whole. Unknown attributes are skipped and a FINGERPRINT is not checked. Undefined for everything else; never throws.
 */
export function decodeBindingResponse(bytes: Uint8Array): BindingResponse | undefined {
  if (!isStun(bytes) || messageTypeOf(bytes) !== BINDING_SUCCESS) return undefined;
  const end = messageEndOf(bytes);
  if (end > bytes.length) return undefined;
  let mappedAt: number | undefined;
  let xorMappedAt: number | undefined;
  for (let at = HEADER_BYTES; at < end;) {
    const next = attributeEnd(bytes, at, end);
    if (next === undefined) return undefined;
    const type = readUint16(bytes, at);
    const isXorMapped = type === XOR_MAPPED_ADDRESS || type === XOR_MAPPED_ADDRESS_DRAFT;
    if (isXorMapped || type === MAPPED_ADDRESS) {
      if (!holdsAddress(bytes, at)) return undefined;
      if (isXorMapped) xorMappedAt = at;
      else mappedAt = at;
    }
    at = next;
  }
  const at = xorMappedAt ?? mappedAt;
  if (at === undefined) return undefined;
  const xored = xorMappedAt !== undefined;
  return { txid: transactionIdOf(bytes), address: readAddress(bytes, at, xored), port: readPort(bytes, at, xored) };
}
