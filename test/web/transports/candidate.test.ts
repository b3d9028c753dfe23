import { describe, expect, it } from 'vitest';
import type { Family } from '../../../core/model/kind.ts';
import type { RelayNode } from '../../../core/model/map.ts';
import { hostOf, isOfFamily, mappedBy, retransmitMs } from '../../../web/transports/candidate.ts';
import { stunUrls } from '../../../web/transports/stun-url.ts';

describe('candidates', () => {
  // As Chromium wrote them.
  const hosts = [{ candidate: { priority: 2113937151 } }, { candidate: { priority: 2113942271 } }];

  it.each([
    { what: 'IPv4', priority: 1677729535, at: 0 },
    { what: 'IPv6', priority: 1677734655, at: 1 },
    { what: 'IPv6, translated: the address is of another kind', priority: 1677737215, at: 0 },
  ])('belong to the interface of the host candidate: $what', ({ priority, at }) => {
    expect(hostOf(hosts, { priority })).toBe(hosts[at]);
    expect(hostOf([], { priority })).toBeUndefined();
  });

  it.each<{ address: string | null; port?: number | null; mapped: object }>([
    { address: '192.0.2.7', port: 4000, mapped: { family: 4, mapped: '192.0.2.7:4000' } },
    { address: '[fd77:0:0:1::1]', port: 4000, mapped: { family: 6, mapped: '[fd77:0:0:1::1]:4000' } },
    { address: '2001:db8::1', port: 4000, mapped: { family: 6, mapped: '[2001:db8::1]:4000' } },
    { address: '192.0.2.7', port: null, mapped: { family: 4 } },
    { address: '8dc4335b-da1e-400c-9fd3-0289100bfd54.local', port: 4000, mapped: {} },
    { address: '', port: 4000, mapped: {} },
    { address: null, mapped: {} },
  ])('tell the public address: $address', ({ mapped, ...candidate }) => {
    expect(mappedBy(candidate)).toEqual(mapped);
  });

  it.each<{ address: string; family?: Family; is: boolean }>([
    { address: '192.0.2.7', is: true },
    { address: '192.0.2.7', family: 4, is: true },
    { address: '192.0.2.7', family: 6, is: false },
    { address: 'a.local', family: 6, is: true },
  ])('are of a family: $address, $family: $is', ({ address, family, is }) => {
    expect(isOfFamily({ address }, family)).toBe(is);
  });

  it('of libwebrtc tell their server, and ask again later', () => {
    expect(retransmitMs({ url: 'stun:192.0.2.1:3478' })).toBe(250);
    expect(retransmitMs({})).toBe(100);
  });
});

describe('stunUrls', () => {
  const node = (change: Partial<RelayNode>): RelayNode => ({ name: 'a', host: 'relay.test', stun: { port: 3478, dialect: 'plain' }, ...change });

  it.each<{ what: string; node: Partial<RelayNode>; family?: Family; expected: object | undefined }>([
    { what: 'the address, not the name', node: { ipv4: '192.0.2.1' }, expected: { urls: ['stun:192.0.2.1:3478'] } },
    { what: 'IPv6 in brackets', node: { ipv6: '2001:db8::1' }, expected: { urls: ['stun:[2001:db8::1]:3478'] } },
    { what: 'both, as the platform chooses', node: { ipv4: '192.0.2.1', ipv6: '2001:db8::1' }, expected: { urls: ['stun:192.0.2.1:3478', 'stun:[2001:db8::1]:3478'] } },
    { what: 'the family that is asked for', node: { ipv4: '192.0.2.1', ipv6: '2001:db8::1' }, family: 6, expected: { urls: ['stun:[2001:db8::1]:3478'] } },
    { what: 'the name where there is no address', node: {}, expected: { urls: ['stun:relay.test:3478'], name: 'relay.test' } },
    { what: 'the name where the family has no address', node: { ipv4: '192.0.2.1' }, family: 6, expected: { urls: ['stun:relay.test:3478'], name: 'relay.test' } },
    { what: 'the name of a node that lacks the other family', node: { ipv4: 'none' }, expected: { urls: ['stun:relay.test:3478'], name: 'relay.test' } },
    { what: 'a host that is an address', node: { host: '2001:db8::1' }, expected: { urls: ['stun:[2001:db8::1]:3478'] } },
    { what: 'a test address instead of all', node: { ipv4: '192.0.2.1', stunTestIp: '127.0.0.1' }, family: 4, expected: { urls: ['stun:127.0.0.1:3478'] } },
    { what: 'nothing of the family', node: { ipv6: 'none' }, family: 6, expected: undefined },
    { what: 'nothing at all', node: { ipv4: 'none', ipv6: 'none' }, expected: undefined },
    { what: 'no STUN', node: { stun: undefined }, expected: undefined },
  ])('$what', ({ node: change, family, expected }) => {
    expect(stunUrls(node(change), family)).toEqual(expected);
  });
});
