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
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined;
  return Uint8Array.from(parts, Number);
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = parseGroups(halves[1] ?? '', true);
  if (!head || !tail) return undefined;
  const missing = 16 - head.length - tail.length;
  // `::` stands for at least one group; without it all 16 bytes must be there.
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined;
  return Uint8Array.from([...head, ...Array.from({ length: missing }, () => 0), ...tail]);
}

/** Groups of 16 bits as bytes; the last may be a dotted IPv4 address where `dotted` allows it. */
function parseGroups(text: string, dotted: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    const v4 = dotted && index === groups.length - 1 && group.includes('.') ? parseIpv4(group) : undefined;
    if (v4) bytes.push(...v4);
    else if (/^[0-9a-fA-F]{1,4}$/.test(group)) bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255);
    else return undefined;
  }
  return bytes.length > 16 ? undefined : bytes;
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

/** Whether the map leaves room for an address of the family: none given (then DNS decides), or one that is of it. */
export function mightHave(node: RelayNode, family: Family): boolean {
  const text = family === 4 ? node.ipv4 : node.ipv6;
  if (text === undefined || text === '') return true;
  const ip = parseIp(text);
  return ip !== undefined && familyOf(ip) === family;
}

/** A node for tests, probed whatever the machine's interfaces are (Tailscale's `IsTestNode`). */
export const isTestNode = (node: RelayNode): boolean => (node.stunTestIp ?? '') !== '' || node.ipv4 === '127.0.0.1';

/** Where to send: an address of the family, `dns` to ask for `host`, or undefined where the node has none. */
export function addressOf(node: RelayNode, family: Family): string | undefined {
  const text = family === 4 ? node.ipv4 : node.ipv6;
  if (text === undefined || text === '') return 'dns';
  const ip = parseIp(text);
  return ip && familyOf(ip) === family ? formatIp(ip) : undefined;
}

/** Where to send STUN: as `addressOf`, but a test address stands in for all. */
export function stunAddressOf(node: RelayNode, family: Family): string | undefined {
  if (!node.stun) return undefined;
  if ((node.stunTestIp ?? '') === '') return addressOf(node, family);
  const ip = parseIp(node.stunTestIp ?? '');
  return ip && familyOf(ip) === family ? formatIp(ip) : undefined;
}
