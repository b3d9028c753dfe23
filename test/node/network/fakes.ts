import type { NetworkInterfaceInfo } from 'node:os';
import type { Interfaces } from '../../../node/network/interfaces.ts';
import type { System } from '../../../node/network/system.ts';

/** Interfaces from `address/bits` texts, as `os.networkInterfaces()` has them. */
export function interfacesOf(table: Readonly<Record<string, readonly string[]>>): Interfaces {
  const entry = (cidr: string): NetworkInterfaceInfo => {
    const address = cidr.split('/')[0] ?? '';
    const common = { address, netmask: '', mac: '00:00:00:00:00:00', internal: address.startsWith('127.') || address === '::1', cidr };
    return address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' };
  };
  return Object.fromEntries(Object.entries(table).map(([name, cidrs]) => [name, cidrs.map(entry)]));
}

/** An operating system that has those files, and programs that print those texts (by file name and arguments). */
export const systemOf = (platform: NodeJS.Platform, texts: Readonly<Record<string, string>>): System => ({
  platform,
  read: async (path) => texts[path],
  run: async (file, args) => texts[[file, ...args].join(' ')],
});

export const procRoute = (...rows: readonly string[]): string =>
  ['Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT', ...rows.map((row) => row.split(' ').join('\t')), ''].join('\n');

export const linux = (gateway: string, mac?: string, interfaceName = 'eth0'): System => {
  const hex = gateway.split('.').reverse().map((byte) => Number(byte).toString(16).padStart(2, '0').toUpperCase()).join('');
  return systemOf('linux', {
    '/proc/net/route': procRoute(`${interfaceName} 00000000 ${hex} 0003 0 0 100 00000000 0 0 0`),
    '/proc/net/arp': `IP address       HW type     Flags       HW address            Mask     Device\n${mac === undefined ? '' : `${gateway}      0x1         0x2         ${mac}     *        ${interfaceName}\n`}`,
  });
};
