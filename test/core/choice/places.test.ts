import { describe, expect, it } from 'vitest';
import { distanceKm, leastRttMs, type Place } from '../../../core/choice/light.ts';
import { areAllEquallyNear, excluded, heardAmong, impossiblePlaces, leastMs, measuredIn } from '../../../core/choice/places.ts';
import type { Preferences } from '../../../core/model/context.ts';
import type { RelayMap } from '../../../core/model/map.ts';
import type { Report } from '../../../core/model/report.ts';
import { chance } from '../../chance.ts';
import { mapOf } from '../../maps.ts';

const places: Readonly<Record<string, readonly [number, number]>> = { fra: [50.11, 8.68], par: [48.86, 2.35], lon: [51.51, -0.13], nyc: [40.71, -74.01], syd: [-33.87, 151.21], tyo: [35.68, 139.69] };
const codes = Object.keys(places);
const worldMap = (moved: Readonly<Record<string, string>> = {}): RelayMap => {
  const plain = mapOf(codes);
  return { ...plain, regions: plain.regions.map((region) => {
    const [latitude, longitude] = places[moved[region.code] ?? region.code] ?? [0, 0];
    return { ...region, latitude, longitude };
  }) };
};
const ids = (named: Readonly<Record<string, number>>): Record<string, number> => Object.fromEntries(Object.entries(named).map(([code, ms]) => [String(codes.indexOf(code) + 1), ms]));
const codesOf = (found: Iterable<string>): string[] => [...found].map((id) => codes[Number(id) - 1] ?? '').sort();
const fromFrankfurt = { fra: 8, par: 14, lon: 20, nyc: 90, syd: 280, tyo: 240 };

describe('excluded', () => {
  it.each<{ name: string; heard: Record<string, number>; out: string[] }>([
    { name: 'a home at 8 ms excludes what is farther than 2,600 km', heard: { fra: 8 }, out: ['nyc', 'syd', 'tyo'] },
    { name: 'one at 50 ms no neighbour, but the other side of the Earth', heard: { fra: 50 }, out: ['syd'] },
    { name: 'one at 80 ms nothing', heard: { fra: 80 }, out: [] },
    { name: 'a far region that was heard excludes as well, what is near to it least of all', heard: { fra: 60, nyc: 30 }, out: ['syd', 'tyo'] },
    { name: 'nothing heard, nothing excluded', heard: {}, out: [] },
  ])('$name', ({ heard, out }) => {
    const map = worldMap();
    expect(codesOf(excluded(map, undefined, heardAmong(map, ids(heard)), {}).keys())).toEqual(out);
  });

  it('says how far they are at least, by light less the slack', () => {
    const map = worldMap();
    const heard = heardAmong(map, ids({ fra: 8 }));
    const [latitude, longitude] = places['syd'] ?? [0, 0];
    expect(excluded(map, undefined, heard, {}).get('5')).toBeCloseTo(leastRttMs(distanceKm(heard[0]?.place ?? { latitude, longitude }, { latitude, longitude }) - 100) - 8 - 1, 6);
  });

  it.each<{ name: string; preferences: Preferences; out: string[] }>([
    { name: 'what is avoided excludes none that is wanted', preferences: { avoid: ['1'] }, out: ['syd'] },
    { name: 'nor does what is drained', preferences: { drain: ['1', '2'] }, out: [] },
    { name: 'where all are avoided they exclude one another', preferences: { avoid: ['1', '2', '3', '4', '5', '6'] }, out: ['nyc', 'syd', 'tyo'] },
    { name: 'what is preferred may win from behind', preferences: { prefer: ['5'] }, out: ['nyc', 'tyo'] },
  ])('heeds preferences: $name', ({ preferences, out }) => {
    const map = worldMap();
    expect(codesOf(excluded(map, preferences, heardAmong(map, ids({ fra: 8, par: 55 })), {}).keys())).toEqual(out);
  });

  it('heeds factors, and leaves doubted regions and those without a place alone', () => {
    const map = worldMap();
    const heard = heardAmong(map, ids({ fra: 8 }));
    expect(codesOf(excluded(map, { latencyFactor: { 5: 0.01 } }, heard, {}).keys())).toEqual(['nyc', 'tyo']);
    expect(codesOf(excluded(map, undefined, heard, { 4: '' }).keys())).toEqual(['syd', 'tyo']);
    const placeless = mapOf(codes);
    expect(excluded(placeless, undefined, heardAmong(placeless, ids({ fra: 8 })), {}).size).toBe(0);
  });
});

