import { createHmac } from 'node:crypto';
import { parseIp } from '../../core/model/address.ts';
import type { Interfaces } from './interfaces.ts';
import type { DefaultRoute } from './route-table.ts';

/** What a network is recognised by. */
export interface NetworkTraits {
  readonly interfaces: Interfaces;
  /** The machine's own addresses towards the internet. */
  readonly egress: { readonly v4?: string | undefined; readonly v6?: string | undefined };
  readonly route?: DefaultRoute | undefined;
  /** Hardware address of the route's gateway. */
  readonly gatewayMac?: string | undefined;
}

/**
 * The network's identity in as few words as tell it: the router's two addresses where they are known, since prefixes may be
 * given out anew; else the prefixes that packets leave from. A VPN that takes over is another network: packets then leave
 * from its prefix, which the router is not in. IPv6 counts only without IPv4: providers renumber it daily.
 */
export function describeNetwork({ interfaces, egress, route, gatewayMac }: NetworkTraits): string {
  const prefix = prefixOf(interfaces, egress.v4 ?? egress.v6);
  if (prefix === undefined) return 'offline';
  const isOnLink = route !== undefined && contains(prefix, route.gateway);
  if (!isOnLink) return `prefix ${prefix.text}`;
  return gatewayMac === undefined ? `prefix ${prefix.text} gateway ${route.gateway}` : `gateway ${route.gateway} ${gatewayMac}`;
}

/**
 * 64 bits of HMAC-SHA256 as hex. Keyed, because a plain hash of a router's address can be undone by trying them all, and a
 * router's hardware address tells where it stands. Keep the key, or the same network has another name.
 */
export const networkId = (description: string, key: string): string => createHmac('sha256', key).update(description).digest('hex').slice(0, 16);

interface Prefix { readonly bytes: Uint8Array; readonly bits: number; readonly text: string }

function prefixOf(interfaces: Interfaces, address: string | undefined): Prefix | undefined {
  const entry = Object.values(interfaces).flat().find((entry) => entry?.address === address);
  const [text = '', bits = ''] = entry?.cidr?.split('/') ?? [];
  const ip = parseIp(text);
  if (!ip || !/^\d{1,3}$/.test(bits)) return undefined;
  const bytes = mask(ip.bytes, Number(bits));
  return { bytes, bits: Number(bits), text: `${Buffer.from(bytes).toString('hex')}/${bits}` };
}

function contains(prefix: Prefix, address: string): boolean {
  const ip = parseIp(address);
  return ip !== undefined && ip.bytes.length === prefix.bytes.length && mask(ip.bytes, prefix.bits).every((byte, index) => byte === prefix.bytes[index]);
}

const mask = (bytes: Uint8Array, bits: number): Uint8Array =>
  bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - index * 8))));
