import { decisionOf } from '../choice/decision-of.ts';
import type { Context } from '../model/context.ts';
import type { Decision } from '../model/decision.ts';
import type { Report } from '../model/report.ts';
import type { Strategy } from '../model/strategy.ts';

/** Until its last latency is known a home may take so long to answer before others are named in its place. */
const unknownHomeMs = 300;

/**
 * The decision as it would be if the report ended now. The strategy's state stays as it was before the report. A home
 * that was asked and may still answer is kept until it is overdue, so that the order of answers does not look like moves.
 */
export function provisional<S>(strategy: Strategy<S>, state: S, report: Report, context: Context): Decision {
  const home = context.home?.region;
  const homeReport = home === undefined ? undefined : report.regions[home];
  if (home !== undefined && homeReport?.pending && !isOverdue(homeReport.atLeastMs, context.last?.regions[home]?.latencyMs)) {
    return decisionOf(context.map, { home, previous: home, state: 'provisional', ageMs: context.last ? context.now - context.last.at : 0, reason: 'pending' });
  }
  return { ...strategy.choose(state, report, context).decision, state: 'provisional' };
}

/** Twice the last round trip, and 50 ms for what the road and both ends may add. */
function isOverdue(silentMs: number | undefined, lastMs: number | undefined): boolean {
  return (silentMs ?? 0) > (lastMs === undefined ? unknownHomeMs : 2 * lastMs + 50);
}

/** Whether a listener would see a difference worth a word: another home, another state, or another degree of certainty. */
export function isNews(before: Decision | undefined, now: Decision): boolean {
  const degree = (sure: number): number => [0.5, 0.8, 0.95, 0.99].filter((level) => sure >= level).length;
  return before?.home !== now.home || before?.state !== now.state || degree(before?.sure ?? 0) !== degree(now.sure);
}
