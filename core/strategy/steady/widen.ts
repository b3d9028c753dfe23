import { measuredIn } from '../../choice/places.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import type { ProbeSet } from '../../model/plan.ts';
import type { SkipReason } from '../../model/report.ts';
import { own } from '../../model/own.ts';
import { incrementalRegions } from '../netcheck/constants.ts';
import { edition2026 } from '../netcheck/edition.ts';
import { mayProbe } from '../netcheck/rules.ts';
import { firstTry } from './ask.ts';
import { udpSilenceMs } from './constants.ts';
import { leastGain } from './evidence.ts';
import { regionsToAsk } from './pace.ts';
import type { LeaveOut } from './plan-state.ts';
import { byWish } from './silence.ts';
import type { Stand } from './stand.ts';

/** Regions that were left out for that by the last report's latencies, or by the owner. */
const leftOut = ({ plan: { skipped }, tries }: Stand, ...why: SkipReason[]): RegionId[] => Object.keys(skipped).filter((id) => why.some((reason) => skipped[id] === reason) && !tries.has(id));

const ask = ({ context }: Stand, ids: readonly RegionId[]): ProbeSet[] => ids.flatMap((id) => {
  const region = regionById(context.map, id);
  return region ? firstTry(context, region, context.families) : [];
});

/** Before a report ends: what its own latencies no longer exclude, or no longer make unlikely, is asked after all. */
export function widen(stand: Stand, leaveOut: LeaveOut | undefined): ProbeSet[] {
  // A short report leaves out none for that.
  const ids = leaveOut && stand.plan.full ? leftOut(stand, 'light', 'not-due') : [];
  if (!leaveOut || ids.length === 0) return [];
  const still = leaveOut(stand.known, stand.context, measuredIn(stand.report));
  return ask(stand, ids.filter((id) => !still.byLight.includes(id) && !still.asUnlikely.includes(id)));
}

/** A short report of calm times asks the neighbours as well once the home is late, or slower than lately by what a move would gain. */
export function askNeighbours(stand: Stand): { readonly add: readonly ProbeSet[]; readonly wakeMs: number } {
  const { plan, context, tries, known, elapsedMs } = stand;
  const home = context.home?.region;
  const recentMs = home === undefined ? undefined : own(known.recent, home);
  if (plan.full || home === undefined || regionsToAsk(known, context) === incrementalRegions) return nothing;
  const latencyMs = stand.latencyMs(home);
  const lateMs = (recentMs ?? 0) + leastGain(recentMs ?? 0);
  if (latencyMs === undefined ? elapsedMs < lateMs : latencyMs <= lateMs) return latencyMs === undefined ? { add: [], wakeMs: lateMs } : nothing;
  const near = context.map.regions.filter((region) => region.id !== home && mayProbe(edition2026, region, undefined)).sort(byWish(known, context)).slice(0, incrementalRegions - 1);
  return { add: ask(stand, near.flatMap(({ id }) => (tries.has(id) ? [] : [id]))), wakeMs: Infinity };
}

const nothing = { add: [], wakeMs: Infinity };

/** Where nothing answers there is nothing to exclude by, and a drained region is better than none. */
export function widenInSilence(stand: Stand): { readonly add: readonly ProbeSet[]; readonly wakeMs: number } {
  const ids = stand.nearestMs === Infinity && stand.plan.full ? leftOut(stand, 'light', 'not-due', 'drained') : [];
  if (ids.length === 0) return { add: [], wakeMs: Infinity };
  return stand.elapsedMs < udpSilenceMs ? { add: [], wakeMs: udpSilenceMs } : { add: ask(stand, ids), wakeMs: Infinity };
}
