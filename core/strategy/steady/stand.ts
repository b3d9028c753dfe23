import { distanceKm, leastRttMs, placeOf } from '../../choice/light.ts';
import { isUdpKind, type Family, type Kind } from '../../model/kind.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import { answered } from '../../model/report.ts';
import type { Progress } from '../../model/strategy.ts';
import { answeredByUdp } from '../netcheck/reach.ts';
import { isPingAlone } from './kinds.ts';
import type { PlanState } from './plan-state.ts';

/** One set of probes at a region: over UDP a single probe, over a connection the region's nodes in turn. */
interface Try {
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
export interface Stand extends Progress {
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
  const { plan, elapsedMs, sets, over, sent, report, context, due } = progress;
  const { regions } = report;
  const tries = triesOf(progress);
  let nearestId: RegionId | undefined;
  let nearestMs = Infinity;
  let slowestMs = -Infinity;
  let isHeardByUdp = false;
  // While a connection is under way, ping is no answer, nor where it failed.
  const isAnswer = (id: RegionId): boolean => regions[id]?.latencyMs !== undefined && !(isPingAlone(regions[id]) && tries.get(id)?.some(({ isUdp, kind }) => !isUdp && kind !== 'icmp'));
  for (const [id, latencyMs] of answered(report)) {
    if (!isAnswer(id)) continue;
    if (latencyMs < nearestMs) [nearestId, nearestMs] = [id, latencyMs];
    slowestMs = Math.max(slowestMs, latencyMs);
    isHeardByUdp ||= regions[id] !== undefined && answeredByUdp(regions[id]);
  }
  const from = nearestId === undefined ? undefined : placeOf(regionById(context.map, nearestId) ?? {});
  return {
    plan, elapsedMs, sets, over, sent, report, context, ...(due && { due }),
    known, tries, nearestMs, slowestMs, isHeardByUdp,
    silent: new Map([...tries].filter(([id]) => !isAnswer(id))),
    latencyMs: (id) => (isAnswer(id) ? regions[id]?.latencyMs : undefined),
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
