import { latencyFactors } from '../../choice/preferences.ts';
import type { Context } from '../../model/context.ts';
import type { Reason } from '../../model/decision.ts';
import type { RegionId } from '../../model/map.ts';
import type { Report } from '../../model/report.ts';
import { heardRecentlyMs } from './constants.ts';
import type { Edition } from './edition.ts';
import { lowestNs } from './history.ts';
import type { Remembered } from './state.ts';

/** What a choice is made from; latencies in ns, factors applied. */
export interface Evidence {
  /** Of this report. */
  readonly now: ReadonlyMap<RegionId, number>;
  /** Lowest of the window. */
  readonly best: ReadonlyMap<RegionId, number>;
  /** The same before any factor. */
  readonly raw: ReadonlyMap<RegionId, number>;
  readonly report: Report;
  readonly context: Context;
  readonly edition: Edition;
}

/** A choice, before it is put into words. */
export interface Verdict {
  readonly home?: RegionId;
  readonly reason: Reason;
  /** The nearest by recent best of those that answered now. */
  readonly candidate?: RegionId;
}

export function gather(edition: Edition, latest: Remembered, history: readonly Remembered[], report: Report, context: Context): Evidence {
  const raw = lowestNs(history);
  return { now: scale(new Map(latest.latencyNs), edition, context), best: scale(raw, edition, context), raw, report, context, edition };
}

/** Multiplies latencies by the map's factor and the owner's, cut to whole ns as netcheck does. The history keeps them raw. */
function scale(latencies: ReadonlyMap<RegionId, number>, { heedsFactors }: Edition, { map, preferences }: Context): ReadonlyMap<RegionId, number> {
  const factors = heedsFactors ? latencyFactors(map, preferences) : none;
  if (factors.size === 0) return latencies;
  const scaled = new Map<RegionId, number>();
  for (const [id, ns] of latencies) scaled.set(id, Math.trunc(ns * (factors.get(id) ?? 1)));
  return scaled;
}

const none: ReadonlyMap<RegionId, number> = new Map();

/** Its relay sent something after the report began, or less than 8 s before its end: it is there, whatever the probes say. */
export const wasHeard = (evidence: Evidence, region: RegionId): boolean =>
  heardAgoMs(evidence, region) < Math.max(heardRecentlyMs, evidence.report.durationMs);

/** Since the region's last life sign; Infinity without one, or where the edition heeds none. */
export const heardAgoMs = ({ report, context, edition }: Evidence, region: RegionId): number =>
  edition.heedsLifeSigns ? report.at - (context.heard?.[region] ?? -Infinity) : Infinity;
