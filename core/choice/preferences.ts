import type { Preferences } from '../model/context.ts';
import type { Region, RegionId, RelayMap } from '../model/map.ts';

/** Regions that may become home: not excluded by the map, and neither avoided nor drained by the owner. */
export function allowedRegions(map: RelayMap, preferences: Preferences | undefined): RegionId[] {
  return map.regions.flatMap((region) => (!region.noHome && region.nodes.length > 0 && !isUnwanted(region, preferences) ? [region.id] : []));
}

/** Home only where no other answers: avoided by the map, or avoided or drained by the owner. */
export const isUnwanted = ({ id, avoid }: Pick<Region, 'id' | 'avoid'>, preferences: Preferences | undefined): boolean =>
  avoid === true || preferences?.avoid?.includes(id) === true || preferences?.drain?.includes(id) === true;

/** What multiplies a region's latency when regions are ranked: the map's factor times the owner's. Above 1 is worse; 0 and below are ignored. */
export function latencyFactor(region: Region | undefined, preferences: Preferences | undefined): number {
  return region ? positive(region.latencyFactor) * positive(preferences?.latencyFactor?.[region.id]) : 1;
}

const positive = (factor: number = 1): number => (factor > 0 ? factor : 1);
