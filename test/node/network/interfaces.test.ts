import { describe, expect, test } from 'vitest';
import { familiesOf, isOnline, signatureOf } from '../../../node/network/interfaces.ts';
import { interfacesOf } from './fakes.ts';

describe('families', () => {
  const lo = ['127.0.0.1/8', '::1/128'];
  test.each<[string, Record<string, string[]>, boolean, boolean]>([
    ['nothing', {}, false, false],
    ['loopback alone', { lo }, false, false],
    ['IPv4', { lo, eth0: ['192.168.1.7/24'] }, true, false],
    ['public IPv4', { eth0: ['203.0.113.9/24'] }, true, false],
    ['behind a provider’s NAT', { rmnet0: ['100.64.3.2/10'] }, true, false],
    ['no DHCP answer', { eth0: ['169.254.7.7/16', 'fe80::1/64'] }, false, false],
    ['the neighbour of link-local', { eth0: ['169.253.7.7/16'] }, true, false],
    ['any loopback address', { lo: ['127.8.8.8/8'] }, false, false],
    ['an address on the loopback interface', { lo: ['127.0.0.1/8', '10.9.9.9/32'] }, true, false],
    ['global IPv6', { lo, eth0: ['fe80::1/64', '2001:db8::7/64'] }, false, true],
    ['the last of 2000::/3', { eth0: ['3fff::1/64'] }, false, true],
    ['beyond 2000::/3', { eth0: ['4000::1/64'] }, false, false],
    ['unique local IPv6', { eth0: ['fd00::2/64'] }, false, true],
    ['link-local IPv6 of any bits', { eth0: ['febf::1/64'] }, false, false],
    ['multicast IPv6', { eth0: ['ff02::1/64'] }, false, false],
    ['Tailscale by name', { tailscale0: ['100.101.102.103/32', 'fd7a:115c:a1e0::1/128'] }, false, false],
    ['Tailscale by address', { utun4: ['100.101.102.103/32', 'fd7a:115c:a1e0:ab12::1/48'] }, false, false],
    ['beside Tailscale', { utun4: ['fd7a:115c:a1e0::1/48'], en0: ['10.0.0.2/8', '2a02::1/64'] }, true, true],
    ['nonsense', { eth0: ['not an address', '', '1.2.3', '300.1.1.1/8'] }, false, false],
  ])('%s', (_name, table, v4, v6) => {
    expect(familiesOf(interfacesOf(table))).toEqual({ v4, v6 });
  });

  test('loopback counts where it is asked for', () => {
    expect(familiesOf(interfacesOf({ lo: ['127.0.0.1/8'] }), { loopback: true })).toEqual({ v4: true, v6: false });
    expect(familiesOf(interfacesOf({ lo }), { loopback: true })).toEqual({ v4: true, v6: true });
    expect(familiesOf(interfacesOf({ eth0: ['fe80::1/64', '169.254.1.1/16'] }), { loopback: true })).toEqual({ v4: false, v6: false });
  });

  test('an interface without a list', () => {
    expect(familiesOf({ eth0: undefined })).toEqual({ v4: false, v6: false });
  });
});

test.each<[Record<string, string[]>, boolean]>([
  [{}, false],
  [{ lo: ['127.0.0.1/8', '::1/128'] }, false],
  [{ eth0: ['fe80::1/64'] }, true],
  [{ eth0: ['169.254.1.1/16'] }, true],
  [{ eth0: ['10.0.0.1/8'] }, true],
])('online: %j %s', (table, wanted) => {
  expect(isOnline(interfacesOf(table))).toBe(wanted);
});

test('a signature knows names, addresses and prefixes, not their order', () => {
  const signature = (table: Record<string, string[]>): string => signatureOf(interfacesOf(table));
  const one = signature({ a: ['10.0.0.1/8', 'fe80::1/64'], b: ['10.0.0.2/8'] });
  expect(signature({ b: ['10.0.0.2/8'], a: ['fe80::1/64', '10.0.0.1/8'] })).toBe(one);
  const others: Record<string, string[]>[] = [{ a: ['10.0.0.1/8', 'fe80::1/64'] }, { a: ['10.0.0.1/16', 'fe80::1/64'], b: ['10.0.0.2/8'] }, { a: ['10.0.0.1/8', 'fe80::1/64'], c: ['10.0.0.2/8'] }];
  for (const other of others) expect(signature(other)).not.toBe(one);
});
