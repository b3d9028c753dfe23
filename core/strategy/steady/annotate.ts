import type { Context } from '../../model/context.ts';
import { answered, type RegionReport, type Report } from '../../model/report.ts';
import { withLight } from './exclusion.ts';
import { isFar } from './held.ts';
import { withUnlikely } from './intervals.ts';
import type { PlanState } from './plan-state.ts';

/** What the planner knows of a report beyond what was counted. */
export function annotate({ light, intervals }: PlanState, report: Report, context: Context): Report {
  return withUnlikely(intervals, withLight(light, withHeld(report, context), context.map));
}

/**
 * Of the regions that are held back behind a prior's shortlist those stay `enough` that cannot well be the nearest. Any
 * other is merely not due, which leaves the decision unsure until it has been asked.
 */
function withHeld(report: Report, context: Context): Report {
  if (!Object.values(report.regions).some(({ skipped }) => skipped === 'enough')) return report;
  const held = Object.entries(report.regions).filter(([, { skipped }]) => skipped === 'enough');
  if (!report.partial) return { ...report, regions: { ...report.regions, ...Object.fromEntries(held.map(([id, region]) => [id, { ...region, skipped: context.budget ? 'budget' : 'not-due' }])) } };
  const [nearest] = answered(report).sort(([, a], [, b]) => a - b);
  const changed: [string, RegionReport][] = held.flatMap(([id, region]) => (nearest && isFar(context, { id: nearest[0], latencyMs: nearest[1] }, id) ? [] : [[id, { ...region, skipped: 'not-due' }]]));
  return changed.length ? { ...report, regions: { ...report.regions, ...Object.fromEntries(changed) } } : report;
}
