import { describe, expect, it } from 'vitest';
import type { Place } from '../../../core/choice/light.ts';
import { distanceKm, leastRttMs } from '../../../core/choice/light.ts';
import type { ClientReport } from '../../../edge/fleet/facts.ts';
import { digestOf } from '../../../edge/fleet/digest.ts';
import { fleetView } from '../../../edge/fleet/view.ts';
import type { FleetView } from '../../../edge/fleet/view-form.ts';
import type { LocationFacts } from '../../../edge/storage/store.ts';
import { drawFrom, factsOf, mapOf, now, regionAt, reportOf, sweepOf } from './world.ts';

const cities = {
  fra: { latitude: 50.1, longitude: 8.7 }, par: { latitude: 48.9, longitude: 2.4 }, ams: { latitude: 52.4, longitude: 4.9 }, nyc: { latitude: 40.7, longitude: -74 }, was: { latitude: 38.9, longitude: -77 },
  chi: { latitude: 41.9, longitude: -87.6 }, sfo: { latitude: 37.8, longitude: -122.4 },
};
type City = keyof typeof cities;
const map = mapOf(Object.entries(cities).map(([code, place]) => regionAt(code, code, place)));
const sydney = { latitude: -34, longitude: 151 };
const auckland = { latitude: -37, longitude: 175 };
const fra = { code: 'FRA', ...cities.fra };

/** What a path of the usual pace takes, and the client's access. */
const pathMs = (from: Place, to: Place, accessMs = 0): number => accessMs + 1.8 * leastRttMs(distanceKm(from, to));

const clientsAt = (place: Place, count: number, { networks = count, accessMs = 10, name = JSON.stringify(place), seed = 1, odd = {} as Partial<Record<City, number>>, home = undefined as City | undefined } = {}): ClientReport[] => {
  const draw = drawFrom(seed);
  return Array.from({ length: count }, (_, at) => reportOf(`${name} ${at}`, Object.fromEntries(Object.entries(cities).map(([id, to]) => [id, pathMs(place, to, accessMs) * (0.95 + draw() * 0.1) + (odd[id as City] ?? 0)])), {
    network: `${name} ${at % networks}`, place: { latitude: Math.round(place.latitude), longitude: Math.round(place.longitude) }, ...(home && { home }),
  }));
};

type At = readonly [code: string, facts: LocationFacts, place?: Place];
const viewOf = (...locations: readonly At[]): FleetView =>
  fleetView({ map, locations: locations.map(([code, facts, place]) => ({ location: { code, ...place }, digest: digestOf(facts, { now, mostReports: 5_000 }) })), now });

describe('a location in the view', () => {
  it('has the newest figure, medians, ages and the dead', () => {
    const sweep = { location: fra, at: now - 20_000, regions: { fra: { latencyMs: 2, kind: 'tcp', at: now - 20_000, missed: 0 }, par: { at: now - 20_000, missed: 5 }, ams: { at: now - 400_000, missed: 1 } } } as const;
    const history = { fra: [[now - 90_000, 1], [now - 60_000, 9], [now - 30_000, 2]], par: [[now - 90_000, 8], [now - 60_000, -1]], ams: [] } as const;
    const { locations, regions } = viewOf(['FRA', factsOf(sweep, [reportOf('c', { fra: 3 })], history), cities.fra]);
    expect(locations).toEqual([{
      code: 'FRA', ...cities.fra, ageMs: 20_000, dead: ['par'], clients: { reports: 1, networks: 1, placed: 0 },
      regions: {
        fra: { state: 'answers', latencyMs: 2, kind: 'tcp', ageMs: 20_000, medianMs: 2, samples: 3, lost: 0 },
        par: { state: 'dead', ageMs: 20_000, medianMs: 8, samples: 1, lost: 0.5 },
        ams: { state: 'missed', ageMs: 400_000, samples: 0 },
      },
    }]);
    expect(regions.map(({ id, state, nearest }) => [id, state, nearest?.medianMs])).toEqual([['fra', 'answers', 2], ['par', 'dead', undefined], ['ams', 'unknown', undefined], ...['nyc', 'was', 'chi', 'sfo'].map((id) => [id, 'unknown', undefined])]);
  });

  it('does not see a region that is not in the map any more', () => {
    expect(viewOf(['FRA', factsOf(sweepOf(fra, { gone: 3 }))]).locations[0]?.regions).toEqual({});
  });

  it('says who is dead from where', () => {
    const { regions, notes } = viewOf(['AMS', factsOf(sweepOf(fra, { par: undefined, fra: undefined }))], ['FRA', factsOf(sweepOf(fra, { par: undefined, fra: 1 }))], ['NYC', factsOf(sweepOf(fra, { par: undefined, fra: 80 }))]);
    expect(regions.slice(0, 2).map(({ state }) => state)).toEqual(['answers', 'dead']);
    expect(notes.map(({ message }) => message)).toEqual(expect.arrayContaining(['par does not answer from anywhere', 'fra does not answer from AMS, and does from elsewhere']));
  });
});

