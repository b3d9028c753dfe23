import { fingerprints } from '../../choice/fingerprint.ts';
import type { Context } from '../../model/context.ts';
import type { Decision } from '../../model/decision.ts';
import type { RegionId } from '../../model/map.ts';
import type { Report } from '../../model/report.ts';
import { own } from '../../model/own.ts';
import { auditsOf, excludedBy, isPlaced, learnLight, startLight, type LightState } from './exclusion.ts';
import { learnIntervals, unlikely, type Intervals } from './intervals.ts';

/** What the planner remembers of a network, beside what the choice does. JSON, a few figures a region. */
export interface PlanState {
  /** The latency that each region had when it last answered; none where it has been silent since. */
  readonly recent: Readonly<Record<RegionId, number>>;
  /** Reports running with nothing to do. */
  readonly calm: number;
  /** Reports on this network, and the full ones among them. */
  readonly reports: number;
  readonly fulls: number;
  readonly light: LightState;
  readonly intervals: Intervals;
}

export const startPlan = (): PlanState => ({ recent: {}, calm: 0, reports: 0, fulls: 0, light: startLight, intervals: {} });

/** What a full report need not ask, given these latencies. Left away where no state is kept, as at an edge, whose bundle is to be small. */
export type LeaveOut = (known: PlanState, context: Pick<Context, 'map' | 'preferences'>, latencies: Readonly<Record<RegionId, number>>) => {
  /** Light excludes them. */
  readonly byLight: readonly RegionId[];
  /** Of these those whose turn it is. */
  readonly audits: readonly RegionId[];
  /** Regions that light does not tell of, and that never were near; less those whose turn it is. */
  readonly asUnlikely: readonly RegionId[];
};

export const leftOutBy: LeaveOut = ({ light, intervals, fulls }, context, latencies) => {
  const byLight = [...excludedBy(light, context, latencies).keys()];
  const asUnlikely = unlikely(intervals, context, latencies, fulls).flatMap((region) => (isPlaced(light, region) ? [] : [region.id]));
  return { byLight, audits: auditsOf(light, context.map, byLight), asUnlikely };
};

/** What this report adds, and the choice that was made of it. `hosts`: fingerprints of the regions before it; what became other machines is forgotten. */
export function learnPlan(before: PlanState, report: Report, context: Context, { decision, state }: { readonly decision: Decision; readonly state: { readonly unsettled?: boolean } }, hosts: Readonly<Record<RegionId, number>>): PlanState {
  const now = fingerprints(context.map);
  const isSame = (id: RegionId): boolean => hosts[id] === undefined || hosts[id] === now[id];
  const recent: Record<RegionId, number> = {};
  for (const { id } of context.map.regions) {
    const region = report.regions[id];
    const isSilent = region !== undefined && region.latencyMs === undefined && region.lost > 0;
    const ms = region?.latencyMs ?? (isSilent || !isSame(id) ? undefined : own(before.recent, id));
    if (ms !== undefined) recent[id] = ms;
  }
  const isCalm = !decision.changed && (decision.reason === 'nearest' || decision.reason === 'gain-too-small' || decision.reason === 'pinned');
  return {
    recent, calm: isCalm ? before.calm + 1 : 0, reports: before.reports + 1, fulls: before.fulls + (report.full ? 1 : 0),
    light: learnLight(before.light, report, context.map, [...excludedBy(before.light, context, before.recent).keys()]),
    // On what seems to be another network nothing of this holds.
    intervals: state.unsettled ? {} : learnIntervals(hosts === now ? before.intervals : Object.fromEntries(Object.entries(before.intervals).filter(([id]) => isSame(id))), report, context.map),
  };
}
