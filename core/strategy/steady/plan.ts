import type { Context } from '../../model/context.ts';
import type { Region, RegionId } from '../../model/map.ts';
import type { ProbePlan, ProbeSet } from '../../model/plan.ts';
import type { SkipReason } from '../../model/report.ts';
import { reportTimeoutMs } from '../netcheck/constants.ts';
import { edition2026 } from '../netcheck/edition.ts';
import { familiesSeen, mayProbe, needsFullPlan, type Families } from '../netcheck/rules.ts';
import { affordable, costOfSet } from './afford.ts';
import { connectTry, firstTry } from './ask.ts';
import { auditsOf, excludedBy } from './exclusion.ts';
import type { PlanState } from './plan-state.ts';
import { regionsToAsk } from './pace.ts';
import { byRecent } from './silence.ts';
import { firstWave, waveTry } from './waves.ts';

/**
 * The first tries of a report; what follows is `next`'s. A full report asks all regions, a short one the nearest three,
 * the home, and what is pinned.
 */
export function plan(known: PlanState, context: Context): ProbePlan {
  const full = needsFullPlan(context);
  const skipped: Record<RegionId, SkipReason> = {};
  const sets: ProbeSet[] = [];
  const chosen = full ? chooseFull(known, context, skipped) : chooseShort(known, context, skipped);
  const room = roomFor(chosen, known, context, full);
  for (const { region, asked } of chosen) {
    const may = room ? asked.filter((set) => room.has(set)) : asked;
    sets.push(...may);
    if (may.length === 0) skipped[region.id] = asked.length === 0 ? 'impossible' : 'budget';
  }
  return { full, timeoutMs: reportTimeoutMs, sets, skipped };
}

/** So many looks at the home are kept back from all else, one for every ten minutes of an hour and two to spare. */
const homeLooks = 8;

/** What the budget has room for, undefined without one: the home first, then the nearest. A full report leaves half of it for those that follow. */
function roomFor(chosen: readonly Chosen[], { recent }: PlanState, context: Context, full: boolean): Set<ProbeSet> | undefined {
  const { budget } = context;
  if (!budget) return undefined;
  const home = context.home?.region;
  const rank = ({ id }: Region): number => (id === home ? -1 : Object.hasOwn(recent, id) ? (recent[id] ?? Infinity) : Infinity);
  const sets = [...chosen].sort((a, b) => (rank(a.region) === rank(b.region) ? 0 : rank(a.region) - rank(b.region))).flatMap(({ asked }) => asked);
  const homes = sets.filter(({ region }) => region === home);
  const kept = homes.map((set) => costOfSet(set, context));
  const share = (left: number, of: 'packets' | 'bytes'): number => Math.max(0, left - homeLooks * kept.reduce((sum, cost) => sum + cost[of], 0)) / (full ? 2 : 1);
  return new Set([...affordable(context, homes), ...affordable(context, sets, { packetsLeft: share(budget.packetsLeft, 'packets'), bytesLeft: share(budget.bytesLeft, 'bytes') })]);
}

interface Chosen {
  readonly region: Region;
  readonly asked: readonly ProbeSet[];
}

function chooseFull(known: PlanState, context: Context, skipped: Record<RegionId, SkipReason>): Chosen[] {
  const wanted = context.map.regions.filter(({ id, noHome }) => {
    if (noHome) skipped[id] = 'flag';
    return !noHome;
  });
  const isBlocked = context.last?.udp === false;
  const all = (region: Region): Chosen => ({ region, asked: beside(firstTry(context, region, context.families), isBlocked ? connectTry(context, region, {}) : []) });
  const wave = context.last ? undefined : firstWave(context);
  if (!wave) return withoutExcluded(wanted, known, context, skipped).map(all);
  return wanted.map((region) => {
    if (wave.includes(region)) return { region, asked: waveTry(context, region) };
    const { asked } = all(region);
    if (asked.length > 0) skipped[region.id] = 'enough';
    return undefined;
  }).filter((one) => one !== undefined);
}

/** Less what light excludes by the last latencies, which this report's are held against before it ends; but with what is due for an audit. */
function withoutExcluded(wanted: readonly Region[], { light, recent }: PlanState, context: Context, skipped: Record<RegionId, SkipReason>): Region[] {
  const ids = [...excludedBy(light, context, recent).keys()];
  const asked = new Set<RegionId | undefined>([context.home?.region, context.preferences?.pin, ...auditsOf(light, context.map, ids)]);
  const out = new Set(ids.filter((id) => !asked.has(id)));
  return wanted.filter(({ id }) => {
    if (out.has(id)) skipped[id] = 'light';
    return !out.has(id);
  });
}

function chooseShort(known: PlanState, context: Context, skipped: Record<RegionId, SkipReason>): Chosen[] {
  const { map, home, preferences, last } = context;
  const anchors = new Set([home?.region, preferences?.pin]);
  const able = map.regions.filter((region) => {
    const may = mayProbe(edition2026, region, anchors.has(region.id) ? region.id : undefined);
    if (!may) skipped[region.id] = 'flag';
    return may;
  });
  const count = regionsToAsk(known, context);
  const chosen = [...able].sort(byRecent(known)).filter(({ id }, rank) => rank < count || anchors.has(id));
  for (const { id } of able) skipped[id] ??= 'not-due';
  const seen = familiesSeen(last);
  return chosen.map((region, rank) => {
    delete skipped[region.id];
    const { v4, v6 } = context.families;
    const has = { v4, v6: v6 && (seen.v6 || !seen.v4) };
    // Both families tell which is nearer; beyond the home one of them is enough to compare by.
    const wanted: Families = anchors.has(region.id) || (home === undefined && rank === 0) || !(has.v4 && has.v6) ? has : { v4: last?.regions[region.id]?.family !== 6, v6: last?.regions[region.id]?.family === 6 };
    const asked = firstTry(context, region, wanted);
    // Where UDP is known to be blocked one region tells whether it still is.
    return { region, asked: last?.udp === false ? beside(anchors.has(region.id) ? asked : [], connectTry(context, region, {})) : asked };
  });
}

/** Both, but no kind twice. */
const beside = (sets: readonly ProbeSet[], more: readonly ProbeSet[]): ProbeSet[] => [...sets, ...more.filter(({ kind }) => sets.every((set) => set.kind !== kind))];
