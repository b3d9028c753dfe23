import type { Preferences } from '../model/context.ts';
import type { Region, RegionId, RelayMap } from '../model/map.ts';

/** Regions that may become home: not excluded by the map, and neither avoided nor drained by the owner. */
export function allowedRegions(map: RelayMap, preferences: Preferences | undefined): RegionId[] {
  const { avoid = [], drain = [] } = preferences ?? {};
  const allowed: RegionId[] = [];
  for (const { id, noHome, avoid: isAvoided, nodes } of map.regions) {
    if (!noHome && !isAvoided && nodes.length > 0 && !avoid.includes(id) && !drain.includes(id)) allowed.push(id);
  }
  return allowed;
}

/** What multiplies a region's latency when regions are ranked: the map's factor times the owner's. Above 1 is worse; 0 and below are ignored. */
export function latencyFactor(region: Region | undefined, preferences: Preferences | undefined): number {
  return region ? positive(region.latencyFactor) * positive(preferences?.latencyFactor?.[region.id]) : 1;
}

const positive = (factor: number = 1): number => (factor > 0 ? factor : 1);
