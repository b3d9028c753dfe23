import type { Family } from './kind.ts';
import type { RelayNode } from './map.ts';

/** An IP address: 4 or 16 bytes, and the zone of a scoped IPv6 address. */
export interface IpAddress {
  readonly bytes: Uint8Array;
  readonly zone?: string;
}

/** The family of an address. A v4-mapped address is IPv6, as Go's netip has it. */
export const familyOf = (ip: IpAddress): Family => (ip.bytes.length === 4 ? 4 : 6);

/** Reads an IP address as Go's `netip.ParseAddr` does: no leading zeros, no brackets, no port. Undefined if it is none. */
export function parseIp(text: string): IpAddress | undefined {
  if (!text.includes(':')) {
    const bytes = parseIpv4(text);
    return bytes && { bytes };
  }
  const percent = text.indexOf('%');
  const zone = percent < 0 ? undefined : text.slice(percent + 1);
  if (zone === '') return undefined;
  const bytes = parseIpv6(percent < 0 ? text : text.slice(0, percent));
  return bytes && (zone === undefined ? { bytes } : { bytes, zone });
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  const bytes = Uint8Array.from(parts, Number);
  // What is no byte, or not written the one right way, reads differently when it is written again.
  return parts.length === 4 && bytes.join('.') === text ? bytes : undefined;
}

/** Eight groups of 16 bits; a dotted IPv4 address at the end stands for the last two. */
function parseIpv6(text: string): Uint8Array | undefined {
  const lastAt = text.lastIndexOf(':') + 1;
  const v4 = parseIpv4(text.slice(lastAt));
  const halves = (v4 ? `${text.slice(0, lastAt)}0:0` : text).split('::');
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  // `::` stands for at least one group; without it all eight must be there.
  if (halves.length === 2 ? missing < 1 : halves.length !== 1 || missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  const bytes = new Uint8Array(groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]));
  if (v4) bytes.set(v4, 12);
  return bytes;
}

/** The shortest text of an address (RFC 5952 section 4), a v4-mapped one as `::ffff:192.0.2.1` (section 5). */
export function formatIp(ip: IpAddress): string {
  const { bytes } = ip;
  if (bytes.length === 4) return bytes.join('.');
  const zone = ip.zone === undefined ? '' : `%${ip.zone}`;
  const v4 = unmapped(bytes);
  if (v4 !== bytes) return `::ffff:${v4.join('.')}${zone}`;
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) groups.push(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  const hex = (from: number, to: number): string => groups.slice(from, to).map((group) => group.toString(16)).join(':');
  return (best.at < 0 ? hex(0, 8) : `${hex(0, best.at)}::${hex(best.at + best.length, 8)}`) + zone;
}

/** A v4-mapped address as IPv4 (`::ffff:a.b.c.d`, RFC 4291 section 2.5.5.2); any other as it is. */
export function unmapped(bytes: Uint8Array): Uint8Array {
  const isMapped = bytes.length === 16 && bytes[10] === 255 && bytes[11] === 255 && bytes.subarray(0, 10).every((byte) => byte === 0);
  return isMapped ? bytes.subarray(12) : bytes;
}

/** `address:port`, IPv6 in brackets. */
export const formatEndpoint = (address: string, port: number): string => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);

/** The family of the address in a text, if it is one. */
export function familyIn(text: string): Family | undefined {
  const ip = parseIp(text);
  return ip && familyOf(ip);
}

const writtenAddress = (node: RelayNode, family: Family): string => (family === 4 ? node.ipv4 : node.ipv6) ?? '';

/** Whether the map leaves room for an address of the family: none given (then DNS decides), or one that is of it. */
export function mightHave(node: RelayNode, family: Family): boolean {
  const text = writtenAddress(node, family);
  return text === '' || familyIn(text) === family;
}

/** As `mightHave`, for STUN: a test address stands in for all. */
export function mightHaveStun(node: RelayNode, family: Family): boolean {
  if (!node.stun) return false;
  return node.stunTestIp ? familyIn(node.stunTestIp) === family : mightHave(node, family);
}

/** A node for tests, probed whatever the machine's interfaces are (Tailscale's `IsTestNode`). */
export const isTestNode = (node: RelayNode): boolean => (node.stunTestIp ?? '') !== '' || node.ipv4 === '127.0.0.1';

/** Where to send: an address of the family, `dns` to ask for `host`, or undefined where the node has none. */
export function addressOf(node: RelayNode, family: Family): string | undefined {
  const text = writtenAddress(node, family);
  return text === '' ? 'dns' : addressIn(text, family);
}

/** Where to send STUN: as `addressOf`, but a test address stands in for all. */
export function stunAddressOf(node: RelayNode, family: Family): string | undefined {
  if (!node.stun) return undefined;
  return node.stunTestIp ? addressIn(node.stunTestIp, family) : addressOf(node, family);
}

function addressIn(text: string, family: Family): string | undefined {
  const ip = parseIp(text);
  return ip && familyOf(ip) === family ? formatIp(ip) : undefined;
}
