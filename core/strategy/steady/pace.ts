import type { Context } from '../../model/context.ts';
import type { Decision } from '../../model/decision.ts';
import { incrementalRegions, waitMs, waitSpreadMs } from '../netcheck/constants.ts';
import { calmReports, calmStretch, earlyReports, hurry, stretchStep } from './constants.ts';
import type { PlanState } from './plan-state.ts';

/**
 * Until the next report, ms. netcheck's pace while there is something to weigh; half of it where something has just moved,
 * a home is silent or to be left, one more report decides, or the network is new; longer and longer while nothing happens.
 */
export function waitFor({ calm, reports }: PlanState, decision: Decision, { chance, budget }: Context): number {
  const paceMs = waitMs + chance * waitSpreadMs;
  const hasMoved = decision.changed && decision.previous !== undefined;
  const isUrgent = hasMoved || decision.reason === 'missed' || decision.reason === 'unverified' || decision.why['reportsLeft'] === 1 || reports < earlyReports;
  const stretch = Math.min(calmStretch, 1 + stretchStep * Math.max(0, calm - calmReports));
  return Math.max(isUrgent ? paceMs / hurry : paceMs * stretch, budgetedMs(budget));
}

/** So that what is left of a budget lasts: for an hour, if every report asks a few regions. One that is used up has room again before the hour is over. */
function budgetedMs(budget: Context['budget']): number {
  if (!budget) return 0;
  const reports = Math.min(budget.packetsLeft / incrementalRegions, budget.bytesLeft / (incrementalRegions * probeBytes));
  return Math.min(longestWaitMs, 3_600_000 / Math.max(1, reports));
}

/** A STUN request of the longer dialect over IPv6. */
const probeBytes = 88;
const longestWaitMs = 600_000;

/**
 * How many regions a short report asks, by their last latency. In calm times two of three ask the home alone, the third its
 * nearest neighbour as well: the others are asked as soon as the home looks odd.
 */
export function regionsToAsk({ calm, reports }: PlanState, { asked, home }: Context): number {
  if (asked || home === undefined || home.alive === false || calm < calmReports) return incrementalRegions;
  return reports % calmCycle === 0 ? 2 : 1;
}

/** One of so many calm reports looks at a neighbour. */
const calmCycle = 3;
