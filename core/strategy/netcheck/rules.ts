import { isTestNode } from '../../model/address.ts';
import type { Context } from '../../model/context.ts';
import type { Family } from '../../model/kind.ts';
import type { Region, RegionId, RelayNode } from '../../model/map.ts';
import type { Report } from '../../model/report.ts';
import { fastestRegions, fastestTries, homeTries, retryPercent, retrySpreadMs, unknownRetryMs } from './constants.ts';
import type { Edition } from './edition.ts';
import { toMs, toNs } from '../../model/nanoseconds.ts';
import { answeredByUdp } from './reach.ts';

/** A region's place in an incremental plan. */
export interface Place {
  /** Among the regions by last latency, from 0. */
  readonly rank: number;
  readonly isHome: boolean;
}

export interface Families {
  readonly v4: boolean;
  readonly v6: boolean;
}

/** A full plan is asked for, or the last report says nothing to build an incremental one on. */
export const needsFullPlan = ({ full, last }: Context): boolean => full || !last || Object.values(last.regions).every(({ latencyMs }) => latencyMs === undefined);

/** Whether an incremental plan may ask the region: an avoided one only as home (2026). */
export const mayProbe = (edition: Edition, region: Region, home: RegionId | undefined): boolean =>
  !region.noHome && (!region.avoid || (edition.alwaysProbesHome && region.id === home));

/** By id, the lower number first; ids that are no numbers have an order as well. */
export const byId = (a: RegionId, b: RegionId): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** Nearest first by the last report; regions that it knows nothing of, or 0, last. Ties: the lower id. */
export function byLastLatency(last: Report | undefined): (a: Region, b: Region) => number {
  const rank = ({ id }: Region): number => last?.regions[id]?.latencyMs || Number.MAX_VALUE;
  return (a, b) => rank(a) - rank(b) || byId(a.id, b.id);
}

/** The first few in that order, without ordering the others. */
export function firstFew<T>(all: readonly T[], count: number, order: (a: T, b: T) => number): T[] {
  const first: T[] = [];
  for (const one of all) {
    let place = first.length;
    for (let before = first[place - 1]; before !== undefined && order(one, before) < 0; before = first[place - 1]) place--;
    if (place >= count) continue;
    first.splice(place, 0, one);
    if (first.length > count) first.pop();
  }
  return first;
}

export const triesAt = ({ rank, isHome }: Place): number => (isHome ? homeTries : rank < fastestRegions ? fastestTries : 1);

/** Which families the last report had UDP answers over. */
export function familiesSeen(last: Report | undefined): Families {
  const seen = { v4: false, v6: false };
  for (const region of Object.values(last?.regions ?? {})) {
    if (!answeredByUdp(region)) continue;
    seen.v4 ||= region.v4Ms !== undefined;
    seen.v6 ||= region.v6Ms !== undefined;
  }
  return seen;
}

/**
 * Families to try first. The third place is asked over one only: IPv4 once both have answered, even without an interface
 * for it; and over no IPv6 that never answered. The fastest two and the home (2026) are asked over all.
 */
export function familiesAt(edition: Edition, { rank, isHome }: Place, families: Families, seen: Families): Families {
  if (rank < fastestRegions || (isHome && edition.alwaysProbesHome)) return families;
  if (families.v6 && seen.v4 && seen.v6) return { v4: true, v6: false };
  return { v4: families.v4, v6: families.v6 && seen.v6 };
}

/** When each try (from 0) of a region goes out, given its last latency. */
export function retryDelay(lastMs: number | undefined): (attempt: number) => number {
  const stepNs = Math.trunc((toNs(lastMs ?? 0) * retryPercent) / 100) || toNs(unknownRetryMs);
  return (attempt) => toMs(attempt * stepNs + (attempt > 1 ? attempt * toNs(retrySpreadMs) : 0));
}

/** Whether a node has a probe of the family, where the plan wants one. 2026 knows test nodes and the address `none`. */
export function takesProbe(edition: Edition, node: RelayNode, family: Family, wanted: boolean): boolean {
  if (!edition.readsNodes) return wanted;
  return (family === 4 ? node.ipv4 : node.ipv6) !== 'none' && (wanted || isTestNode(node));
}
