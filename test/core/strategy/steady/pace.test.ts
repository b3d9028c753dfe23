import { describe, expect, it } from 'vitest';
import { distanceKm, leastRttMs } from '../../../../core/choice/light.ts';
import type { RelayMap } from '../../../../core/model/map.ts';
import type { Strategy } from '../../../../core/model/strategy.ts';
import { createPicker } from '../../../../core/picker/picker.ts';
import type { Picked } from '../../../../core/picker/series.ts';
import { netcheck } from '../../../../core/strategy/netcheck/netcheck.ts';
import { steady } from '../../../../core/strategy/steady/steady.ts';
import { chance } from '../../../chance.ts';
import { mapOf } from '../../../maps.ts';
import { scriptedTransport } from '../../../scripted-transport.ts';
import { virtualClock } from '../../../virtual-clock.ts';

const cities: readonly (readonly [number, number])[] = [[50.1, 8.7], [52.4, 4.9], [48.9, 2.4], [51.5, -0.1], [40.4, -3.7], [52.2, 21], [60.2, 24.9], [49.5, 11.1], [40.7, -74], [38.9, -77], [25.8, -80.2], [43.7, -79.4], [41.9, -87.6], [32.9, -97],
  [39.7, -105], [34.1, -118.2], [37.8, -122.4], [47.6, -122.3], [21.3, -157.9], [-23.6, -46.6], [-26.2, 28], [-1.3, 36.8], [25.2, 55.3], [13, 77.6], [1.4, 103.8], [22.3, 114.2], [35.7, 139.7], [-33.9, 151.2]];
const client = { latitude: 51.6, longitude: 9.7 };

function mapWith(places: boolean): RelayMap {
  const plain = mapOf(cities.map((_, index) => `r${index + 1}`));
  return places ? { ...plain, regions: plain.regions.map((region, index) => ({ ...region, latitude: cities[index]?.[0] ?? 0, longitude: cities[index]?.[1] ?? 0 })) } : plain;
}

/** Reports for so long, of a client near the first of 28 regions, on a quiet line that loses one probe in 200. */
async function watch(strategy: Strategy, { places, hours, weather = {} }: { readonly places: boolean; readonly hours: number; readonly weather?: Record<string, number> }): Promise<(Picked & { readonly atMs: number })[]> {
  const clock = virtualClock();
  const luck = chance(3);
  const transport = scriptedTransport('stun', clock, (node) => {
    const index = Number(node.slice(0, -1)) - 1;
    const [latitude = 0, longitude = 0] = cities[index] ?? [];
    return luck() < 0.005 ? 'silent' : 4 + (weather[index + 1] ?? 0) + 1.6 * leastRttMs(distanceKm(client, { latitude, longitude })) - 0.4 * Math.log(1 - luck());
  });
  const picker = createPicker({ map: mapWith(places), clock, transports: [transport], strategy, random: chance(4), network: { families: () => ({ v4: true, v6: false }), id: async () => 'n', online: () => true, onChange: () => () => {} } });
  const made: (Picked & { readonly atMs: number })[] = [];
  const done = (async () => {
    for await (const picked of picker.watch()) {
      made.push({ ...picked, atMs: clock.now() });
      if (clock.now() > hours * 3_600_000) return;
    }
  })();
  await clock.until(done, hours * 3_600_000 + 600_000);
  await picker.close();
  return made;
}
const packetsOf = (made: readonly Picked[]): number => made.reduce((sum, { timing }) => sum + timing.packetsSent, 0);

describe('a quiet line', () => {
  it('costs a fifth of netcheck’s packets with places, a third without, and the home is the same', async () => {
    const hours = 2;
    const theirs = await watch(netcheck() as Strategy, { places: true, hours });
    const placed = await watch(steady() as Strategy, { places: true, hours });
    const placeless = await watch(steady() as Strategy, { places: false, hours });
    for (const made of [theirs, placed, placeless]) expect(made.at(-1)?.decision.home).toBe('1');
    for (const made of [placed, placeless]) expect(made.filter(({ decision }) => decision.changed).length).toBe(1);
    // Two hours with their beginning; over a day it is less.
    expect(packetsOf(placed) / packetsOf(theirs)).toBeLessThan(0.22);
    expect(packetsOf(placeless) / packetsOf(theirs)).toBeLessThan(0.4);
  }, 60_000);
});

describe('the pace', () => {
  it('is quick at first, and slow once nothing happens', async () => {
    const made = await watch(steady() as Strategy, { places: true, hours: 0.5 });
    const waits = made.slice(1).map(({ atMs, report }, index) => atMs - report.durationMs - (made[index]?.atMs ?? 0));
    expect(Math.max(...waits.slice(0, 2))).toBeLessThanOrEqual(13_100);
    expect(Math.min(...waits.slice(-5))).toBeGreaterThan(60_000);
    expect(made.filter(({ report }) => report.full).length).toBeGreaterThanOrEqual(5);
  });

  it('is netcheck’s while there is something to weigh, and the neighbours are asked in the report that sees it', async () => {
    const weather: Record<string, number> = {};
    const clock = { isLater: false };
    const strategy = steady() as Strategy;
    let hurt: number | undefined;
    const made = await watch({ ...strategy, wait(state, decision, context) {
      if (!clock.isLater && context.now > 1_700_000_000_000 + 1_500_000) {
        clock.isLater = true;
        weather['1'] = 60;
        hurt = context.now;
      }
      return strategy.wait(state, decision, context);
    } }, { places: true, hours: 0.6, weather });
    const after = made.filter(({ report }) => report.at > (hurt ?? Infinity));
    expect(Object.values(after[0]?.report.regions ?? {}).filter(({ latencyMs }) => latencyMs !== undefined).length).toBeGreaterThanOrEqual(2);
    const waits = after.slice(1, 5).map(({ atMs }, index) => atMs - (after[index]?.atMs ?? 0));
    expect(Math.max(...waits)).toBeLessThan(30_000);
    expect(made.at(-1)?.decision.home).not.toBe('1');
  });
});
