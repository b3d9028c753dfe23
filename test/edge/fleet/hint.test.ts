import { describe, expect, it } from 'vitest';
import type { Hint, HintOptions } from '../../../edge/fleet/hint.ts';
import { rankHint } from '../../../edge/fleet/hint.ts';
import type { Sweep } from '../../../edge/fleet/facts.ts';
import type { LocationFacts } from '../../../edge/storage/store.ts';
import type { World } from './world.ts';
import { drawFrom, drawWorld, factsOf, mapOf, now, regionAt, reportOf, sweepOf } from './world.ts';

const paris = { latitude: 48.9, longitude: 2.4 };
const frankfurt = { latitude: 50.1, longitude: 8.7 };
const newYork = { latitude: 40.7, longitude: -74 };
const sydney = { latitude: -33.9, longitude: 151.2 };

const map = mapOf([regionAt('1', 'fra', frankfurt), regionAt('2', 'par', paris), regionAt('3', 'nyc', newYork), regionAt('4', 'syd', sydney)]);
const location = { code: 'FRA', ...frankfurt };
const hintOf = (facts: LocationFacts, more: Partial<HintOptions> = {}): Hint => rankHint({ map, facts, location, now, ...more });
const measured = sweepOf(location, { 1: 2, 2: 10, 3: 85, 4: 260 });
const saw = (count: number, latencyMs: Readonly<Record<string, number>>, more = {}): LocationFacts['reports'] => Array.from({ length: count }, (_, at) => reportOf(`${JSON.stringify(latencyMs)} ${at}`, latencyMs, more));

