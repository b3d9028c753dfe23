import { describe, expect, it } from 'vitest';
import { nodesInOrder, nodesWanted, withWantedNodes } from '../../../core/choice/nodes.ts';
import { allowedRegions, mostWanted, reluctanceOf } from '../../../core/choice/preferences.ts';
import { sureOf } from '../../../core/choice/sure.ts';
import { sentenceOf } from '../../../core/choice/explain.ts';
import type { Context, Preferences } from '../../../core/model/context.ts';
import type { Region, RelayMap } from '../../../core/model/map.ts';
import type { RegionReport, Report } from '../../../core/model/report.ts';
import { fallbackRegion } from '../../../core/picker/fallback.ts';
import { mapOf } from '../../maps.ts';

const nodes = (region: Region, ...names: readonly string[]): Region => ({ ...region, nodes: names.flatMap((name) => region.nodes.map((node) => ({ ...node, name: name.replace('!', ''), ...(name.endsWith('!') && { stunOnly: true }) }))) });
const whole = mapOf(['fra', 'par', 'nyc']);
const fleet: RelayMap = { ...whole, regions: whole.regions.map((region) => nodes(region, `${region.id}a`, `${region.id}b`, `${region.id}c`)) };
const names = (of: Region['nodes']): string => of.map(({ name }) => name).join(' ');

describe('the nodes of a region', () => {
  const one = whole.regions[0] ?? fail();
  const region = nodes(one, '1a', '1b', '1c');
  it.each<{ name: string; wishes: Preferences['nodes']; tried: string; used?: string; is?: number; of?: Region }>([
    { name: 'are as in the map', wishes: undefined, tried: '1a 1b 1c' },
    { name: 'begin with the preferred', wishes: { '1c': 'prefer' }, tried: '1c 1a 1b' },
    { name: 'keep the order of the map among equals', wishes: { '1c': 'prefer', '1b': 'prefer' }, tried: '1b 1c 1a' },
    { name: 'end with those to avoid, which are a last resort', wishes: { '1a': 'avoid' }, tried: '1b 1c 1a', used: '1b 1c' },
    { name: 'are all there where all are to be avoided', wishes: { '1a': 'avoid', '1b': 'avoid', '1c': 'avoid' }, tried: '1a 1b 1c' },
    { name: 'have no drained one', wishes: { '1a': 'drain' }, tried: '1b 1c' },
    { name: 'leave the avoided where the others are drained', wishes: { '1a': 'avoid', '1b': 'drain', '1c': 'drain' }, tried: '1a' },
    { name: 'are all there where all are drained, but the region is as well', wishes: { '1a': 'drain', '1b': 'drain', '1c': 'drain' }, tried: '1a 1b 1c', is: 2 },
    { name: 'are drained with those that relay', wishes: { '1a': 'drain' }, of: nodes(one, '1a', '1b!'), tried: '1a 1b', is: 2 },
    { name: 'of STUN servers alone count as any', wishes: { '1a': 'drain' }, of: nodes(one, '1a!', '1b!'), tried: '1b' },
    { name: 'heed no name of another region', wishes: { '2a': 'drain', '9z': 'prefer' }, tried: '1a 1b 1c' },
    { name: 'heed no wish that is none', wishes: { '1a': 'drian' as 'drain' }, tried: '1a 1b 1c' },
  ])('$name', ({ wishes, tried, used = tried, is = 0, of = region }) => {
    const preferences = wishes && { nodes: wishes };
    expect([names(nodesInOrder(of, preferences)), names(nodesWanted(of, preferences)), reluctanceOf(of, preferences)]).toEqual([tried, used, is]);
  });

  it('make one map to ask by, for as long as nothing changes', () => {
    const context = { map: fleet, preferences: { nodes: { '1a': 'drain', '2b': 'avoid' } } } as unknown as Context;
    const made = withWantedNodes(context);
    expect(made.map.regions.map((each) => names(each.nodes))).toEqual(['1b 1c', '2a 2c', '3a 3b 3c']);
    expect(withWantedNodes({ ...context, now: 1 }).map).toBe(made.map);
    expect(withWantedNodes({ ...context, map: whole }).map).not.toBe(made.map);
    expect(withWantedNodes({ ...context, preferences: {} }).map).toBe(fleet);
  });
});