/** A day of figures every 10 min, with a step in the last hour where `steps` says so. */
const historyOf = (steps: Partial<Record<City, number>>, { hours = 12, seed = 3 } = {}): LocationFacts['history'] => {
  const draw = drawFrom(seed);
  return Object.fromEntries(Object.entries(cities).map(([id, place]) => [id, Array.from({ length: hours * 6 }, (_, at) => {
    const when = now - (hours * 6 - 1 - at) * 600_000;
    return [when, Math.round(pathMs(cities.fra, place) + draw() * 3 + (now - when < 3_000_000 ? (steps[id as City] ?? 0) : 0))] as const;
  })]));
};
const slowerIn = (history: LocationFacts['history']): string[] => viewOf(['FRA', factsOf(sweepOf(fra, Object.fromEntries(Object.keys(cities).map((id) => [id, 1]))), [], history), cities.fra]).regions.flatMap(({ id, slower }) => (slower ? [`${id} ${Math.round(slower.byMs)}`] : []));

describe('a relay that got slower than its neighbours', () => {
  it.each<{ name: string; history: LocationFacts['history']; slower: string[] }>([
    { name: 'none, where nothing happened', history: historyOf({}), slower: [] },
    { name: 'one', history: historyOf({ nyc: 40 }), slower: ['nyc 40'] },
    { name: 'not where the neighbours got slower as well: a cable broke', history: historyOf({ nyc: 40, was: 42, chi: 38, sfo: 41 }), slower: [] },
    { name: 'not where all did: the own line is full', history: historyOf(Object.fromEntries(Object.keys(cities).map((id) => [id, 60]))), slower: [] },
    { name: 'by what it rose more than they', history: historyOf({ nyc: 80, was: 40, chi: 40, sfo: 40 }), slower: ['nyc 40'] },
    { name: 'not within its usual spread', history: historyOf({ fra: 3 }), slower: [] },
    { name: 'not without a past', history: historyOf({ nyc: 40 }, { hours: 1 }), slower: [] },
    { name: 'not one that got quicker', history: historyOf({ nyc: -20 }), slower: [] },
  ])('$name', ({ history, slower }) => {
    expect(slowerIn(history).map((text) => text.replace(/(39|41)$/, '40'))).toEqual(slower);
  });

  it('tells since when, and from where', () => {
    const stepped = factsOf(sweepOf(fra, { nyc: 1 }), [], historyOf({ nyc: 40 }));
    const { regions, notes } = viewOf(['AMS', stepped, cities.ams], ['FRA', stepped, cities.fra], ['SFO', factsOf(sweepOf(fra, { nyc: 1 }), [], historyOf({})), cities.sfo]);
    const slower = regions.find(({ id }) => id === 'nyc')?.slower;
    expect(slower).toMatchObject({ locations: ['AMS', 'FRA'] });
    expect(now - (slower?.since ?? 0)).toBeGreaterThanOrEqual(2_400_000);
    expect(now - (slower?.since ?? 0)).toBeLessThanOrEqual(3_000_000);
    expect(notes.find(({ code }) => code === 'slower')?.message).toMatch(/^nyc got \d\d ms slower while its neighbours did not, seen from AMS, FRA: the relay itself, or its uplink$/);
  });
});

