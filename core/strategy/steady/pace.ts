import type { Context } from '../../model/context.ts';
import type { Decision } from '../../model/decision.ts';
import { incrementalRegions, waitMs, waitSpreadMs } from '../netcheck/constants.ts';
import { calmReports, calmStretch, earlyReports, hurry, stretchStep } from './constants.ts';
import type { PlanState } from './plan-state.ts';

/**
 * Until the next report, ms. netcheck's pace while there is something to weigh; half of it where something has just moved,
 * a home is silent, or the network is new; longer and longer while nothing happens.
 */
export function waitFor({ calm, reports }: PlanState, decision: Decision, { chance }: Context): number {
  const paceMs = waitMs + chance * waitSpreadMs;
  const hasMoved = decision.changed && decision.previous !== undefined;
  if (hasMoved || decision.reason === 'missed' || reports < earlyReports) return paceMs / hurry;
  return paceMs * Math.min(calmStretch, 1 + stretchStep * Math.max(0, calm - calmReports));
}

/**
 * How many regions a short report asks, by their last latency. In calm times two of three ask the home alone, the third its
 * nearest neighbour as well: the others are asked as soon as the home looks odd.
 */
export function regionsToAsk({ calm, reports }: PlanState, { asked, home }: Context): number {
  if (asked || home === undefined || calm < calmReports) return incrementalRegions;
  return reports % calmCycle === 0 ? 2 : 1;
}

/** One of so many calm reports looks at a neighbour. */
const calmCycle = 3;
