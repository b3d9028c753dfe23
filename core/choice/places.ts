import type { Preferences } from '../model/context.ts';
import { regionById, type RegionId, type RelayMap } from '../model/map.ts';
import type { Report } from '../model/report.ts';
import { own } from '../model/own.ts';
import { distanceKm, leastRttMs, placeOf, type Place } from './light.ts';
import { allowedRegions, latencyFactor } from './preferences.ts';

/** A map's places are those of cities, and clocks have steps: so much is allowed for before light is held against a figure. */
const slackKm = 100;
const slackMs = 1;

/** A region that was measured, and where the map says that it is. */
export interface Heard {
  readonly id: RegionId;
  readonly place: Place;
  readonly latencyMs: number;
}

/** The nearest few bound the others best; more would only take time. */
const mostAnchors = 8;

/** What a map has of them. */
export interface Placed {
  readonly id: RegionId;
  readonly place: Place;
}

const placedOf = new WeakMap<RelayMap, readonly Placed[]>();

/** The regions that the map has a place for. A map is read once. */
export function placedIn(map: RelayMap): readonly Placed[] {
  const known = placedOf.get(map);
  if (known) return known;
  const placed = map.regions.flatMap((region): Placed[] => {
    const place = placeOf(region);
    return place ? [{ id: region.id, place }] : [];
  });
  placedOf.set(map, placed);
  return placed;
}

/** Regions with a place, by their latency, nearest first. `except`: those whose place is in doubt. */
export function heardAmong(map: RelayMap, latencies: Readonly<Record<RegionId, number>>, except: Readonly<Record<RegionId, unknown>> = {}): Heard[] {
  return placedIn(map).flatMap(({ id, place }): Heard[] => {
    const latencyMs = own(latencies, id);
    return latencyMs !== undefined && !Object.hasOwn(except, id) ? [{ id, place, latencyMs }] : [];
  }).sort((a, b) => a.latencyMs - b.latencyMs);
}

/** What a report measured on the wire, in ms. */
export function measuredIn({ regions }: Report): Record<RegionId, number> {
  const measured: Record<RegionId, number> = {};
  for (const id of Object.keys(regions)) {
    const { latencyMs, kind } = regions[id] ?? {};
    if (latencyMs !== undefined && kind !== 'fake') measured[id] = latencyMs;
  }
  return measured;
}

/**
 * The least round trip to a place of a client that is so near to those regions: its way there and from there to any of them
 * is no shorter than the way between the two, which light needs its time for.
 */
export const leastMs = (heard: readonly Heard[], place: Place): number =>
  Math.max(0, ...heard.slice(0, mostAnchors).map((from) => leastRttMs(Math.max(0, distanceKm(from.place, place) - slackKm)) - from.latencyMs - slackMs));

/**
 * Regions that light keeps from being nearer than the nearest that was heard, with the least round trip to each. Latencies count
 * by the owner's factors; what the owner prefers may win from behind, and what is not wanted excludes none that is.
 */
export function excluded(map: RelayMap, preferences: Preferences | undefined, heard: readonly Heard[], except: Readonly<Record<RegionId, unknown>>): Map<RegionId, number> {
  const factor = (id: RegionId): number => latencyFactor(regionById(map, id), preferences);
  const wanted = new Set(allowedRegions(map, preferences));
  const nearestMs = Math.min(...heard.filter(({ id }) => wanted.size === 0 || wanted.has(id)).map(({ id, latencyMs }) => latencyMs * factor(id)));
  const found = new Map<RegionId, number>();
  for (const { id, place } of placedIn(map)) {
    if (Object.hasOwn(except, id) || preferences?.prefer?.includes(id)) continue;
    const atLeastMs = leastMs(heard, place);
    if (atLeastMs > 0 && atLeastMs * factor(id) >= nearestMs) found.set(id, atLeastMs);
  }
  return found;
}

/** Two regions that were heard sooner than light goes from one to the other by way of the client. */
interface Breach {
  readonly a: RegionId;
  readonly b: RegionId;
}

/**
 * Regions whose places cannot be right, all things measured: of the pairs that light forbids, those that take part in most,
 * until none is left. Of a pair that stands alone either may be the one.
 */
export function impossiblePlaces(heard: readonly Heard[]): RegionId[] {
  let breaches: Breach[] = heard.slice(0, mostAnchors).flatMap((one, index) => heard.slice(index + 1).filter((other) => leastMs([one], other.place) > other.latencyMs).map((other) => ({ a: one.id, b: other.id })));
  const culprits: RegionId[] = [];
  while (breaches.length > 0) {
    const counts = new Map<RegionId, number>();
    for (const { a, b } of breaches) for (const id of [a, b]) counts.set(id, (counts.get(id) ?? 0) + 1);
    const most = Math.max(...counts.values());
    const worst = [...counts].filter(([, count]) => count === most).map(([id]) => id);
    culprits.push(...worst);
    breaches = breaches.filter(({ a, b }) => !worst.includes(a) && !worst.includes(b));
  }
  return culprits;
}

/** Regions far from one another that are equally near: it is not they that answer, but something in between. */
export function areAllEquallyNear(heard: readonly Heard[]): boolean {
  const [nearest] = heard;
  const farthest = heard.at(-1);
  if (!nearest || !farthest || heard.length < 4 || farthest.latencyMs - nearest.latencyMs > Math.max(2, 0.1 * nearest.latencyMs)) return false;
  return Math.max(...heard.map(({ place }) => distanceKm(place, nearest.place))) > 3_000;
}
