import type { Decision } from '../model/decision.ts';
import type { Region, RegionId, RelayMap } from '../model/map.ts';
import type { Report } from '../model/report.ts';
import { withIce } from './servers.ts';

/** What is known of where the client is. */
export interface Standing {
  readonly map: RelayMap;
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

/**
 * Which regions a connection gets, in order: the home, then those that answered soonest. What follows the home changes only
 * with the home or the map, or where one of them answers no more and another does: a connection is told of each change.
 */
export function createRanking(count: number): Ranking {
  const latencyMs = new Map<RegionId, number>();
  let map: RelayMap | undefined;
  let regions: readonly Region[] = [];
  let home: RegionId | undefined;
  let ranked: readonly Region[] = [];

  function learn(report: Report): void {
    for (const [id, region] of Object.entries(report.regions)) {
      if (region.latencyMs !== undefined) latencyMs.set(id, region.latencyMs);
      else if (region.lost > 0 && !region.pending) latencyMs.delete(id);
    }
  }
  const isWorthMore = (): boolean => ranked.some(({ id }) => id !== home && !latencyMs.has(id)) && regions.some((region) => latencyMs.has(region.id) && !ranked.includes(region));

  return {
    get regions() { return regions; },
    rank(standing) {
      if (standing.report) learn(standing.report);
      const isSame = standing.map === map && standing.home === home;
      if (isSame && !isWorthMore()) return ranked;
      if (standing.map !== map) regions = withIce(standing.map).regions.filter(({ noHome }) => !noHome);
      ({ map, home } = standing);
      const place = ({ id }: Region): number => (id === home ? -1 : latencyMs.get(id) ?? Number.MAX_VALUE);
      ranked = [...regions].sort((a, b) => place(a) - place(b)).slice(0, count);
      return ranked;
    },
  };
}
