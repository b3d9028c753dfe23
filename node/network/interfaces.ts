import type { NetworkInterfaceInfo } from 'node:os';
import { familyOf, parseIp } from '../../core/model/address.ts';
import type { IpAddress } from '../../core/model/address.ts';

/** What `os.networkInterfaces()` returns: only interfaces that are up and running, each with its addresses. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * Whether the machine has an address that can reach others, by family: Tailscale's `HaveV4` and `HaveV6`. IPv4: neither
 * loopback nor link-local. IPv6: global unicast (2000::/3) or unique local (fc00::/7). A Tailscale interface does not count:
 * its way out is one of the others. `loopback`: loopback addresses count as well, for relays on this machine.
 */
export function familiesOf(interfaces: Interfaces, { loopback = false }: { readonly loopback?: boolean } = {}): { v4: boolean; v6: boolean } {
  const families = { v4: false, v6: false };
  for (const [name, entries = []] of Object.entries(interfaces)) {
    const addresses = entries.flatMap((entry) => parseIp(entry.address) ?? []);
    if (isTailscale(name, addresses)) continue;
    for (const ip of addresses) {
      if (!isUsable(ip) && !(loopback && isLoopback(ip))) continue;
      if (familyOf(ip) === 4) families.v4 = true;
      else families.v6 = true;
    }
  }
  return families;
}

/** Whether any interface has an address beyond loopback, if only a link-local one. */
export const isOnline = (interfaces: Interfaces): boolean =>
  Object.values(interfaces).some((entries = []) => entries.some((entry) => {
    const ip = parseIp(entry.address);
    return ip !== undefined && !isLoopback(ip);
  }));

/** All that a change is noticed by, as text: names, addresses and prefix lengths, in whatever order the system lists them. */
export function signatureOf(interfaces: Interfaces): string {
  const lines: string[] = [];
  for (const [name, entries = []] of Object.entries(interfaces)) for (const entry of entries) lines.push(`${name} ${entry.cidr ?? entry.address}`);
  return lines.sort().join('\n');
}

function isUsable(ip: IpAddress): boolean {
  const [first = 0, second = 0] = ip.bytes;
  if (familyOf(ip) === 4) return first !== 127 && !(first === 169 && second === 254);
  return (first & 0xe0) === 0x20 || ((first & 0xfe) === 0xfc && !isTailscaleUla(ip));
}

function isLoopback(ip: IpAddress): boolean {
  if (familyOf(ip) === 4) return ip.bytes[0] === 127;
  return ip.bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));
}

/** fd7a:115c:a1e0::/48. */
const isTailscaleUla = ({ bytes }: IpAddress): boolean => bytes.length === 16 && [0xfd, 0x7a, 0x11, 0x5c, 0xa1, 0xe0].every((byte, index) => bytes[index] === byte);

/** By name, or (macOS calls its tunnels `utun` and a number) by an address that only Tailscale gives out. */
const isTailscale = (name: string, addresses: readonly IpAddress[]): boolean => name.toLowerCase().startsWith('tailscale') || addresses.some(isTailscaleUla);
