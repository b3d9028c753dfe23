import { distanceKm, leastRttMs, placeOf } from '../../choice/light.ts';
import { isUdpKind, type Family, type Kind } from '../../model/kind.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import type { Progress } from '../../model/strategy.ts';
import { answeredByUdp } from '../netcheck/reach.ts';
import type { PlanState } from './plan-state.ts';

/** One set of probes at a region: over UDP a single probe, over a connection the region's nodes in turn. */
interface Try {
  readonly index: number;
  readonly kind: Kind;
  readonly family?: Family;
  readonly isUdp: boolean;
  /** When its first probe went out; now, where that is about to. */
  readonly atMs: number;
  readonly answeredMs?: number;
  /** It may still bring an answer. */
  readonly isOpen: boolean;
}

/** How a report stands, as the planner looks at it. */
export interface Stand extends Progress {
  readonly known: PlanState;
  readonly tries: ReadonlyMap<RegionId, readonly Try[]>;
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
  const { report, context } = progress;
  const found = Object.entries(report.regions).flatMap(([id, { latencyMs }]) => (latencyMs === undefined ? [] : [{ id, latencyMs }]));
  const nearest = found.reduce<(typeof found)[number] | undefined>((best, one) => (best && best.latencyMs <= one.latencyMs ? best : one), undefined);
  const from = nearest && placeOf(regionById(context.map, nearest.id) ?? {});
  return {
    ...progress,
    known,
    tries: triesOf(progress),
    nearestMs: nearest?.latencyMs ?? Infinity,
    slowestMs: Math.max(...found.map(({ latencyMs }) => latencyMs)),
    isHeardByUdp: Object.values(report.regions).some(answeredByUdp),
    latencyMs: (id) => report.regions[id]?.latencyMs,
    expectedMs(id) {
      const recentMs = Object.hasOwn(known.recent, id) ? known.recent[id] : undefined;
      if (recentMs !== undefined) return recentMs;
      const to = placeOf(regionById(context.map, id) ?? {});
      return nearest && from && to && nearest.latencyMs + detour * leastRttMs(distanceKm(from, to));
    },
  };
}

function triesOf({ sets, over, sent, elapsedMs }: Progress): Map<RegionId, Try[]> {
  const first = new Map<number, number>();
  const answered = new Map<number, number>();
  for (const { set, atMs, answeredMs } of sent) {
    if (!first.has(set)) first.set(set, atMs);
    if (answeredMs !== undefined && !answered.has(set)) answered.set(set, answeredMs);
  }
  const tries = new Map<RegionId, Try[]>();
  for (const [index, { region, kind, family }] of sets.entries()) {
    const answeredMs = answered.get(index);
    const one: Try = { index, kind, isUdp: isUdpKind(kind), atMs: first.get(index) ?? elapsedMs, isOpen: !over[index], ...(family && { family }), ...(answeredMs !== undefined && { answeredMs }) };
    const of = tries.get(region);
    if (of) of.push(one);
    else tries.set(region, [one]);
  }
  return tries;
}
