import { formatIp, unmapped } from '../model/address.ts';
import {
  ATTRIBUTE_HEADER_BYTES, COOKIE_AT, readUint16, valueBytesOf, writeAttributeHeader, writeUint16, XOR_MAPPED_ADDRESS,
} from './stun-message.ts';

// MAPPED-ADDRESS and XOR-MAPPED-ADDRESS alike: header, a byte to be ignored, family, port, address (RFC 8489 sections 14.1, 14.2).
const FAMILY_AT = ATTRIBUTE_HEADER_BYTES + 1;
const PORT_AT = ATTRIBUTE_HEADER_BYTES + 2;
const ADDRESS_AT = ATTRIBUTE_HEADER_BYTES + 4;
const FAMILY_V4 = 1;
const FAMILY_V6 = 2;

/** The bytes of an XOR-MAPPED-ADDRESS attribute for an address of 4 or 16 bytes. */
export const addressAttributeBytes = (ip: Uint8Array): number => ADDRESS_AT + ip.length;

/** Whether the attribute at `at` holds an address: a known family and bytes enough for it. More bytes than that do no harm. */
export function holdsAddress(bytes: Uint8Array, at: number): boolean {
  const family = bytes[at + FAMILY_AT];
  if (family !== FAMILY_V4 && family !== FAMILY_V6) return false;
  return ATTRIBUTE_HEADER_BYTES + valueBytesOf(bytes, at) >= ADDRESS_AT + (family === FAMILY_V4 ? 4 : 16);
}

/** The port of an attribute that `holdsAddress`. */
export const readPort = (bytes: Uint8Array, at: number, xored: boolean): number =>
  readUint16(bytes, at + PORT_AT) ^ (xored ? readUint16(bytes, COOKIE_AT) : 0);

/** The address of an attribute that `holdsAddress`, as text: RFC 5952, a v4-mapped one as IPv4. */
export function readAddress(bytes: Uint8Array, at: number, xored: boolean): string {
  const mask = xored ? 255 : 0;
  // The usual case, put together without an array between.
  if (bytes[at + FAMILY_AT] === FAMILY_V4) {
    const byte = (index: number): number => addressByte(bytes, at, index, mask);
    return `${byte(0)}.${byte(1)}.${byte(2)}.${byte(3)}`;
  }
  const ip = new Uint8Array(16);
  for (let index = 0; index < 16; index++) ip[index] = addressByte(bytes, at, index, mask);
  return formatIp({ bytes: unmapped(ip) });
}

/**
 * One byte of the address. XOR-MAPPED-ADDRESS (mask 255) is XORed with the header from the magic cookie on, so that a NAT that
 * rewrites its own addresses wherever it finds them in a packet does not find this one.
 */
const addressByte = (bytes: Uint8Array, at: number, index: number, mask: number): number =>
  (bytes[at + ADDRESS_AT + index] ?? 0) ^ ((bytes[COOKIE_AT + index] ?? 0) & mask);

/** Writes XOR-MAPPED-ADDRESS at `at` into a packet that has its header. */
export function writeXorAddress(packet: Uint8Array, at: number, ip: Uint8Array, port: number): void {
  writeAttributeHeader(packet, at, XOR_MAPPED_ADDRESS, addressAttributeBytes(ip) - ATTRIBUTE_HEADER_BYTES);
  packet[at + FAMILY_AT] = ip.length === 4 ? FAMILY_V4 : FAMILY_V6;
  writeUint16(packet, at + PORT_AT, port ^ readUint16(packet, COOKIE_AT));
  for (const [index, byte] of ip.entries()) packet[at + ADDRESS_AT + index] = byte ^ (packet[COOKIE_AT + index] ?? 0);
}
