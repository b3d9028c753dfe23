import { describe, expect, test } from 'vitest';
import { defaultRoute } from '../../../node/network/gateway.ts';
import { hardwareAddress } from '../../../node/network/neighbour.ts';
import { nodeSystem } from '../../../node/network/system.ts';
import { procRoute, systemOf } from './fakes.ts';

describe('Linux', () => {
  test.each<[string, string, { gateway: string; interfaceName: string } | undefined]>([
    ['one default route', procRoute('eth0 00000000 0102A8C0 0003 0 0 100 00000000 0 0 0', 'eth0 0002A8C0 00000000 0001 0 0 100 00FFFFFF 0 0 0'), { gateway: '192.168.2.1', interfaceName: 'eth0' }],
    ['the lowest metric', procRoute('wlan0 00000000 0102A8C0 0003 0 0 600 00000000 0 0 0', 'eth0 00000000 0101A8C0 0003 0 0 100 00000000 0 0 0'), { gateway: '192.168.1.1', interfaceName: 'eth0' }],
    ['the first of equals', procRoute('a 00000000 0102A8C0 0003 0 0 0 00000000 0 0 0', 'b 00000000 0101A8C0 0003 0 0 0 00000000 0 0 0'), { gateway: '192.168.2.1', interfaceName: 'a' }],
    ['lower-case hex', procRoute('eth0 00000000 fe01a8c0 0003 0 0 0 00000000 0 0 0'), { gateway: '192.168.1.254', interfaceName: 'eth0' }],
    ['a route without a gateway', procRoute('tun0 00000000 00000000 0001 0 0 0 00000000 0 0 0'), undefined],
    ['a route that is down', procRoute('eth0 00000000 0102A8C0 0002 0 0 0 00000000 0 0 0'), undefined],
    ['half of the world is no default', procRoute('tun0 00000000 0102A8C0 0003 0 0 0 00000080 0 0 0'), undefined],
    ['a gateway of 0.0.0.0', procRoute('eth0 00000000 00000000 0003 0 0 0 00000000 0 0 0'), undefined],
    ['a row cut short', procRoute('eth0 00000000 0102A8C0 0003'), undefined],
    ['a gateway of 9 digits', procRoute('eth0 00000000 0102A8C0A 0003 0 0 0 00000000 0 0 0'), undefined],
    ['a metric that is none', procRoute('eth0 00000000 0102A8C0 0003 0 0 -1 00000000 0 0 0'), undefined],
    ['the heading alone', procRoute(), undefined],
    ['empty', '', undefined],
    ['beyond a thousand lines', procRoute(...Array.from({ length: 1000 }, () => 'eth0 0002A8C0 00000000 0001 0 0 0 00FFFFFF 0 0 0'), 'eth0 00000000 0102A8C0 0003 0 0 0 00000000 0 0 0'), undefined],
  ])('%s', async (_name, text, wanted) => {
    expect(await defaultRoute(systemOf('linux', { '/proc/net/route': text }))).toEqual(wanted);
  });
});

const darwin = `   route to: default
destination: default
       mask: default
    gateway: 192.168.1.1
  interface: en0
      flags: <UP,GATEWAY,DONE,STATIC,PRCLONING,GLOBAL>
 recvpipe  sendpipe  ssthresh  rtt,msec    rttvar  hopcount      mtu     expire
       0         0         0         0         0         0      1500         0
`;
// German, as it comes: headings are translated, rows are not, but for the words where an address is missing.
const windows = `===========================================================================
Schnittstellenliste
 12...aa bb cc dd ee ff ......Intel(R) Ethernet
===========================================================================

IPv4-Routentabelle
===========================================================================
Aktive Routen:
     Netzwerkziel    Netzwerkmaske          Gateway    Schnittstelle Metrik
          0.0.0.0          0.0.0.0      192.168.1.9     192.168.1.50     55
          0.0.0.0          0.0.0.0      192.168.1.1     192.168.1.50     25
          0.0.0.0          0.0.0.0   Auf Verbindung         10.8.0.2      5
          0.0.0.0          0.0.0.0          On-link         10.8.0.2      5
===========================================================================
Ständige Routen:
  Netzwerkadresse          Netzmaske  Gatewayadresse  Metrik
          0.0.0.0          0.0.0.0      192.168.7.1       1
===========================================================================
`;
const windowsRoute = 'C:\\Windows\\System32\\ROUTE.EXE -4 print 0.0.0.0';

