import type { Place } from '../../core/choice/light.ts';
import { distanceKm, leastRttMs, placeOf } from '../../core/choice/light.ts';
import type { Region, RegionId } from '../../core/model/map.ts';
import type { LocationFacts } from '../storage/store.ts';
import type { Location } from './facts.ts';
import { addedMs } from './kind-offsets.ts';
import type { Pace } from './pace.ts';
import { expectedMs, paceOf, usualPace } from './pace.ts';
import { median } from './robust.ts';

/** What a round trip from here to each region may be. `Infinity`: it does not answer, or nothing is known. */
export interface Estimate {
  readonly ms: ReadonlyMap<RegionId, number>;
  /** Asked and silent, with the time of its last answer: what clients saw before then is no news. */
  readonly dead: ReadonlyMap<RegionId, number>;
  /** Regions whose figure was measured from here, and when the newest was. */
  readonly measured: ReadonlySet<RegionId>;
  readonly measuredAt?: number;
  readonly byPlace: boolean;
}

/** Times in a row without an answer that make a region dead: one is a lost packet. */
export const deadAfter = 2;
/** Older figures tell of another day. */
const staleMs = 86_400_000;
/** How far back single figures are made one, and how many of them. */
const recentMs = 3_600_000;
const recentCount = 5;
/** What is left of a figure at least when what its kind adds is taken off. */
const leastFigureMs = 0.5;
/** The client stands for itself from so far on: nearer, its place by address is as wrong as it is near. */
const elsewhereKm = 300;

/**
 * From what the location measured itself; where it did not, from places. A client far from the location sees each region by
 * as much later or sooner as it is farther from or nearer to it.
 */
export function edgeEstimate(options: { readonly regions: readonly Region[]; readonly facts: LocationFacts; readonly location: Location; readonly place?: Place; readonly now: number }): Estimate {
  const { regions, facts, location, now } = options;
  const here = placeOf(location);
  const figures = new Map<RegionId, number>();
  const dead = new Map<RegionId, number>();
  let measuredAt: number | undefined;
  for (const { id } of regions) {
    const sweep = own(facts.sweep?.regions, id);
    if (!sweep || now - sweep.at > staleMs) continue;
    const history = own(facts.history, id) ?? [];
    if (sweep.latencyMs === undefined && sweep.missed >= deadAfter) {
      dead.set(id, history.findLast(([, ms]) => ms >= 0)?.[0] ?? -Infinity);
      continue;
    }
    const latencyMs = recentOf(history, now) ?? sweep.latencyMs;
    if (latencyMs === undefined) continue;
    const added = facts.sweep ? addedMs(facts.sweep, sweep) : 0;
    figures.set(id, Math.max(Math.min(latencyMs, leastFigureMs), latencyMs - added));
    measuredAt = Math.max(measuredAt ?? 0, sweep.at);
  }
  const pace = here ? paceFrom(here, regions, figures) : usualPace;
  const client = options.place && (!here || distanceKm(here, options.place) > elsewhereKm) ? options.place : undefined;
  const from = client ?? here;
  const ms = new Map(regions.map((region): [RegionId, number] => {
    if (dead.has(region.id)) return [region.id, Infinity];
    const there = placeOf(region);
    const figure = figures.get(region.id);
    if (figure === undefined) return [region.id, there && from ? expectedMs(pace, from, there) : Infinity];
    return [region.id, there && here && client ? moved(figure, pace, here, client, there) : figure];
  }));
  return { ms, dead, measured: new Set(figures.keys()), ...(measuredAt !== undefined && { measuredAt }), byPlace: figures.size === 0 };
}

/** The same figure as seen from elsewhere, and never below what light needs. */
function moved(figureMs: number, pace: Pace, here: Place, client: Place, there: Place): number {
  const leastMs = leastRttMs(distanceKm(client, there));
  return Math.max(leastMs, figureMs + pace.timesLight * (leastMs - leastRttMs(distanceKm(here, there))));
}

/** The newest few answers as one: a single figure may have waited in a queue, an old one tells of another path. */
function recentOf(history: readonly (readonly [number, number])[], now: number): number | undefined {
  const answers = history.flatMap(([at, ms]) => (ms >= 0 && now - at <= recentMs ? [ms] : []));
  return median(answers.slice(-recentCount));
}

function paceFrom(here: Place, regions: readonly Region[], figures: ReadonlyMap<RegionId, number>): Pace {
  return paceOf(regions.flatMap((region) => {
    const there = placeOf(region);
    const latencyMs = figures.get(region.id);
    return there && latencyMs !== undefined ? [{ leastMs: leastRttMs(distanceKm(here, there)), latencyMs }] : [];
  }));
}

/** Ids come from a map and facts from storage: an id may be the name of something that every object inherits. */
export const own = <T>(record: Readonly<Record<string, T>> | undefined, id: string): T | undefined => (record && Object.hasOwn(record, id) ? record[id] : undefined);
