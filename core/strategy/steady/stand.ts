import { distanceKm, leastRttMs, placeOf } from '../../choice/light.ts';
import { isUdpKind, type Family, type Kind } from '../../model/kind.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import type { Progress } from '../../model/strategy.ts';
import { answeredByUdp } from '../netcheck/reach.ts';
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

/** How a report stands, as the planner looks at it. */
export interface Stand extends Omit<Progress, 'due'> {
  readonly known: PlanState;
  readonly tries: ReadonlyMap<RegionId, readonly Try[]>;
  /** Those of the regions that have not answered. */
  readonly silent: ReadonlyMap<RegionId, readonly Try[]>;
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
  const tries = triesOf(progress);
  const silent = new Map<RegionId, readonly Try[]>();
  let nearestId: RegionId | undefined;
  let nearestMs = Infinity;
  let slowestMs = -Infinity;
  let isHeardByUdp = false;
  for (const [id, of] of tries) {
    const region = regions[id];
    if (region?.latencyMs === undefined) {
      silent.set(id, of);
      continue;
    }
    if (region.latencyMs < nearestMs) [nearestId, nearestMs] = [id, region.latencyMs];
    slowestMs = Math.max(slowestMs, region.latencyMs);
    isHeardByUdp ||= answeredByUdp(region);
  }
  const from = nearestId === undefined ? undefined : placeOf(regionById(context.map, nearestId) ?? {});
  return {
    plan, elapsedMs, sets, over, sent, report, context,
    known, tries, silent, nearestMs, slowestMs, isHeardByUdp,
    latencyMs: (id) => regions[id]?.latencyMs,
    expectedMs(id) {
      const recentMs = Object.hasOwn(known.recent, id) ? known.recent[id] : undefined;
      if (recentMs !== undefined) return recentMs;
      const to = from && placeOf(regionById(context.map, id) ?? {});
      return from && to && nearestMs + detour * leastRttMs(distanceKm(from, to));
    },
  };
}

function triesOf({ sets, over, sent, elapsedMs }: Progress): Map<RegionId, Try[]> {
  const firstMs: number[] = [];
  const answeredMs: number[] = [];
  for (const { set, atMs, answeredMs: ms } of sent) {
    firstMs[set] ??= atMs;
    if (ms !== undefined) answeredMs[set] ??= ms;
  }
  const tries = new Map<RegionId, Try[]>();
  for (const [index, { region, kind, family }] of sets.entries()) {
    const one: Try = { index, kind, family, isUdp: isUdpKind(kind), atMs: firstMs[index] ?? elapsedMs, answeredMs: answeredMs[index], isOpen: !over[index] };
    const of = tries.get(region);
    if (of) of.push(one);
    else tries.set(region, [one]);
  }
  return tries;
}
