import type { MapNote, Region, RelayMap } from '../model/map.ts';
import { derpNodeFields } from './derp-node.ts';
import { goEntries, goFields, goInt, orZero, under } from './go-json.ts';
import { MAX_REGIONS } from './limits.ts';
import { type Complain, type Field, type Fields, flag, numberIn } from './reader.ts';
import { readRegion } from './region.ts';

/**
 * Reads Tailscale's `tailcfg.DERPMap`, as `tailscale debug derp-map` and the control plane print it, to the same meaning as
 * Tailscale's own reader. What that takes although it is odd is kept, with a note. Regions come sorted by id.
 *
 * What differs: after `JSON.parse`, `3478.0` and `3e3` are whole numbers, which Go refuses, and of two keys for one region,
 * `7` and `007`, the latter wins wherever it stands. Of one field in two spellings only the last is looked at.
 */
export function readDerpMap(document: Field): RelayMap {
  const notes: MapNote[] = [];
  const complain: Complain = ({ path }, code, message) => void notes.push({ code, path, message });
  const from = goFields(document);
  flag(from('omitDefaultRegions'));
  const scores = new Map(goEntries(goFields(from('HomeParams'))('RegionScore'), Infinity).map(([id, field]) => [id, field.value === null ? 0 : anyNumber(field)]));
  const reader = { complain, nodeFields: (node: Field) => derpNodeFields(node, complain), codes: new Set<string>() };
  const regions = new Map<bigint, Region>();
  for (const [id, field] of goEntries(from('Regions'), MAX_REGIONS)) {
    if (regions.has(id)) complain(field, 'duplicate', 'replaces the region before');
    regions.set(id, readRegion(regionFields(id, field, scores.get(id), complain), { ...reader, ids: new Set() }));
  }
  if (regions.size === 0) complain(from('Regions'), 'empty', 'is empty');
  const sorted = [...regions].sort(([one], [other]) => Number(one - other)).map(([, region]) => region);
  return { version: 1, regions: sorted, ...(notes.length > 0 && { notes }) };
}

const anyNumber = numberIn('a number');

/** The fields of a region by the names of our form. */
function regionFields(id: bigint, region: Field, latencyFactor: number | undefined, complain: Complain): Fields {
  const from = goFields(region);
  const regionId = goInt(from('RegionID'));
  if (regionId !== undefined && BigInt(regionId) !== id) complain(from('RegionID'), 'region-id', `differs from its key ${id}, which counts`);
  const latitude = anyNumber(from('Latitude')) ?? 0;
  const longitude = anyNumber(from('Longitude')) ?? 0;
  const isPlace = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  if (!isPlace) complain(from('Latitude'), 'place', 'is no place on earth');
  // 0, 0 is how Go writes "no place".
  const hasPlace = isPlace && (latitude !== 0 || longitude !== 0);
  return under({
    id: { value: String(id), path: region.path },
    code: orZero(from('RegionCode'), ''),
    name: orZero(from('RegionName'), ''),
    ...(hasPlace && { latitude: orZero(from('Latitude'), 0), longitude: orZero(from('Longitude'), 0) }),
    avoid: from('Avoid'),
    noHome: from('NoMeasureNoHome'),
    latencyFactor: { value: latencyFactor, path: region.path },
    nodes: orZero(from('Nodes'), []),
  });
}
