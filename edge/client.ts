import { parseIp, unmapped } from '../core/model/address.ts';
import { hash } from '../core/choice/hash.ts';
import type { Place } from '../core/choice/light.ts';
import type { Client } from './deps.ts';

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** IPv4 as a platform writes it: most clients, and looked at with every report. */
const dotted = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** An IPv4 address, and of an IPv6 address the first bits, as text. What is no address stands for itself, by its hash: its length is the client's to choose. */
function keyOf(address: string, v6Bits: number): string {
  if (dotted.test(address)) return address;
  const ip = parseIp(address);
  if (!ip) return `other ${hash(address)}`;
  const bytes = unmapped(ip.bytes);
  return bytes.length === 4 ? bytes.join('.') : hexOf(bytes.subarray(0, v6Bits / 8));
}

/** What counts as one client: an IPv4 address, or the /64 that an IPv6 host may choose its address from as it likes (RFC 4291). */
export const clientKey = ({ address }: Client): string => keyOf(address, 64);

/** What counts as one network: what the platform says, else the /24 or /48 that the address is in: the usual size of a site. */
export const networkKey = ({ address, network }: Client): string => (network === undefined ? `in ${siteOf(keyOf(address, 48))}` : `as ${network}`);

/** Without the last number of an IPv4 address: nothing else has a dot. */
const siteOf = (key: string): string => (key.includes('.') ? key.slice(0, key.lastIndexOf('.')) : key);

/** The client's place in whole degrees, which is all that is kept of it. */
export function coarsePlaceOf({ latitude, longitude }: Client): Place | undefined {
  const isPlace = latitude !== undefined && longitude !== undefined && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  // `+ 0`: no -0, which JSON and keys would write otherwise.
  return isPlace ? { latitude: Math.round(latitude) + 0, longitude: Math.round(longitude) + 0 } : undefined;
}
