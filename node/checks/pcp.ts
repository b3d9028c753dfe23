import { familyOf } from '../../core/model/address.ts';
import type { IpAddress } from '../../core/model/address.ts';

const version = 2;
const announceOp = 0;
const responseBit = 0x80;
const headerBytes = 24;
/** Longer messages are not PCP (RFC 6887 section 7). */
const maxBytes = 1100;

/**
 * An ANNOUNCE request (RFC 6887 sections 7.1 and 14.1): the common header alone. `client` is the address it is sent from, an
 * IPv4 one as v4-mapped; the server compares them to notice a NAT in between.
 */
export function encodePcpAnnounce(client: IpAddress): Uint8Array {
  const bytes = new Uint8Array(headerBytes);
  bytes[0] = version;
  bytes[1] = announceOp;
  bytes.set(client.bytes, headerBytes - client.bytes.length);
  if (familyOf(client) === 4) bytes.fill(0xff, 18, 20);
  return bytes;
}

/** Reads an answer to ANNOUNCE: its result code, 0 for success (RFC 6887 sections 7.2 and 7.4). Undefined for anything else. */
export function parsePcpResponse(bytes: Uint8Array): { readonly result: number } | undefined {
  if (bytes.length < headerBytes || bytes.length > maxBytes || bytes.length % 4 !== 0) return undefined;
  if (bytes[0] !== version || bytes[1] !== (responseBit | announceOp)) return undefined;
  return { result: bytes[3] ?? 0 };
}