describe('where a further relay should stand', () => {
  const gains = (reports: readonly ClientReport[], ...more: readonly At[]): FleetView => viewOf(['FRA', factsOf(sweepOf(fra, { fra: 1 }), reports), cities.fra], ...more);

  it('at the clients that are far from all', () => {
    const { candidates, notes } = gains([...clientsAt(cities.fra, 200), ...clientsAt(sydney, 40), ...clientsAt(auckland, 12)]);
    expect(candidates.length).toBeGreaterThan(0);
    const [best] = candidates;
    expect(best).toMatchObject({ ...sydney, clients: 52, networks: 52, nearest: { region: 'sfo' } });
    expect(best?.few).toBeUndefined();
    // From 10 ms of access and the way to San Francisco to 10 ms of access.
    expect(Math.abs((best?.gainMs ?? 0) - pathMs(sydney, cities.sfo))).toBeLessThan(15);
    expect(notes.find(({ code }) => code === 'candidate')?.message).toMatch(/^52 clients of 52 networks would gain about 1\d\d ms from a relay at 34° S 151° E$/);
  });

  it('by the name of the location that stands there', () => {
    expect(gains(clientsAt(sydney, 10), ['SYD', factsOf(), { latitude: -33.9, longitude: 151.2 }]).candidates[0]).toMatchObject({ location: 'SYD' });
  });

  it('once for places near one another', () => {
    const { candidates } = gains([sydney, { latitude: -35, longitude: 150 }, { latitude: -33, longitude: 152 }].flatMap((place) => clientsAt(place, 10)));
    expect(candidates).toHaveLength(1);
    expect(candidates[0]).toMatchObject({ clients: 30 });
  });

  it('nowhere, where all are near a relay', () => {
    expect(gains(Object.values(cities).flatMap((place) => clientsAt(place, 10))).candidates).toEqual([]);
  });

  it('not where one stands already and the path to it is bad', () => {
    const { candidates, regions, notes } = gains(clientsAt(cities.nyc, 30, { odd: { nyc: 60, was: 50, chi: 50 } }));
    expect(candidates).toEqual([]);
    const regret = regions.find(({ regret }) => regret)?.regret;
    expect(regret).toMatchObject({ clients: 30, networks: 30 });
    expect(notes.map(({ code }) => code)).not.toContain('candidate');
  });

  it('not for what the access costs: no relay saves that', () => {
    expect(gains(clientsAt(cities.fra, 30, { accessMs: 300 })).candidates).toEqual([]);
  });

  it('says how few it rests on', () => {
    const { candidates, notes, clients } = gains(clientsAt(sydney, 3));
    expect(clients).toEqual({ reports: 3, networks: 3, placed: 3 });
    expect(candidates[0]).toMatchObject({ few: true, networks: 3 });
    expect(notes.map(({ code, message }) => `${code}: ${message}`)).toEqual(expect.arrayContaining([
      expect.stringMatching(/^candidate: 3 clients of 3 networks would gain about \d+ ms from a relay at 34° S 151° E, as far as so few can tell$/), 'few-clients: clients of 3 networks reported: too few to tell where a relay is missing',
    ]));
  });

  it('is not moved by one network with a thousand clients, nor by a few wild figures', () => {
    const honest = clientsAt(sydney, 40);
    const { candidates: [best] } = gains([...honest, ...clientsAt({ latitude: -55, longitude: -70 }, 300, { networks: 1 })]);
    expect(best).toMatchObject(sydney);
    const wild = clientsAt({ latitude: -55, longitude: -70 }, 3, { odd: Object.fromEntries(Object.keys(cities).map((id) => [id, 9_000])) });
    expect(gains([...honest, ...wild]).candidates[0]).toMatchObject(sydney);
  });

  it('cannot be told without places', () => {
    const { candidates, notes } = gains(clientsAt(sydney, 10).map((report) => reportOf(report.client, report.latencyMs)));
    expect(candidates).toEqual([]);
    expect(notes.map(({ code }) => code)).toContain('no-places');
  });
});

describe('regret', () => {
  it('of the clients that have a region nearest: their best, what its distance asks for, and what their choice costs', () => {
    const reports = [...clientsAt(cities.fra, 20, { home: 'par' }), ...clientsAt(cities.nyc, 8, { odd: { nyc: 40 } })];
    const { regions } = viewOf(['FRA', factsOf(sweepOf(fra, { fra: 1 }), reports), cities.fra]);
    const of = (id: City): FleetView['regions'][number]['regret'] => regions.find((region) => region.id === id)?.regret;
    expect(of('fra')).toMatchObject({ clients: 20, networks: 20 });
    expect(of('fra')?.pathMs).toBeLessThan(2);
    expect(of('fra')?.choiceMs).toBeCloseTo(pathMs(cities.fra, cities.par), -1);
    // New York's own clients have it slow, and Washington nearest instead.
    expect(of('nyc')).toBeUndefined();
    expect(of('was')).toMatchObject({ clients: 8 });
    expect(of('was')?.pathMs).toBeGreaterThan(3);
    expect(of('was')?.choiceMs).toBeUndefined();
  });
});

describe('an empty view', () => {
  it('says so', () => {
    expect(fleetView({ map, locations: [], now })).toMatchObject({ at: now, locations: [], candidates: [], clients: { reports: 0, networks: 0, placed: 0 }, notes: [{ code: 'no-locations' }, { code: 'few-clients' }] });
    expect(fleetView({ map: mapOf([]), locations: [], now }).regions).toEqual([]);
  });

  it('is JSON: nothing gets lost on the way', () => {
    const view = viewOf(['FRA', factsOf(sweepOf(fra, { fra: 1, par: undefined }), clientsAt(sydney, 9), historyOf({ nyc: 40 })), cities.fra]);
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
  });
});
