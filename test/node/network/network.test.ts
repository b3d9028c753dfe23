import { isIPv4 } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { egressAddress } from '../../../node/network/egress.ts';
import type { Interfaces } from '../../../node/network/interfaces.ts';
import { nodeNetwork } from '../../../node/network/network.ts';
import { osHasIpv6 } from '../../../node/network/os-ipv6.ts';
import type { System } from '../../../node/network/system.ts';
import { leavesNothing } from '../checks/leaks.ts';
import { virtualClock } from '../../virtual-clock.ts';
import { interfacesOf, linux, systemOf } from './fakes.ts';

interface Place { interfaces: Interfaces; v4?: string; v6?: string; system: System }

const home: Place = { interfaces: interfacesOf({ eth0: ['192.168.1.50/24', '2001:db8:1::5/64'] }), v4: '192.168.1.50', v6: '2001:db8:1::5', system: linux('192.168.1.1', '00:00:5e:00:53:01') };
const idOf = (place: Place, options: { readonly key?: string } = { key: 'key' }): Promise<string> =>
  nodeNetwork({ ...options, interfaces: () => place.interfaces, system: place.system, egress: async (family) => (family === 4 ? place.v4 : place.v6) }).id();

describe('id', () => {
  test.each<[string, Place]>([
    ['asked again', home],
    ['another address from the same router', { ...home, interfaces: interfacesOf({ eth0: ['192.168.1.77/24'] }), v4: '192.168.1.77' }],
    ['the provider gave another IPv6 prefix', { ...home, interfaces: interfacesOf({ eth0: ['192.168.1.50/24', '2001:db8:2::5/64'] }), v6: '2001:db8:2::5' }],
    ['containers came up', { ...home, interfaces: interfacesOf({ docker0: ['172.17.0.1/16'], eth0: ['192.168.1.50/24'] }) }],
    ['the cable instead of the radio', { ...home, interfaces: interfacesOf({ wlan0: ['192.168.1.51/24'] }), v4: '192.168.1.51', system: linux('192.168.1.1', '00:00:5e:00:53:01', 'wlan0') }],
  ])('the same network: %s', async (_name, place) => {
    expect(await idOf(place)).toBe(await idOf(home));
  });

  const others: [string, Place][] = [
    ['a router of the same address elsewhere', { ...home, system: linux('192.168.1.1', '00:00:5e:00:53:02') }],
    ['a router whose hardware address is not known', { ...home, system: linux('192.168.1.1') }],
    ['another router in the same net', { ...home, system: linux('192.168.1.2', '00:00:5e:00:53:01') }],
    ['a VPN took over', { ...home, interfaces: interfacesOf({ eth0: ['192.168.1.50/24'], tun0: ['10.8.0.6/24'] }), v4: '10.8.0.6' }],
    ['no gateway known', { ...home, system: systemOf('sunos', {}) }],
    ['IPv6 alone', { interfaces: interfacesOf({ eth0: ['2001:db8:1::5/64'] }), v6: '2001:db8:1::5', system: systemOf('linux', {}) }],
    ['offline', { interfaces: interfacesOf({ lo: ['127.0.0.1/8'] }), system: systemOf('linux', {}) }],
  ];
  test('each other network has its own', async () => {
    const ids = await Promise.all([idOf(home), ...others.map(([, place]) => idOf(place))]);
    expect(new Set(ids).size).toBe(others.length + 1);
  });

  test('an IPv6 network is its prefix', async () => {
    const at = (address: string): Promise<string> => idOf({ interfaces: interfacesOf({ eth0: [`${address}/64`] }), v6: address, system: systemOf('linux', {}) });
    expect(await at('2001:db8:1::5')).toBe(await at('2001:db8:1::aaaa'));
    expect(await at('2001:db8:1::5')).not.toBe(await at('2001:db8:1:1::5'));
  });

  test('says nothing: 16 hex digits, other ones under another key', async () => {
    expect(await idOf(home)).toMatch(/^[0-9a-f]{16}$/);
    expect(await idOf(home, { key: 'another' })).not.toBe(await idOf(home));
  });

  test('without a key, a machine has its own', async () => {
    const machine = (id: string): Place => ({ ...home, system: { ...home.system, read: async (path) => (path === '/etc/machine-id' ? id : home.system.read(path)) } });
    expect(await idOf(machine('a'), {})).toBe(await idOf(machine('a'), {}));
    expect(await idOf(machine('a'), {})).not.toBe(await idOf(machine('b'), {}));
  });
});

