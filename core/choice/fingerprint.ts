import type { Region, RegionId, RelayMap } from '../model/map.ts';

/**
 * Tells whether a region's id still means the same relays: 32 bits over its hosts, in any order. Evidence about a region
 * whose fingerprint changed is evidence about other machines.
 */
export const fingerprints = (map: RelayMap): Record<RegionId, number> => Object.fromEntries(map.regions.map((region) => [region.id, fingerprint(region)]));

/** FNV-1a. */
function fingerprint({ nodes }: Region): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(nodes.map(({ host }) => host).sort().join(' '))) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
