import type { Preferences } from '../model/context.ts';
import { regionById, type Region, type RegionId, type RelayMap } from '../model/map.ts';
import { isDrainedByNodes } from './nodes.ts';

/** How little a region is wanted as home, from 0: not at all is the most. */
export const avoided = 1;
export const drained = 2;
const impossible = 3;

/**
 * 0: as any other. `avoided`, by the map or the owner: a last resort. `drained`, by the owner or by its relay: not for what
 * begins now, where there is anything else at all. Above: no home, or not in the map.
 */
export function reluctanceOf(region: Region | undefined, preferences: Preferences | undefined): number {
  if (!region || region.noHome || region.nodes.length === 0) return impossible;
  if (preferences?.drain?.includes(region.id) || isDrainedByNodes(region, preferences)) return drained;
  return region.avoid || preferences?.avoid?.includes(region.id) ? avoided : 0;
}

/** Of these regions those that are wanted most, in their order. */
export function mostWanted(map: RelayMap, preferences: Preferences | undefined, ids: readonly RegionId[]): RegionId[] {
  const of = ids.map((id) => reluctanceOf(regionById(map, id), preferences));
  let least = drained;
  for (const one of of) least = Math.min(least, one);
  return ids.filter((_, place) => of[place] === least);
}

/** What the map and the owner make of the regions. */
interface Wishes {
  readonly preferences: Preferences | undefined;
  readonly allowed: readonly RegionId[];
  readonly factors: ReadonlyMap<RegionId, number>;
}

/** By the map, for the preferences that were asked with last. */
const wishesOf = new WeakMap<RelayMap, Wishes>();

function wishesIn(map: RelayMap, preferences: Preferences | undefined): Wishes {
  const known = wishesOf.get(map);
  if (known && known.preferences === preferences) return known;
  const allowed = map.regions.filter((region) => reluctanceOf(region, preferences) === 0).map(({ id }) => id);
  const factors = new Map<RegionId, number>();
  for (const region of map.regions) {
    const factor = latencyFactor(region, preferences);
    if (factor !== 1) factors.set(region.id, factor);
  }
  const found = { preferences, allowed, factors };
  wishesOf.set(map, found);
  return found;
}

/** Regions that may become home: not excluded by the map, and neither avoided nor drained by the owner. Asked several times a report. */
export const allowedRegions = (map: RelayMap, preferences: Preferences | undefined): readonly RegionId[] => wishesIn(map, preferences).allowed;

/** `latencyFactor` of those regions for which it is not 1: mostly none. */
export const latencyFactors = (map: RelayMap, preferences: Preferences | undefined): ReadonlyMap<RegionId, number> => wishesIn(map, preferences).factors;

/** What multiplies a region's latency when regions are ranked: the map's factor times the owner's. Above 1 is worse; 0 and below are ignored. */
export function latencyFactor(region: Region | undefined, preferences: Preferences | undefined): number {
  return region ? positive(region.latencyFactor) * positive(preferences?.latencyFactor?.[region.id]) : 1;
}

const positive = (factor: number = 1): number => (factor > 0 ? factor : 1);