describe('impossiblePlaces', () => {
  it.each<{ name: string; moved?: Record<string, string>; heard: Record<string, number>; wrong: string[] }>([
    { name: 'none where all is as it should be', heard: fromFrankfurt, wrong: [] },
    { name: 'the home, said to be in Sydney', moved: { fra: 'syd' }, heard: fromFrankfurt, wrong: ['fra'] },
    { name: 'a neighbour, said to be in Tokyo', moved: { par: 'tyo' }, heard: fromFrankfurt, wrong: ['par'] },
    { name: 'both, and London, which is left alone with one of them', moved: { fra: 'syd', par: 'nyc' }, heard: fromFrankfurt, wrong: ['fra', 'lon', 'par'] },
    { name: 'anycast: one that is near everywhere', heard: { ...fromFrankfurt, tyo: 3 }, wrong: ['tyo'] },
    { name: 'of two alone either', heard: { fra: 8, syd: 9 }, wrong: ['fra', 'syd'] },
  ])('$name', ({ moved, heard, wrong }) => {
    expect(codesOf(impossiblePlaces(heardAmong(worldMap(moved), ids(heard))))).toEqual(wrong);
  });
});

it.each<[string, Record<string, number>, boolean]>([
  ['a proxy', { fra: 1.2, par: 1.4, nyc: 1.1, syd: 1.3 }, true], ['a VPN that answers', { fra: 200, par: 205, nyc: 210, syd: 202 }, true],
  ['the world as it is', fromFrankfurt, false], ['neighbours', { fra: 100, par: 101, lon: 102 }, false], ['three alone', { fra: 1, nyc: 1, syd: 1 }, false],
])('all equally near: %s', (_, heard, is) => {
  expect(areAllEquallyNear(heardAmong(worldMap(), ids(heard)))).toBe(is);
});

it('a stand-in’s figures say nothing of places', () => {
  const report = { regions: { 1: { latencyMs: 3, kind: 'fake' }, 2: { latencyMs: 4, kind: 'stun' }, 3: {} } } as unknown as Report;
  expect(measuredIn(report)).toEqual({ 2: 4 });
});

it('never hides the nearest, where places are right and nothing is faster than light', () => {
  const geometries = Number(process.env['LIGHT_RUNS'] ?? 2_000);
  for (let seed = 0; seed < geometries; seed++) {
    const random = chance(seed);
    const draw = (): Place => ({ latitude: (Math.asin(2 * random() - 1) * 180) / Math.PI, longitude: random() * 360 - 180 });
    const client = draw();
    const plain = mapOf(Array.from({ length: 4 + Math.floor(random() * 25) }, (_, index) => `r${index}`));
    const map = { ...plain, regions: plain.regions.map((region) => ({ ...region, ...draw() })) };
    const latencies = Object.fromEntries(map.regions.map((region) => [region.id, leastRttMs(distanceKm(client, region)) * (1 + 1.5 * random() ** 2) + 5 * random() ** 3]));
    const nearest = Object.keys(latencies).reduce((best, id) => ((latencies[id] ?? 0) < (latencies[best] ?? 0) ? id : best));
    // Whatever was heard, and whatever it read too much.
    const heard = Object.fromEntries(Object.entries(latencies).flatMap(([id, ms]) => (random() < 0.5 ? [[id, ms + 20 * random() ** 4]] : [])));
    const found = heardAmong(map, heard);
    expect({ seed, hidden: excluded(map, undefined, found, {}).has(nearest) && !Object.hasOwn(heard, nearest) }).toEqual({ seed, hidden: false });
    expect({ seed, wrong: impossiblePlaces(found) }).toEqual({ seed, wrong: [] });
    expect({ seed, breach: map.regions.some(({ id, latitude, longitude }) => leastMs(found, { latitude, longitude }) > (latencies[id] ?? 0)) }).toEqual({ seed, breach: false });
  }
}, 600_000);
