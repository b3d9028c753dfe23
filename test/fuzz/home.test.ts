import fc from 'fast-check';
import { expect, it } from 'vitest';
import { setUp } from '../core/home/rig.ts';

const names = ['1a', '2a', '3a'] as const;

/** What may befall a home: its relays, its beacons, its owner. */
const deeds = fc.oneof(
  fc.record({ deed: fc.constant('cut' as const), name: fc.constantFrom(...names) }),
  fc.record({ deed: fc.constant('service' as const), name: fc.constantFrom(...names), service: fc.constantFrom('serves', 'serves', 'refuses', 'hangs', 'mute') }),
  fc.record({ deed: fc.constant('beacon' as const), name: fc.constantFrom(...names), ms: fc.option(fc.integer({ min: 1, max: 200 })) }),
  fc.record({ deed: fc.constant('say' as const), name: fc.constantFrom(...names), reconnectInMs: fc.nat(5_000) }),
  fc.record({ deed: fc.constant('pin' as const), region: fc.constantFrom('1', '2', '3', '9') }),
  fc.record({ deed: fc.constant('map' as const), regions: fc.nat(3) }),
  fc.record({ deed: fc.constant('renew' as const), region: fc.constantFrom('1', '2', '3'), host: fc.constantFrom('new.test', 'newer.test') }),
  fc.record({ deed: fc.constant('open' as const), region: fc.constantFrom('1', '2', '3') }),
  fc.record({ deed: fc.constant('pass' as const), ms: fc.constantFrom(0, 10, 300, 2_000, 30_000, 70_000) }),
);

it('whatever befalls relays, picker and owner: what is announced is open and proved, and nothing is left behind', async () => {
  let homes = 0;
  await fc.assert(fc.asyncProperty(fc.array(deeds, { minLength: 5, maxLength: 25, size: 'max' }), async (run) => {
    const rig = setUp(undefined, { connectTimeoutMs: 3_000 });
    const { clock, home, picker, events, map, beacons } = rig;
    const opened: Promise<unknown>[] = [];
    await clock.advance(2_000);
    for (const deed of run) {
      switch (deed.deed) {
        case 'cut': rig.relay(deed.name).cut(); break;
        case 'service': rig.relay(deed.name).service = deed.service; break;
        case 'beacon': beacons[deed.name] = deed.ms ?? 'silent'; break;
        case 'say': rig.relay(deed.name).say({ type: 'restarting', reconnectInMs: deed.reconnectInMs, tryForMs: 10_000 }); break;
        case 'pin': picker.update({ preferences: { pin: deed.region } }); break;
        case 'map': picker.update({ map: { ...map, regions: map.regions.slice(0, deed.regions) } }); break;
        case 'renew': picker.update({ map: { ...map, regions: map.regions.map((region) => (region.id === deed.region ? { ...region, nodes: region.nodes.map((node) => ({ ...node, host: deed.host })) } : region)) } }); break;
        case 'open': opened.push(home.open(deed.region).catch(() => {})); break;
        case 'pass': await clock.advance(deed.ms); break;
      }
      const announced = events.findLast((event) => event.type === 'home');
      expect(home.current?.region).toBe(announced?.event === 'down' ? undefined : announced?.region);
      const { current } = home;
      if (current) expect(events.some((event) => event.type === 'connection' && event.region === current.region && event.state === 'carries')).toBe(true);
    }
    homes += events.filter((event) => event.type === 'home' && event.event !== 'down').length;
    await rig.close();
    await Promise.all(opened);
    expect([clock.sleeping, ...names.map((name) => rig.relay(name).open)]).toEqual([0, 0, 0, 0]);
  }), { numRuns: 1_000 });
  expect(homes).toBeGreaterThan(1_000);
}, 180_000);
