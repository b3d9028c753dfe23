import type { RegionId } from '../model/map.ts';
import type { RegionReport, Report } from '../model/report.ts';
import { own } from '../model/own.ts';
import type { Bounds } from './bounds.ts';

/** A home is right when no allowed region is more than so much nearer in truth. */
export const toleranceMs = 2;

/** Share of regions whose probe and its answer both made it in time, where all is well: what silence past the leader's round trip leaves open. */
const lossRate = 0.02;

/** How often a region that a prior and its own figures call far is the nearest all the same, as a share of what is left open without them. */
const priorMiss = 0.015;

/** What it rests on. */
export interface Grounds {
  readonly report: Report;
  readonly home: RegionId;
  readonly allowed: readonly RegionId[];
  /** The lowest latencies of the recent past, ms. */
  readonly known?: ((id: RegionId) => number | undefined) | undefined;
  readonly bounds?: Bounds | undefined;
  /** Regions whose service is known to be dead, whatever else answers there. */
  readonly dead?: readonly RegionId[] | undefined;
  /** What multiplies a region's latency where regions are ranked, where that is not 1. */
  readonly factors?: ReadonlyMap<RegionId, number> | undefined;
}

/**
 * The probability that no allowed region is more than 2 ms nearer than `home` in truth.
 *
 * Before anything is measured each allowed region is as likely the nearest as any other: a share of 1/n. A region that
 * was asked longer ago than the home took to answer, less the tolerance, and is silent, is known to be slower, or its
 * packets were lost. One asked later, or not at all, may still be the nearest. Of one that answered, the difference must
 * be noise for it to be nearer: noise only ever adds, about exponentially, less over the minimum of several samples. Of one
 * that was read late any round trip down to its bound is as likely; where that is nearer, it counts no less than if it were not measured.
 *
 * For regions that this report did not ask, `known` tells lowest latencies of the recent past, `bounds` how long they were
 * silent when they were last asked.
 */
export function certainty({ report, home, dead, known: knownOf, bounds, factors, allowed: given }: Grounds): number {
  const scaled = (id: RegionId, ms: number | undefined): number | undefined => (ms === undefined || !factors?.size ? ms : ms * (factors.get(id) ?? 1));
  const known = (id: RegionId): number | undefined => scaled(id, knownOf?.(id));
  const allowed = given.includes(home) ? given : [...given, home];
  const share = 1 / allowed.length;
  const homeReport = own(report.regions, home);
  const homeMs = scaled(home, rankOf(homeReport)) ?? known(home);
  if (homeMs === undefined) return share;
  const homeNoiseMs = noiseMs(homeMs, homeReport);
  let wrong = 0;
  for (const id of allowed) {
    if (id === home || dead?.includes(id)) continue;
    const region = own(report.regions, id);
    const measuredMs = scaled(id, rankOf(region));
    const lateMs = scaled(id, region?.lateMs) ?? 0;
    // How far the time that a late figure may stand for reaches below what would be right.
    const belowMs = homeMs - toleranceMs - (measuredMs ?? Infinity) + lateMs;
    if (lateMs > 0 && belowMs > 0) wrong += Math.max(share, belowMs / lateMs);
    else if (measuredMs !== undefined) wrong += nearerByNoise(measuredMs - homeMs, noiseMs(measuredMs, region) + homeNoiseMs);
    else if (region?.skipped === 'light' || region?.skipped === 'impossible' || region?.skipped === 'flag' || region?.skipped === 'drained') continue;
    else {
      const knownMs = region && !wasAsked(region) ? known(id) : undefined;
      if (knownMs !== undefined) wrong += nearerThanKnown(knownMs, homeMs);
      else if (region?.skipped === 'enough') wrong += share * priorMiss;
      else wrong += share * ((scaled(id, boundMs(region, bounds && own(bounds, id))) ?? 0) >= homeMs - toleranceMs ? lossRate : 1);
    }
  }
  return Math.max(0, Math.min(1, 1 - wrong));
}

/** Of a region that has not answered: its silence now, or where it was not asked that of the past, unless light allows less. */
const boundMs = (region: RegionReport | undefined, pastMs = 0): number =>
  region && wasAsked(region) ? region.atLeastMs ?? pastMs : Math.max(region?.atLeastMs ?? 0, pastMs);

const rankOf = (region: RegionReport | undefined): number | undefined => region?.rankMs ?? region?.latencyMs;

const wasAsked = ({ samples, lost, pending }: RegionReport): boolean => samples > 0 || lost > 0 || pending === true;

/** Scale of what a figure may exceed the truth by: jitter grows with the path; the minimum of n samples has 1/n of it. */
function noiseMs(latencyMs: number, region: RegionReport | undefined): number {
  const samples = Math.max(1, region?.samples ?? 1);
  const doubtful = region?.doubt.some((doubt) => doubt === 'cold' || doubt === 'event-loop' || doubt === 'retransmitted') === true;
  return ((0.2 + 0.01 * latencyMs) * (doubtful ? 5 : 1)) / Math.min(samples, 4);
}

/** Probability that a region that read `gapMs` slower is in truth nearer by more than the tolerance. */
function nearerByNoise(gapMs: number, scaleMs: number): number {
  const neededMs = gapMs + toleranceMs;
  return neededMs >= 0 ? 0.5 * Math.exp(-neededMs / scaleMs) : 1 - 0.5 * Math.exp(neededMs / scaleMs);
}

/** A region that this report left out: judged by its past, which is worth less than a measurement of now. */
const nearerThanKnown = (knownMs: number, homeMs: number): number => nearerByNoise(knownMs - homeMs, 2 + 0.05 * knownMs);
