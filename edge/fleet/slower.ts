import { distanceKm, placeOf } from '../../core/choice/light.ts';
import type { Region, RegionId } from '../../core/model/map.ts';
import { median, quantile } from './robust.ts';

/** A region got slower, compared with itself before and with its neighbours meanwhile. */
export interface Slower {
  readonly byMs: number;
  /** Epoch ms: the first of the figures that are too slow without a break until now. */
  readonly since: number;
}

/** What counts as now, and how many answers of now and of before it takes. */
const nowMs = 3_600_000;
const fewestNow = 4;
const fewestBefore = 8;
/** Slower by at least so many ms, by such a share of what it was, and by so many times its usual spread. */
const leastMs = 5;
const leastShare = 0.1;
const spreads = 3;
/** Regions up to so far from one another share their long paths. */
const neighbourKm = 2_500;
const mostNeighbours = 5;

/** How a region's round trips of the last hour differ from those before. */
export interface Change {
  readonly beforeMs: number;
  readonly changeMs: number;
  /** From so much on it is more than it wavers anyway. */
  readonly limitMs: number;
  /** Epoch ms: since when it is slower, if it is. */
  readonly since: number;
}

interface Changed extends Change {
  readonly region: Region;
}

/**
 * Regions whose round trips from a location rose within the last hour, by more than those of their neighbours did: where a
 * cable breaks or the location's own line is full, all of them rise, and none is to blame.
 */
export function slowerRegions(regions: readonly Region[], changeIn: (id: RegionId) => Change | undefined): ReadonlyMap<RegionId, Slower> {
  const changes = regions.flatMap((region): Changed[] => {
    const change = changeIn(region.id);
    return change ? [{ region, ...change }] : [];
  });
  return new Map(changes.flatMap((change): [RegionId, Slower][] => {
    // Most did not: neighbours are looked for only where it matters.
    if (change.changeMs < change.limitMs) return [];
    const others = neighboursOf(change, changes).map(({ changeMs }) => changeMs);
    // Alone, or with one other, it cannot be told who moved.
    if (others.length < 2) return [];
    const byMs = change.changeMs - Math.max(0, median(others) ?? 0);
    return byMs < change.limitMs ? [] : [[change.region.id, { byMs: Math.round(byMs * 10) / 10, since: change.since }]];
  }));
}

/** `answers`: epoch ms and ms, oldest first. Undefined where they are too few to tell. */
export function changeOf(answers: readonly (readonly [number, number])[], now: number): Change | undefined {
  const recent = answers.flatMap(([at, ms]) => (now - at <= nowMs ? [ms] : []));
  const before = answers.flatMap(([at, ms]) => (now - at > nowMs ? [ms] : []));
  const beforeMs = median(before);
  const recentMs = median(recent);
  if (beforeMs === undefined || recentMs === undefined || recent.length < fewestNow || before.length < fewestBefore) return undefined;
  const spreadMs = ((quantile(before, 0.75) ?? 0) - (quantile(before, 0.25) ?? 0)) / 2;
  const limitMs = Math.max(leastMs, leastShare * beforeMs, spreads * spreadMs);
  return { beforeMs, changeMs: recentMs - beforeMs, limitMs, since: sinceOf(answers, beforeMs + limitMs / 2) };
}

/** Regions near it on the map; where there are none, those that were about as far from the location. */
function neighboursOf({ region, beforeMs }: Changed, changes: readonly Changed[]): readonly Changed[] {
  const others = changes.filter((other) => other.region.id !== region.id);
  const here = placeOf(region);
  const near = others.flatMap((other) => {
    const there = placeOf(other.region);
    const km = here && there ? distanceKm(here, there) : Infinity;
    return km <= neighbourKm ? [{ other, far: km }] : [];
  });
  const found = near.length >= 2 ? near : others.map((other) => ({ other, far: Math.abs(other.beforeMs - beforeMs) }));
  return found.sort((a, b) => a.far - b.far).slice(0, mostNeighbours).map(({ other }) => other);
}

/** Back from now to two figures in a row that were still well: a single one wavers. */
function sinceOf(answers: readonly (readonly [number, number])[], limitMs: number): number {
  const isWell = (at: number): boolean => (answers[at]?.[1] ?? Infinity) < limitMs;
  const lastWell = answers.findLastIndex((_, at) => isWell(at) && isWell(at - 1));
  return (answers[lastWell + 1] ?? answers.at(-1))?.[0] ?? 0;
}