describe('onChange', () => {
  const setUp = (place: Place) => {
    const clock = virtualClock();
    const interfaces = vi.fn(() => place.interfaces);
    return { clock, interfaces, network: nodeNetwork({ key: '', clock, pollMs: 1000, interfaces, system: { ...place.system, read: (path) => place.system.read(path) }, egress: async () => undefined }) };
  };

  test('calls once for each change, and only then', async () => {
    const place = { ...home };
    const { clock, network } = setUp(place);
    const listener = vi.fn();
    const stop = network.onChange(listener);
    await clock.advance(5000);
    expect(listener).toHaveBeenCalledTimes(0);
    place.interfaces = interfacesOf({ eth0: ['192.168.1.51/24'] });
    await clock.advance(3000);
    expect(listener).toHaveBeenCalledTimes(1);
    // Another router behind the same address.
    place.system = linux('192.168.1.254');
    await clock.advance(3000);
    expect(listener).toHaveBeenCalledTimes(2);
    stop();
  });

  test('nothing runs without a listener', async () => {
    const { clock, interfaces, network } = setUp({ ...home });
    await clock.advance(5000);
    expect(interfaces).not.toHaveBeenCalled();
    const stops = [network.onChange(() => {}), network.onChange(() => {})];
    await clock.advance(1500);
    expect(clock.sleeping).toBe(1);
    for (const stop of stops) stop();
    stops[0]?.();
    await clock.advance(0);
    expect(clock.sleeping).toBe(0);
    const looks = interfaces.mock.calls.length;
    await clock.advance(10_000);
    expect(interfaces).toHaveBeenCalledTimes(looks);
  });

  test('a change while nobody listens is no event', async () => {
    const place = { ...home };
    const { clock, network } = setUp(place);
    network.onChange(() => {})();
    place.interfaces = interfacesOf({});
    const listener = vi.fn();
    const stop = network.onChange(listener);
    await clock.advance(3000);
    expect(listener).not.toHaveBeenCalled();
    stop();
  });

  test('a listener may stop itself, the other, or start a third', async () => {
    const place = { ...home };
    const { clock, network } = setUp(place);
    const [second, third] = [vi.fn(), vi.fn()];
    const stopFirst = network.onChange(() => {
      stopFirst();
      stopSecond();
      network.onChange(third);
    });
    const stopSecond = network.onChange(second);
    await clock.advance(1000);
    place.interfaces = interfacesOf({});
    await clock.advance(1000);
    expect(second).not.toHaveBeenCalled();
    expect(third).not.toHaveBeenCalled();
    place.interfaces = home.interfaces;
    await clock.advance(1000);
    expect(third).toHaveBeenCalledTimes(1);
  });

  test('a look that fails says nothing', async () => {
    const place = { ...home };
    const { clock, interfaces, network } = setUp(place);
    const listener = vi.fn();
    const stop = network.onChange(listener);
    await clock.advance(1000);
    interfaces.mockImplementationOnce(() => { throw new Error('no'); });
    await clock.advance(3000);
    expect(listener).not.toHaveBeenCalled();
    stop();
  });
});

test('families, online and loopback', () => {
  const network = (table: Record<string, string[]>, loopback?: boolean) => nodeNetwork({ key: '', interfaces: () => interfacesOf(table), ...(loopback === undefined ? {} : { loopback }) });
  expect(network({ lo: ['127.0.0.1/8'] }).families()).toEqual({ v4: false, v6: false });
  expect(network({ lo: ['127.0.0.1/8'] }).online()).toBe(false);
  expect(network({ lo: ['127.0.0.1/8'] }, true).families()).toEqual({ v4: true, v6: false });
  expect(network({ lo: ['127.0.0.1/8'] }, true).online()).toBe(true);
  expect(network({ eth0: ['10.0.0.1/8'] }).online()).toBe(true);
});

describe('this machine', () => {
  test('IPv6 is there if a socket can be bound to ::1, and nothing stays open', async () => {
    expect(typeof (await leavesNothing(() => osHasIpv6()))).toBe('boolean');
  });

  test('its address towards the internet is one of its own, and nothing stays open', async () => {
    for (const family of [4, 6] as const) {
      const address = await leavesNothing(() => egressAddress(family));
      if (address === undefined) continue;
      expect(isIPv4(address)).toBe(family === 4);
      const { networkInterfaces } = await import('node:os');
      expect(Object.values(networkInterfaces()).flat().map((entry) => entry?.address)).toContain(address);
    }
  });

  test('one id, twice', async () => {
    const network = nodeNetwork();
    expect(await leavesNothing(() => network.id())).toBe(await network.id());
  });
});