describe('a hint', () => {
  it.each<{ name: string; facts: LocationFacts; more?: Partial<HintOptions>; ranked: string; basis: Hint['basis'] }>([
    { name: 'from the location’s own round trips', facts: factsOf(measured), ranked: '1 2 3 4', basis: 'measured' },
    { name: 'from the client’s place', facts: factsOf(), more: { client: { place: { latitude: -37, longitude: 145 } } }, ranked: '4 1 3 2', basis: 'place' },
    { name: 'from the location’s place', facts: factsOf(), ranked: '1 2 3 4', basis: 'place' },
    { name: 'in the map’s order', facts: factsOf(), more: { location: { code: 'X' } }, ranked: '1 2 3 4', basis: 'place' },
    { name: 'without a place of the location, by round trips', facts: factsOf(sweepOf(location, { 1: 80, 2: 10, 3: 85, 4: 5 })), more: { location: { code: 'X' } }, ranked: '4 2 1 3', basis: 'measured' },
    { name: 'puts the dead last', facts: factsOf(sweepOf(location, { 1: undefined, 2: 10, 3: 85, 4: 260 })), ranked: '2 3 4 1', basis: 'measured' },
    { name: 'puts the dead behind what was not asked', facts: factsOf(sweepOf(location, { 1: undefined, 2: 10 })), more: { location: { code: 'X' } }, ranked: '2 3 4 1', basis: 'measured' },
    { name: 'forgives one miss', facts: factsOf(sweepOf(location, { 1: undefined, 2: 10, 3: 85, 4: 260 }, 1), [], { 1: [[now - 60_000, 2]] }), ranked: '1 2 3 4', basis: 'measured' },
    { name: 'puts what was not asked where its place says', facts: factsOf(sweepOf(location, { 2: 10, 3: 85, 4: 260 })), ranked: '1 2 3 4', basis: 'measured' },
    { name: 'takes the median of the last figures, not a spike', facts: factsOf(sweepOf(location, { 1: 300, 2: 10, 3: 85, 4: 260 }), [], { 1: [[now - 9e4, 2], [now - 6e4, 2], [now - 3e4, 300]] }), ranked: '1 2 3 4', basis: 'measured' },
    { name: 'forgets figures of another day', facts: factsOf(sweepOf(location, { 4: 1 }, 0, now - 864e5 - 1)), ranked: '1 2 3 4', basis: 'place' },
    { name: 'moves with a client far from the location', facts: factsOf(measured), more: { client: { place: { latitude: -37, longitude: 145 } } }, ranked: '4 1 3 2', basis: 'measured' },
    { name: 'believes one network less than the location', facts: factsOf(measured, saw(1, { 1: 90, 2: 5, 3: 85 })), ranked: '1 2 3 4', basis: 'clients' },
    { name: 'believes many networks more', facts: factsOf(measured, saw(8, { 1: 90, 2: 5, 3: 85 })), ranked: '2 1 3 4', basis: 'clients' },
    { name: 'hears a network once, however many clients it has', facts: factsOf(measured, [...saw(50, { 1: 90, 2: 5 }, { network: 'n' }), ...saw(3, { 1: 5, 2: 15 })]), ranked: '1 2 3 4', basis: 'clients' },
    { name: 'does not hear a client with one region', facts: factsOf(measured, saw(8, { 4: 1 })), ranked: '1 2 3 4', basis: 'measured' },
    { name: 'does not hear yesterday', facts: factsOf(measured, saw(8, { 1: 90, 2: 5 }, { at: now - 864e5 - 1 })), ranked: '1 2 3 4', basis: 'measured' },
    { name: 'hears neighbours before others', facts: factsOf(measured, [...saw(9, { 1: 5, 2: 15 }), ...saw(4, { 1: 30, 2: 5 }, { place: paris })]), more: { client: { place: paris } }, ranked: '2 1 3 4', basis: 'clients' },
    { name: 'hears the client’s own network in full', facts: factsOf(measured, [...saw(5, { 1: 5, 2: 15 }), ...saw(12, { 1: 30, 2: 5 }, { network: 'n' })]), more: { client: { network: 'n' } }, ranked: '2 1 3 4', basis: 'clients' },
    { name: 'brings back what clients reach, and the location never could', facts: factsOf(sweepOf(location, { 1: undefined, 2: 10, 3: 85 }), saw(8, { 1: 5, 2: 15 })), ranked: '1 2 3 4', basis: 'clients' },
    { name: 'not what they reached before it died', facts: factsOf(sweepOf(location, { 1: undefined, 2: 10, 3: 85 }), saw(8, { 1: 5, 2: 15, 3: 90 }), { 1: [[now - 30_000, 2], [now, -1]] }), ranked: '2 3 4 1', basis: 'clients' },
    { name: 'from clients alone', facts: factsOf(undefined, saw(2, { 2: 5, 3: 80 })), more: { location: { code: 'X' } }, ranked: '2 3 1 4', basis: 'clients' },
    { name: 'tries one for each kind of client before the neighbours of the first', facts: factsOf(measured, [...saw(8, { 1: 5, 2: 12, 3: 90, 4: 260 }), ...saw(6, { 4: 10, 3: 90, 1: 250, 2: 250 })]), ranked: '1 4 2 3', basis: 'clients' },
  ])('$name', ({ facts, more, ranked, basis }) => {
    const hint = hintOf(facts, more);
    expect({ ranked: hint.ranked.join(' '), basis: hint.basis }).toEqual({ ranked, basis });
  });

  it('obeys the map', () => {
    const flagged = mapOf([regionAt('1', 'a', undefined, { noHome: true }), regionAt('2', 'b', undefined, { avoid: true }), regionAt('3', 'c', undefined, { latencyFactor: 3 }), regionAt('4', 'd'), regionAt('5', 'e', undefined, { nodes: [] })]);
    const hint = hintOf(factsOf(sweepOf(location, { 1: 1, 2: 2, 3: 10, 4: 20, 5: 1 })), { map: flagged });
    expect(hint).toMatchObject({ ranked: ['4', '3'], latencyMs: { 3: 10, 4: 20 } });
  });

  it('names ages and figures', () => {
    expect(hintOf(factsOf(sweepOf(location, { 1: 2.04, 2: undefined }, 3, now - 30_000)))).toEqual({ ranked: ['1', '3', '4', '2'], latencyMs: { 1: 2 }, ageMs: 30_000, basis: 'measured' });
    expect(hintOf(factsOf(undefined))).toEqual({ ranked: ['1', '2', '3', '4'], ageMs: 0, basis: 'place' });
    expect(hintOf(factsOf(sweepOf(location, { 1: 2 }, 0, now - 90_000), saw(8, { 1: 6, 2: 16 }))).ageMs).toBe(60_000);
    expect(hintOf(factsOf(), { map: mapOf([]) })).toEqual({ ranked: [], ageMs: 0, basis: 'place' });
  });

  it('tells what networks of its clients see, of those that see the same one', () => {
    const near = saw(8, { 1: 5.2, 2: 12.4, 3: 90, 4: 260 });
    const far = saw(6, { 4: 10, 3: 90, 1: 250 });
    const { ranked, vantages } = hintOf(factsOf(measured, [...near, ...far]));
    // The others have not asked region 2, and cannot be 240 ms nearer to it than to their nearest.
    expect(ranked).toEqual(['1', '2', '3', '4']);
    expect(vantages).toEqual({ regions: ranked, latencyMs: [[5, 12, 90, 260], [250, null, 90, 10]] });
    expect(hintOf(factsOf(measured)).vantages).toBeUndefined();
  });

  it('tells of a few regions in few bytes, and of the many rather than of those who say what nobody else does', () => {
    const { map: wide, location: here, sweep, clients } = drawWorld(7, { clients: 60, networks: 60, spreadKm: 300 });
    const honest = clients.map(({ report }) => report);
    const draw = drawFrom(7);
    const liars = Array.from({ length: 20 }, (_, at) => reportOf(`liar ${at}`, Object.fromEntries(wide.regions.map(({ id }) => [id, 1 + draw() * 500])), { at: now - 1 }));
    const told = (reports: LocationFacts['reports']): NonNullable<Hint['vantages']> => rankHint({ map: wide, location: here, facts: factsOf(sweep, reports), now }).vantages ?? { regions: [], latencyMs: [] };
    const among = told([...honest, ...liars]);
    expect(JSON.stringify(among).length).toBeLessThan(2_000);
    expect([among.regions.length, among.latencyMs.length]).toEqual([24, 16]);
    const rowsOf = ({ regions }: typeof among, reports: LocationFacts['reports']): Set<string> => new Set(reports.map(({ latencyMs }) => regions.map((id) => Math.round(latencyMs[id] ?? 0)).join()));
    const lies = rowsOf(among, liars);
    expect(among.latencyMs.filter((row) => lies.has(row.join())).length).toBeLessThanOrEqual(2);
  });

  it('says what cannot be', () => {
    const hint = hintOf(factsOf(sweepOf(location, { 1: 2, 2: 10, 3: 3, 4: 260 })));
    expect(hint.notes?.map(({ code, message }) => `${code}: ${message}`)).toEqual([expect.stringMatching(/^faster-than-light: nyc answered in 3 ms where light needs 4\d ms at least: a proxy, a VPN or anycast/)]);
  });

  it('is not moved by names that every object has', () => {
    const odd = mapOf([regionAt('valueOf', 'a'), regionAt('1', 'fra')]);
    expect(hintOf(factsOf(measured, saw(4, { 1: 5, 2: 6 })), { map: odd }).ranked).toEqual(['1', 'valueOf']);
  });
});

