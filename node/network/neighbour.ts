import { windowsTool } from './gateway.ts';
import type { System } from './system.ts';

/**
 * The hardware address of a neighbour that the system has spoken to lately, as `aa:bb:cc:dd:ee:ff`. It is what tells two
 * networks apart whose routers both call themselves 192.168.1.1. Nothing is sent for it. Never rejects.
 */
export async function hardwareAddress(ipv4: string, system: System): Promise<string | undefined> {
  const text = await arpTable(ipv4, system);
  return text === undefined ? undefined : parseArp(text, ipv4);
}

async function arpTable(ipv4: string, system: System): Promise<string | undefined> {
  switch (system.platform) {
    case 'linux':
    case 'android':
      return system.read('/proc/net/arp');
    case 'darwin':
    case 'freebsd':
    case 'netbsd':
    case 'openbsd':
      return system.run('/usr/sbin/arp', ['-n', ipv4]);
    case 'win32':
      return system.run(windowsTool('ARP.EXE'), ['-a', ipv4]);
    default:
      return undefined;
  }
}

/**
 * One reader for all systems: on the line that names the address stands the only thing that looks like a hardware address.
 * Linux has `0a:…`, macOS leaves leading zeros out, Windows writes hyphens.
 */
export function parseArp(text: string, ipv4: string): string | undefined {
  for (const line of text.split('\n', 1000)) {
    const words = line.slice(0, 256).split(/[\s()]+/);
    if (!words.includes(ipv4)) continue;
    const found = words.find((word) => /^[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}$/i.test(word));
    const octets = found?.toLowerCase().split(/[:-]/).map((octet) => octet.padStart(2, '0'));
    // All zero: asked, not answered.
    if (octets?.some((octet) => octet !== '00')) return octets.join(':');
  }
  return undefined;
}
