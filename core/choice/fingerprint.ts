import type { Region, RegionId, RelayMap } from '../model/map.ts';
import { hash } from './hash.ts';

type Fingerprints = Readonly<Record<RegionId, number>>;

const known = new WeakMap<RelayMap, Fingerprints>();

/**
 * Tells whether a region's id still means the same relays: 32 bits over its hosts, in any order. Evidence about a region
 * whose fingerprint changed is evidence about other machines. A map is read once.
 */
export function fingerprints(map: RelayMap): Fingerprints {
  const found = known.get(map) ?? Object.fromEntries(map.regions.map((region) => [region.id, fingerprint(region)]));
  known.set(map, found);
  return found;
}

const fingerprint = ({ nodes }: Region): number => hash(nodes.map(({ host }) => host).sort().join(' '));