/** Of all clients of many worlds, the share for which one of the first k is within 2 ms of the nearest. */
function hitRates(hint: (world: World, client: number) => readonly string[]): readonly number[] {
  const hits = [0, 0, 0, 0, 0, 0, 0, 0];
  let asked = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const world = drawWorld(seed);
    world.clients.forEach(({ truth }, index) => {
      const nearestMs = Math.min(...Object.values(truth));
      const at = hint(world, index).findIndex((id) => (truth[id] ?? Infinity) <= nearestMs + 2);
      asked++;
      hits.forEach((_, k) => { if (at <= k) hits[k] = (hits[k] ?? 0) + 1; });
    });
  }
  return hits.map((count) => count / asked);
}

describe('in drawn worlds, the nearest of 30 is among the first k', () => {
  const rank = ({ map, location }: World, facts: LocationFacts, client?: HintOptions['client']): readonly string[] => rankHint({ map, location, facts, now, ...(client && { client }) }).ranked;
  const others = ({ clients }: World, index: number): LocationFacts['reports'] => clients.flatMap(({ report }, at) => (at === index ? [] : [report]));
  const measured = hitRates((world) => rank(world, factsOf(world.sweep)));
  const reported = hitRates((world, index) => rank(world, factsOf(world.sweep, others(world, index))));
  const placed = hitRates((world, index) => rank(world, factsOf(world.sweep, others(world, index)), { place: world.clients[index]?.place ?? frankfurt }));

  it('ever more often, the more is known', () => {
    for (const k of [1, 3, 7]) {
      expect(reported[k]).toBeGreaterThan((measured[k] ?? 1) + 0.01);
      expect(placed[k]).toBeGreaterThanOrEqual(reported[k] ?? 1);
    }
  });

  it('nearly always, of the first 8', () => {
    expect(measured[7]).toBeGreaterThan(0.9);
    expect(reported[7]).toBeGreaterThan(0.98);
    expect(placed[3]).toBeGreaterThan(0.9);
  });
});

describe('figures of several kinds', () => {
  it('are compared without what the kind adds', () => {
    const at = now - 1_000;
    const regions = { 1: { latencyMs: 14, kind: 'tcp', at, missed: 0 }, 2: { latencyMs: 18, kind: 'https', at, missed: 0 }, 3: { latencyMs: 40, kind: 'tcp', at, missed: 0 } } as const;
    const three = mapOf(['1', '2', '3'].map((id) => regionAt(id, `r${id}`)));
    const ranked = (offsets?: Sweep['offsets']): unknown => rankHint({ map: three, location: { code: 'X' }, now, facts: factsOf({ location: { code: 'X' }, at, regions, ...(offsets && { offsets }) }) }).ranked;
    expect(ranked()).toEqual(['1', '2', '3']);
    expect(ranked({ to: 'tcp', addMs: { https: 7 } })).toEqual(['2', '1', '3']);
    // Learned against another kind, it says nothing of this one.
    expect(ranked({ to: 'tcp', addMs: { websocket: 7 } })).toEqual(['1', '2', '3']);
  });
});