describe('regions', () => {
  const flagged: RelayMap = { ...fleet, regions: fleet.regions.map((region) => ({ ...region, ...(region.id === '3' && { avoid: true }), ...(region.id === '2' && { noHome: true }) })) };
  it.each<{ name: string; preferences?: Preferences; map?: RelayMap; allowed: string; most: string }>([
    { name: 'are all wanted', allowed: '1 2 3', most: '1 2 3' },
    { name: 'are not, where they are avoided or drained', preferences: { avoid: ['1'], drain: ['2'] }, allowed: '3', most: '3' },
    { name: 'are drained with all their nodes', preferences: { nodes: { '1a': 'drain', '1b': 'drain', '1c': 'drain' } }, allowed: '2 3', most: '2 3' },
    { name: 'to avoid come before those that are drained', preferences: { avoid: ['1', '3'], drain: ['2'] }, allowed: '', most: '1 3' },
    { name: 'that are all drained are all there is', preferences: { drain: ['1', '2', '3'], avoid: ['1'] }, allowed: '', most: '1 2 3' },
    { name: 'that can be no home are never wanted', map: flagged, preferences: { drain: ['1', '3'] }, allowed: '', most: '1 3' },
    { name: 'that the map avoids are a last resort', map: flagged, preferences: { drain: ['1'] }, allowed: '', most: '3' },
    { name: 'that nobody knows change nothing', preferences: { avoid: ['9'], drain: ['constructor'], prefer: ['9'], pin: '9' }, allowed: '1 2 3', most: '1 2 3' },
  ])('$name', ({ preferences, map = fleet, allowed, most }) => {
    expect(allowedRegions(map, preferences).join(' ')).toBe(allowed);
    expect(mostWanted(map, preferences, ['1', '2', '3', '9']).join(' ')).toBe(most);
  });

  it.each<{ name: string; preferences: Preferences; among: readonly string[] }>([
    { name: 'a stand-in is what is pinned', preferences: { pin: '3' }, among: ['3'] },
    { name: 'a pin that is not in the map pins nothing', preferences: { pin: '9' }, among: ['1', '2', '3'] },
    { name: 'a stand-in is none that is avoided or drained', preferences: { avoid: ['1'], drain: ['2'] }, among: ['3'] },
    { name: 'a stand-in is drained last', preferences: { avoid: ['1'], drain: ['2', '3'] }, among: ['1'] },
    { name: 'a stand-in is there where all are drained', preferences: { drain: ['1', '2', '3'] }, among: ['1', '2', '3'] },
  ])('$name', ({ preferences, among }) => {
    const found = new Set(Array.from({ length: 50 }, (_, client) => fallbackRegion(fleet, preferences, `client ${client}`)));
    expect([...found].sort()).toEqual(among);
  });
});

describe('sure', () => {
  const heard = (latencyMs: number): RegionReport => ({ code: '', latencyMs, kind: 'stun', samples: 1, lost: 0, doubt: [] });
  const silent = (more: Partial<RegionReport>): RegionReport => ({ code: '', samples: 0, lost: 0, doubt: [], ...more });
  const sure = (preferences: Preferences, far: RegionReport | undefined, home = '1', more: Partial<Report> = { partial: true }, map = fleet): number =>
    sureOf({ map, preferences }, { home, report: { at: 0, full: true, durationMs: 0, strategy: '', notes: [], regions: { 1: heard(10), 2: heard(30), ...(far && { 3: far }) }, ...more } });

  it.each<{ name: string; far: RegionReport | undefined; home?: string; more?: Partial<Report>; preferences?: Preferences; is: 'none' | 'all' | 'some' }>([
    { name: 'a pin that is home leaves no choice', far: heard(90), home: '3', is: 'all' },
    { name: 'one that is under way may still be home', far: silent({ pending: true, lost: 1 }), is: 'none' },
    { name: 'so may one that is asked later in the report', far: silent({ skipped: 'enough' }), is: 'none' },
    { name: 'and one of which the report says nothing yet', far: undefined, is: 'none' },
    { name: 'one that was asked in vain leaves the others', far: silent({ lost: 3 }), is: 'some' },
    { name: 'so does one that cannot be asked, once that is all', far: silent({ skipped: 'impossible' }), more: {}, is: 'some' },
    { name: 'and one that the whole report left out', far: silent({ skipped: 'not-due' }), more: {}, is: 'some' },
    { name: 'a pin that is not in the map is none', far: silent({ lost: 3 }), preferences: { pin: '9' }, is: 'some' },
  ])('$name', ({ far, home, more, preferences = { pin: '3' }, is }) => {
    const found = sure(preferences, far, home, more);
    expect(found === 1 ? 'all' : found === 0 ? 'none' : 'some').toBe(is);
  });

  it('counts by the factors that rank', () => {
    expect(sure({}, heard(90), '2')).toBeLessThan(0.01);
    expect(sure({ latencyFactor: { 1: 5 } }, heard(90), '2')).toBeGreaterThan(0.99);
    expect(sure({}, heard(90), '2', {}, { ...fleet, regions: fleet.regions.map((region) => (region.id === '1' ? { ...region, latencyFactor: 5 } : region)) })).toBeGreaterThan(0.99);
  });

  it('is held against the avoided where all are', () => {
    expect(sure({ avoid: ['1', '2', '3'] }, heard(90), '2')).toBeLessThan(0.01);
    expect(sure({ avoid: ['1'] }, heard(90), '2')).toBeGreaterThan(0.99);
  });
});

it.each([
  [{ unwanted: 'drained' }, 'kept fra: nearest, though it is being drained'],
  [{ unwanted: 'avoided' }, 'kept fra: nearest, though it is to be avoided'],
  [{ preferred: true }, 'kept fra: nearest, which is preferred'],
  [{}, 'kept fra: nearest'],
])('a sentence says what wishes have to do with it: %j', (why, sentence) => {
  expect(sentenceOf({ home: '1', reason: 'nearest', why }, fleet)).toBe(sentence);
});

function fail(): never {
  throw new Error('no region');
}
