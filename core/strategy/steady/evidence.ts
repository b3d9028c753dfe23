import type { RegionId } from '../../model/map.ts';
import { clipFactor, floorShare, leastGainMs, leastGainShare, moveEvidence } from './constants.ts';

/** Evidence against the home, per candidate: a sum of clipped paired differences (CUSUM), never below zero. */
export type Evidence = Readonly<Record<RegionId, number>>;

/** The least gain worth a move from a home of that floor, ms. */
export const leastGain = (homeFloorMs: number): number => Math.max(leastGainMs, leastGainShare * homeFloorMs);

/** One more paired difference. A candidate that is nearer by less than the least gain loses evidence; a wild report counts as a few mild ones. */
export function addEvidence(sum: number, differenceMs: number, gainMs: number): number {
  const most = clipFactor * gainMs;
  return Math.max(0, sum + Math.max(-most, Math.min(most, differenceMs - gainMs)));
}

/** Enough differences, and the floors agree. */
export const isProven = (sum: number, gainMs: number, homeFloorMs: number, candidateFloorMs: number): boolean =>
  sum >= moveEvidence * gainMs && homeFloorMs - candidateFloorMs >= floorShare * gainMs;
