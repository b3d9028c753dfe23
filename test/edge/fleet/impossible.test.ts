import { describe, expect, it } from 'vitest';
import { impossible } from '../../../edge/fleet/impossible.ts';
import { mapOf, regionAt } from './world.ts';

const frankfurt = { latitude: 50.1, longitude: 8.7 };
const places = { fra: frankfurt, par: { latitude: 48.9, longitude: 2.4 }, nyc: { latitude: 40.7, longitude: -74 }, syd: { latitude: -33.9, longitude: 151.2 }, tok: { latitude: 35.7, longitude: 139.7 } };
const map = mapOf([...Object.entries(places).map(([code, place]) => regionAt(code, code, place)), regionAt('nowhere', 'nowhere')]);

describe('impossible', () => {
  it.each<{ name: string; latencyMs: Record<string, number>; place?: typeof frankfurt; placeSlackKm?: number; codes: string[] }>([
    { name: 'what light could do', latencyMs: { fra: 1, par: 5, nyc: 45, syd: 120 }, place: frankfurt, codes: [] },
    { name: 'a figure of 1 ms from a place rounded by 1 ms', latencyMs: { par: 2 }, place: frankfurt, codes: [] },
    { name: 'faster than light from the place', latencyMs: { nyc: 20 }, place: frankfurt, codes: ['nyc'] },
    { name: 'the same, from a place that may be off by that much', latencyMs: { nyc: 20 }, place: frankfurt, placeSlackKm: 4_000, codes: [] },
    { name: 'two that nobody can be near to at once', latencyMs: { nyc: 3, syd: 10 }, codes: ['syd'] },
    { name: 'far from both', latencyMs: { nyc: 90, syd: 90 }, codes: [] },
    { name: 'no place of the region', latencyMs: { nowhere: 0.1, fra: 3 }, place: frankfurt, codes: [] },
    { name: 'a region that the map does not have', latencyMs: { other: 0.1 }, place: frankfurt, codes: [] },
  ])('$name: $codes', ({ latencyMs, codes, ...more }) => {
    const found = impossible({ map, latencyMs, ...more });
    expect(found.regions).toEqual(codes);
    expect(found.allEqual).toBe(false);
    expect(found.notes.map(({ code }) => code)).toEqual(codes.map(() => 'faster-than-light'));
  });

  it('says it in words', () => {
    expect(impossible({ map, latencyMs: { nyc: 0.4 }, place: frankfurt }).notes).toEqual([
      { code: 'faster-than-light', message: 'nyc answered in less than 1 ms where light needs 40 ms at least: a proxy, a VPN or anycast stands in the path, or a place is wrong' },
    ]);
    expect(impossible({ map, latencyMs: { par: 150.2, nyc: 150.4, syd: 150.9, tok: 150 } }).notes).toEqual([
      { code: 'equally-near', message: '4 regions far from one another answered within 1 ms of the same: a proxy, a VPN or anycast stands in the path, or a place is wrong' },
    ]);
  });

  it('knows neighbours from one thing that answers for all', () => {
    const near = mapOf(['a', 'b', 'c', 'd', 'e'].map((code, at) => regionAt(code, code, { latitude: 50 + at, longitude: 8 })));
    expect(impossible({ map: near, latencyMs: { a: 9, b: 9.2, c: 9.1, d: 9.4, e: 9 } })).toEqual({ regions: [], allEqual: false, notes: [] });
  });

  it('is not asked of relays on this machine: their places are stage scenery', () => {
    const lab = mapOf(map.regions.map((region) => ({ ...region, nodes: region.nodes.map((node) => ({ ...node, ipv4: '127.0.0.1' })) })));
    expect(impossible({ map: lab, latencyMs: { fra: 5, nyc: 5, syd: 5, tok: 5 }, place: frankfurt })).toEqual({ regions: [], allEqual: false, notes: [] });
  });
});
