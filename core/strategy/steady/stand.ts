import { distanceKm, leastRttMs, placeOf } from '../../choice/light.ts';
import { isUdpKind, type Family, type Kind } from '../../model/kind.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import type { Mutable } from '../../model/mutable.ts';
import type { RegionReport } from '../../model/report.ts';
import type { Progress } from '../../model/strategy.ts';
import { own } from '../../model/own.ts';
import { answeredByUdp } from '../netcheck/reach.ts';
import { isPingAlone } from './kinds.ts';
import type { PlanState } from './plan-state.ts';

/** One set of probes at a region: over UDP a single probe, over a connection the region's nodes in turn. */
export interface Try {
  readonly index: number;
  readonly kind: Kind;
  readonly family: Family | undefined;
  readonly isUdp: boolean;
  /** When its first probe went out; now, where that is about to. */
  readonly atMs: number;
  readonly answeredMs: number | undefined;
  /** It may still bring an answer. */
  readonly isOpen: boolean;
}

/** A region that was asked, or is about to be. */
export interface Asked {
  readonly id: RegionId;
  readonly tries: readonly Try[];
}

/** How a report stands, as the planner looks at it. */
export interface Stand extends Omit<Progress, 'due'> {
  readonly known: PlanState;
  /** In the order in which they were first asked. */
  readonly asked: readonly Asked[];
  /** The same by region. */
  readonly tries: ReadonlyMap<RegionId, readonly Try[]>;
  /** Of `asked` those that have not answered. */
  readonly silent: readonly Asked[];
  /** The lowest latency so far; Infinity before the first. */
  readonly nearestMs: number;
  /** The highest; -Infinity before the first. */
  readonly slowestMs: number;
  readonly isHeardByUdp: boolean;
  latencyMs(id: RegionId): number | undefined;
  /** The round trip to expect of a region, if anything is known: what it took lately, else what its place makes likely. */
  expectedMs(id: RegionId): number | undefined;
}

/** Paths are so much longer than the great circle, in light's time: fibre by 1.5, detours by the rest. */
const detour = 1.8;

export function standOf(progress: Progress, known: PlanState): Stand {
  const { plan, elapsedMs, sets, over, sent, report, context } = progress;
  const { regions } = report;
  const tries = new Map<RegionId, Try[]>();
  const asked = askedIn(progress, tries);
  const silent: Asked[] = [];
  let nearestId: RegionId | undefined;
  let nearestMs = Infinity;
  let slowestMs = -Infinity;
  let isHeardByUdp = false;
  // While a connection is under way, ping is no answer, nor where it failed.
  const msOf = (region: RegionReport | undefined, of: readonly Try[] | undefined): number | undefined => (region && isPingAlone(region) && of?.some(({ isUdp, kind }) => !isUdp && kind !== 'icmp') ? undefined : region?.latencyMs);
  for (const one of asked) {
    const region = regions[one.id];
    const ms = msOf(region, one.tries);
    if (!region || ms === undefined) {
      silent.push(one);
      continue;
    }
    if (ms < nearestMs) {
      nearestId = one.id;
      nearestMs = ms;
    }
    slowestMs = Math.max(slowestMs, ms);
    isHeardByUdp ||= answeredByUdp(region);
  }
  const from = nearestId === undefined ? undefined : placeOf(regionById(context.map, nearestId) ?? {});
  return {
    plan, elapsedMs, sets, over, sent, report, context,
    known, asked, tries, silent, nearestMs, slowestMs, isHeardByUdp,
    latencyMs: (id) => msOf(regions[id], tries.get(id)),
    expectedMs(id) {
      const recentMs = own(known.recent, id);
      if (recentMs !== undefined) return recentMs;
      const to = from && placeOf(regionById(context.map, id) ?? {});
      return from && to && nearestMs + detour * leastRttMs(distanceKm(from, to));
    },
  };
}

/** Puts the tries into `byRegion` as well. */
function askedIn({ sets, over, sent, elapsedMs }: Progress, byRegion: Map<RegionId, Try[]>): Asked[] {
  const asked: Asked[] = [];
  const all: Mutable<Try>[] = [];
  for (const { region, kind, family } of sets) {
    const index = all.length;
    const one = { index, kind, family, isUdp: isUdpKind(kind), atMs: elapsedMs, answeredMs: undefined, isOpen: !over[index] };
    all.push(one);
    const tries = byRegion.get(region);
    if (tries) {
      tries.push(one);
    } else {
      const first = { id: region, tries: [one] };
      byRegion.set(region, first.tries);
      asked.push(first);
    }
  }
  // A set's first probe counts, so that one is seen last.
  for (let at = sent.length - 1; at >= 0; at--) {
    const { set = -1, atMs = 0, answeredMs } = sent[at] ?? {};
    const one = all[set];
    if (!one) continue;
    one.atMs = atMs;
    if (answeredMs !== undefined) one.answeredMs = answeredMs;
  }
  return asked;
}
