import { expect, it } from 'vitest';
import type { LocationDigest } from '../../../edge/fleet/digest.ts';
import { gaugesText } from '../../../edge/fleet/gauges.ts';
import { mapOf } from '../../maps.ts';

const digestOf = (regions: NonNullable<LocationDigest['sweep']>['regions'], code = 'FRA'): LocationDigest =>
  ({ sweep: { location: { code }, at: 9_000, regions }, history: {}, reports: [], clients: { reports: 2, networks: 1, placed: 0 } });
/** The samples, without what describes them. */
const samples = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.replace('nearest_relay_edge_', ''));

it('tells of regions that the map has, and of latencies that there are', () => {
  const sweep = { 1: { latencyMs: 12.5, kind: 'tcp', at: 8_000, missed: 0 }, 2: { at: 9_000, missed: 3 }, 99: { latencyMs: 1, at: 9_000, missed: 0 } } as const;
  expect(samples(gaugesText({ map: mapOf(['fra', 'par', 'nyc']), locations: [{ location: { code: 'FRA' }, digest: digestOf(sweep) }, { location: { code: 'A"B\n' }, digest: digestOf({}) }] }))).toEqual([
    'region_latency_seconds{location="FRA",region="1",kind="tcp"} 0.0125',
    'region_asked_timestamp_seconds{location="FRA",region="1"} 8', 'region_asked_timestamp_seconds{location="FRA",region="2"} 9',
    'region_missed{location="FRA",region="1"} 0', 'region_missed{location="FRA",region="2"} 3',
    'clients{location="FRA"} 2', 'clients{location="A\\"B\\n"} 2', 'locations 2', 'locations_left_out 0',
  ]);
});

it('is bounded: what is beyond is left out, the last by code, and counted', () => {
  const map = mapOf(Array.from({ length: 300 }, (_, at) => `r${at}`));
  const regions = Object.fromEntries(map.regions.map(({ id }) => [id, { latencyMs: 1, kind: 'tcp' as const, at: 0, missed: 0 }]));
  const locations = Array.from({ length: 100 }, (_, at) => ({ location: { code: `L${String(at).padStart(3, '0')}` }, digest: digestOf(regions) }));
  const text = gaugesText({ map, locations });
  expect(samples(text).filter((line) => line.startsWith('clients')).map((line) => line.slice(18, 22))).toEqual(locations.slice(0, 66).map(({ location }) => location.code));
  expect(samples(text).slice(-2)).toEqual(['locations 100', 'locations_left_out 34']);
  expect(text.length).toBeLessThan(7_000_000);
});
