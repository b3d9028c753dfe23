import type { Preferences } from '../model/context.ts';
import type { Region, RegionId, RelayMap } from '../model/map.ts';

/** By the map, for the preferences that were asked with last. */
const allowedOf = new WeakMap<RelayMap, { readonly preferences: Preferences | undefined; readonly allowed: ReadonlySet<RegionId> }>();

/** Regions that may become home, in the map's order: not excluded by the map, and neither avoided nor drained by the owner. Asked several times a report. */
export function allowedRegions(map: RelayMap, preferences: Preferences | undefined): ReadonlySet<RegionId> {
  const known = allowedOf.get(map);
  if (known && known.preferences === preferences) return known.allowed;
  const { avoid = [], drain = [] } = preferences ?? {};
  const allowed = new Set<RegionId>();
  for (const { id, noHome, avoid: isAvoided, nodes } of map.regions) {
    if (!noHome && !isAvoided && nodes.length > 0 && !avoid.includes(id) && !drain.includes(id)) allowed.add(id);
  }
  allowedOf.set(map, { preferences, allowed });
  return allowed;
}

/** What multiplies a region's latency when regions are ranked: the map's factor times the owner's. Above 1 is worse; 0 and below are ignored. */
export function latencyFactor(region: Region | undefined, preferences: Preferences | undefined): number {
  return region ? positive(region.latencyFactor) * positive(preferences?.latencyFactor?.[region.id]) : 1;
}

const positive = (factor: number = 1): number => (factor > 0 ? factor : 1);
