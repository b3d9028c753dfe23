import { fingerprints } from '../../choice/fingerprint.ts';
import type { Context } from '../../model/context.ts';
import type { Decision } from '../../model/decision.ts';
import type { RegionId } from '../../model/map.ts';
import type { Report } from '../../model/report.ts';
import { excludedBy, learnLight, startLight, type LightState } from './exclusion.ts';

/** What the planner remembers of a network, beside what the choice does. JSON, a few figures a region. */
export interface PlanState {
  /** The latency that each region had when it last answered; none where it has been silent since. */
  readonly recent: Readonly<Record<RegionId, number>>;
  /** Reports running with nothing to do. */
  readonly calm: number;
  /** Reports on this network. */
  readonly reports: number;
  readonly light: LightState;
}

export const startPlan = (): PlanState => ({ recent: {}, calm: 0, reports: 0, light: startLight });

/** What this report adds. `hosts`: fingerprints of the regions before it; what became other machines is forgotten. */
export function learnPlan(before: PlanState, report: Report, context: Context, decision: Decision, hosts: Readonly<Record<RegionId, number>>): PlanState {
  const now = fingerprints(context.map);
  const recent: Record<RegionId, number> = {};
  for (const { id } of context.map.regions) {
    const region = report.regions[id];
    const isSilent = region !== undefined && region.latencyMs === undefined && region.lost > 0;
    const isSame = hosts[id] === undefined || hosts[id] === now[id];
    const ms = region?.latencyMs ?? (isSilent || !isSame || !Object.hasOwn(before.recent, id) ? undefined : before.recent[id]);
    if (ms !== undefined) recent[id] = ms;
  }
  const isCalm = !decision.changed && (decision.reason === 'nearest' || decision.reason === 'gain-too-small' || decision.reason === 'pinned');
  const light = learnLight(before.light, report, context.map, [...excludedBy(before.light, context, before.recent).keys()]);
  return { recent, calm: isCalm ? before.calm + 1 : 0, reports: before.reports + 1, light };
}
