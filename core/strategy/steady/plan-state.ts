import { fingerprints } from '../../choice/fingerprint.ts';
import type { Context } from '../../model/context.ts';
import type { Decision } from '../../model/decision.ts';
import type { RegionId } from '../../model/map.ts';
import { present } from '../../model/present.ts';
import type { Report } from '../../model/report.ts';
import { unlikelyPeriod } from './constants.ts';
import { auditsOf, excludedBy, isPlaced, learnLight, startLight, type LightState } from './exclusion.ts';
import { learnIntervals, unlikely, type Intervals } from './intervals.ts';

/** What the planner remembers of a network, beside what the choice does. JSON, a few figures a region. */
export interface PlanState {
  /** The latency that each region had when it last answered; none where it has been silent since. */
  readonly recent: Readonly<Record<RegionId, number>>;
  /** Reports running with nothing to do. */
  readonly calm: number;
  /** Reports on this network. */
  readonly reports: number;
  readonly light: LightState;
  readonly intervals: Intervals;
  /** Of the regions that are unlikely to be the nearest the one that was asked last. */
  readonly audited?: RegionId;
}

export const startPlan = (): PlanState => ({ recent: {}, calm: 0, reports: 0, light: startLight, intervals: {} });

/** What a full report need not ask given these latencies, and those of it that it asks in turn. */
export interface LeftOut {
  /** Light excludes them. */
  readonly byLight: readonly RegionId[];
  /** Regions that light does not tell of, and that never were near. */
  readonly asUnlikely: readonly RegionId[];
  readonly audits: { readonly light: readonly RegionId[]; readonly unlikely: readonly RegionId[] };
}

export function leftOutBy({ light, intervals, audited }: PlanState, context: Pick<Context, 'map' | 'preferences'>, latencies: Readonly<Record<RegionId, number>>): LeftOut {
  const { map } = context;
  const byLight = [...excludedBy(light, context, latencies).keys()];
  const asUnlikely = unlikely(intervals, context, latencies).flatMap((region) => (isPlaced(light, region) ? [] : [region.id]));
  return { byLight, asUnlikely, audits: { light: auditsOf(light, map, byLight), unlikely: auditsOf(present({ audited }), map, asUnlikely, unlikelyPeriod) } };
}

/** What this report adds, and the choice that was made of it. `hosts`: fingerprints of the regions before it; what became other machines is forgotten. */
export function learnPlan(before: PlanState, report: Report, context: Context, { decision, state }: { readonly decision: Decision; readonly state: { readonly unsettled?: boolean } }, hosts: Readonly<Record<RegionId, number>>): PlanState {
  const now = fingerprints(context.map);
  const isSame = (id: RegionId): boolean => hosts[id] === undefined || hosts[id] === now[id];
  const recent: Record<RegionId, number> = {};
  for (const { id } of context.map.regions) {
    const region = report.regions[id];
    const isSilent = region !== undefined && region.latencyMs === undefined && region.lost > 0;
    const ms = region?.latencyMs ?? (isSilent || !isSame(id) || !Object.hasOwn(before.recent, id) ? undefined : before.recent[id]);
    if (ms !== undefined) recent[id] = ms;
  }
  const isCalm = !decision.changed && (decision.reason === 'nearest' || decision.reason === 'gain-too-small' || decision.reason === 'pinned');
  const { byLight, audits } = leftOutBy(before, context, before.recent);
  return present({
    recent, calm: isCalm ? before.calm + 1 : 0, reports: before.reports + 1,
    light: learnLight(before.light, report, context.map, byLight),
    // On what seems to be another network nothing of this holds.
    intervals: state.unsettled ? {} : learnIntervals(Object.fromEntries(Object.entries(before.intervals).filter(([id]) => isSame(id))), report, context.map),
    audited: (report.full ? audits.unlikely.at(-1) : undefined) ?? before.audited,
  });
}
