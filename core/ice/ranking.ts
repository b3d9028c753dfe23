import { drained, latencyFactor, reluctanceOf } from '../choice/preferences.ts';
import type { Preferences } from '../model/context.ts';
import type { Decision } from '../model/decision.ts';
import type { Region, RegionId, RelayMap } from '../model/map.ts';
import type { Report } from '../model/report.ts';
import { withIce } from './servers.ts';

/** What is known of where the client is. */
export interface Standing {
  readonly map: RelayMap;
  readonly preferences: Preferences | undefined;
  /** Where to connect: also where nothing answers. */
  readonly home: RegionId | undefined;
  readonly report: Report | undefined;
  readonly decision: Decision;
}

export interface Ranking {
  /** All that could be listed, as the newest map has them. */
  readonly regions: readonly Region[];
  /** Those that are to be. */
  rank(standing: Standing): readonly Region[];
}

/** The home, then those that answered, and of them those that are wanted, the nearest first. None that is drained, but as home, or where there is no other. */
export function inOrder(regions: readonly Region[], { home, preferences, latencyOf }: Pick<Standing, 'home' | 'preferences'> & { latencyOf(id: RegionId): number | undefined }): Region[] {
  const rows = regions.map((region) => {
    const ms = latencyOf(region.id);
    const reluctance = reluctanceOf(region, preferences);
    return { region, isOut: reluctance >= drained, place: region.id === home ? [] : [ms === undefined ? 1 : 0, reluctance, (ms ?? 0) * latencyFactor(region, preferences)] };
  });
  const byPlace = (a: readonly number[], b: readonly number[]): number => a.length - b.length || a.map((figure, index) => figure - (b[index] ?? 0)).find((gap) => gap !== 0) || 0;
  const left = rows.filter(({ region, isOut }) => !isOut || region.id === home);
  return (left.length ? left : rows).sort((a, b) => byPlace(a.place, b.place)).map(({ region }) => region);
}

/**
 * Which regions a connection gets. What follows the home changes only with the home, the map or the preferences, or where one
 * of them answers no more and another does: a connection is told of each change.
 */
export function createRanking(count: number): Ranking {
  const latencyMs = new Map<RegionId, number>();
  let map: RelayMap | undefined;
  let regions: readonly Region[] = [];
  let home: RegionId | undefined;
  let wishes: string | undefined;
  let ranked: readonly Region[] = [];

  function learn(report: Report): void {
    for (const [id, region] of Object.entries(report.regions)) {
      if (region.latencyMs !== undefined) latencyMs.set(id, region.latencyMs);
      else if (region.lost > 0 && !region.pending) latencyMs.delete(id);
    }
  }
  const isWorthMore = (all: readonly Region[]): boolean => ranked.some(({ id }) => id !== home && !latencyMs.has(id)) && all.some((region) => latencyMs.has(region.id) && !ranked.includes(region));

  return {
    get regions() { return regions; },
    rank(standing) {
      if (standing.report) learn(standing.report);
      const now = JSON.stringify(standing.preferences);
      const isSame = standing.map === map && standing.home === home && now === wishes;
      if (standing.map !== map) regions = withIce(standing.map).regions.filter(({ noHome }) => !noHome);
      ({ map, home } = standing);
      wishes = now;
      const all = inOrder(regions, { home, preferences: standing.preferences, latencyOf: (id) => latencyMs.get(id) });
      if (!isSame || isWorthMore(all)) ranked = all.slice(0, count);
      return ranked;
    },
  };
}