test.each<[NodeJS.Platform, Record<string, string>, { gateway: string; interfaceName: string } | undefined]>([
  ['darwin', { '/sbin/route -n get default': darwin }, { gateway: '192.168.1.1', interfaceName: 'en0' }],
  ['darwin', { '/sbin/route -n get default': darwin.replace('192.168.1.1', 'link#12') }, undefined],
  ['darwin', { '/sbin/route -n get default': darwin.replace('192.168.1.1', 'fe80::1%en0') }, undefined],
  ['darwin', {}, undefined],
  ['freebsd', { '/sbin/route -n get default': darwin }, { gateway: '192.168.1.1', interfaceName: 'en0' }],
  ['win32', { [windowsRoute]: windows.replaceAll('\n', '\r\n') }, { gateway: '192.168.1.1', interfaceName: '192.168.1.50' }],
  ['win32', { [windowsRoute]: 'Der Parameter ist falsch.' }, undefined],
  ['win32', {}, undefined],
  ['linux', {}, undefined],
  ['sunos', { '/proc/net/route': procRoute('eth0 00000000 0102A8C0 0003 0 0 100 00000000 0 0 0') }, undefined],
])('%s %#', async (platform, texts, wanted) => {
  expect(await defaultRoute(systemOf(platform, texts))).toEqual(wanted);
});

test.each<[NodeJS.Platform, string, string, string | undefined]>([
  ['linux', '/proc/net/arp', 'IP address HW type Flags HW address Mask Device\n192.168.1.10 0x1 0x2 00:00:5e:00:53:0a * eth0\n192.168.1.1 0x1 0x2 00:00:5E:00:53:01 * eth0\n', '00:00:5e:00:53:01'],
  ['linux', '/proc/net/arp', '192.168.1.1 0x1 0x0 00:00:00:00:00:00 * eth0\n', undefined],
  ['linux', '/proc/net/arp', '192.168.1.1 0x1 0x0 00:00:00:00:00:00 * eth0\n192.168.1.1 0x1 0x2 00:00:5e:00:53:01 * wlan0\n', '00:00:5e:00:53:01'],
  ['darwin', '/usr/sbin/arp -n 192.168.1.1', '? (192.168.1.1) at 0:0:5e:0:53:1 on en0 ifscope [ethernet]\n', '00:00:5e:00:53:01'],
  ['darwin', '/usr/sbin/arp -n 192.168.1.1', '? (192.168.1.1) at (incomplete) on en0 ifscope [ethernet]\n', undefined],
  ['darwin', '/usr/sbin/arp -n 192.168.1.1', '192.168.1.1 (192.168.1.1) -- no entry\n', undefined],
  ['win32', 'C:\\Windows\\System32\\ARP.EXE -a 192.168.1.1', '\r\nSchnittstelle: 192.168.1.50 --- 0xc\r\n  Internetadresse       Physische Adresse     Typ\r\n  192.168.1.1           00-00-5e-00-53-01     dynamisch \r\n', '00:00:5e:00:53:01'],
  ['sunos', 'x', '', undefined],
])('hardware address: %s %#', async (platform, place, text, wanted) => {
  expect(await hardwareAddress('192.168.1.1', systemOf(platform, { [place]: text }))).toBe(wanted);
});

describe('the system itself', () => {
  const system = nodeSystem();
  test('a file that is not there', async () => {
    expect(await system.read('/nowhere/at/all')).toBeUndefined();
  });
  test('no more than 64 KiB of an endless file', async () => {
    if (process.platform !== 'win32') expect(await system.read('/dev/zero')).toHaveLength(65_536);
  });
  test('a program that prints', async () => {
    expect(await system.run(process.execPath, ['-e', 'console.log("out"); console.error("err")'])).toBe('out\n');
  });
  test.each([['fails', 'process.exit(3)'], ['prints without end', 'for (;;) console.log("x".repeat(1000))'], ['hangs', 'setInterval(() => {}, 1000)']])('a program that %s', async (_name, code) => {
    expect(await system.run(process.execPath, ['-e', code])).toBeUndefined();
  });
  test('no program', async () => {
    expect(await system.run('/nowhere/at/all', [])).toBeUndefined();
  });
});
