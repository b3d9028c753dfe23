import { drained, reluctanceOf } from '../../choice/preferences.ts';
import type { Context } from '../../model/context.ts';
import type { Region, RegionId } from '../../model/map.ts';
import type { ProbePlan, ProbeSet } from '../../model/plan.ts';
import type { SkipReason } from '../../model/report.ts';
import { own } from '../../model/own.ts';
import { incrementalRegions, reportTimeoutMs } from '../netcheck/constants.ts';
import { edition2026 } from '../netcheck/edition.ts';
import { familiesSeen, firstFew, mayProbe, needsFullPlan, type Families } from '../netcheck/rules.ts';
import { affordable, costOfSet } from './afford.ts';
import { connectTry, firstTry, isUdpDead, udpTry } from './ask.ts';
import { mayLeaveOut } from './intervals.ts';
import type { LeaveOut, PlanState } from './plan-state.ts';
import { regionsToAsk } from './pace.ts';
import { byWish } from './silence.ts';
import { firstWave, waveTry } from './waves.ts';

/**
 * The first tries of a report; what follows is `next`'s. A full report asks all regions, a short one the nearest three that
 * are wanted, the home, and what is pinned. Neither asks drained ones.
 */
export function plan(known: PlanState, context: Context, leaveOut?: LeaveOut): ProbePlan {
  const full = needsFullPlan(context);
  const skipped: Record<RegionId, SkipReason> = {};
  const sets: ProbeSet[] = [];
  const chosen = full ? chooseFull(known, context, skipped, leaveOut) : chooseShort(known, context, skipped);
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
  const rank = ({ id }: Region): number => (id === home ? -1 : own(recent, id) ?? Infinity);
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

function chooseFull(known: PlanState, context: Context, skipped: Record<RegionId, SkipReason>, leaveOut: LeaveOut | undefined): Chosen[] {
  const wanted = withoutDrained(context, context.map.regions.filter(({ id, noHome }) => {
    if (noHome) skipped[id] = 'flag';
    return !noHome;
  }), skipped);
  const isBlocked = context.last?.udp === false;
  // Where UDP does not work a few regions tell whether it still does not.
  const scouts = isUdpDead(context) ? [...wanted].sort(byWish(known, context)).slice(0, incrementalRegions) : [];
  const all = (region: Region): Chosen => {
    const first = firstTry(context, region, context.families);
    return { region, asked: scouts.includes(region) ? beside(udpTry(context, region, 0, context.families), first) : beside(first, isBlocked ? connectTry(context, region, {}) : []) };
  };
  const wave = context.last ? undefined : firstWave(context);
  if (!wave) return withoutExcluded(wanted, context, skipped, leaveOut?.(known, context, known.recent)).map(all);
  return wanted.map((region) => {
    if (wave.includes(region)) return { region, asked: waveTry(context, region) };
    const { asked } = all(region);
    if (asked.length > 0) skipped[region.id] = 'enough';
    return undefined;
  }).filter((one) => one !== undefined);
}

/** The home and a pin are asked all the same; and all where there is nothing else. */
function withoutDrained({ home, preferences }: Context, regions: readonly Region[], skipped: Record<RegionId, SkipReason>): readonly Region[] {
  const left = regions.filter((region) => region.id === home?.region || region.id === preferences?.pin || reluctanceOf(region, preferences) < drained);
  if (left.length === regions.length || left.every(({ id }) => id === home?.region)) return regions;
  for (const region of regions) if (!left.includes(region)) skipped[region.id] = 'drained';
  return left;
}

/** Less what cannot be the nearest, or is unlikely to, by the last latencies, which this report's are held against before it ends; but with what is due for an audit. */
function withoutExcluded(wanted: readonly Region[], context: Context, skipped: Record<RegionId, SkipReason>, out: ReturnType<LeaveOut> | undefined): Region[] {
  if (!out) return [...wanted];
  const asked = new Set<RegionId | undefined>([context.home?.region, context.preferences?.pin, ...out.audits]);
  for (const id of out.byLight) if (!asked.has(id)) skipped[id] ??= 'light';
  if (mayLeaveOut(context)) for (const id of out.asUnlikely) if (!asked.has(id)) skipped[id] ??= 'not-due';
  return wanted.filter(({ id }) => skipped[id] === undefined);
}

function chooseShort(known: PlanState, context: Context, skipped: Record<RegionId, SkipReason>): Chosen[] {
  const { map, home, preferences, last } = context;
  const anchors = new Set([home?.region, preferences?.pin]);
  const able = withoutDrained(context, map.regions.filter((region) => {
    const may = mayProbe(edition2026, region, anchors.has(region.id) ? region.id : undefined);
    if (!may) skipped[region.id] = 'flag';
    return may;
  }), skipped);
  const order = byWish(known, context);
  const few = firstFew(able, regionsToAsk(known, context), order);
  // One that was drained until now may be nearer than all that is known.
  const more = able.filter((region) => !few.includes(region) && (anchors.has(region.id) || last?.regions[region.id]?.skipped === 'drained'));
  const chosen = [...few, ...more.sort(order)];
  for (const region of able) if (!chosen.includes(region)) skipped[region.id] = 'not-due';
  const { v4, v6 } = context.families;
  const seen = v6 ? familiesSeen(last) : { v4: false, v6: false };
  return chosen.map((region, rank) => {
    const has = { v4, v6: v6 && (seen.v6 || !seen.v4) };
    // Both families tell which is nearer; beyond the home one of them is enough to compare by.
    const isAnchor = anchors.has(region.id);
    const wanted: Families = isAnchor || (home === undefined && rank === 0) || !(has.v4 && has.v6) ? has : { v4: last?.regions[region.id]?.family !== 6, v6: last?.regions[region.id]?.family === 6 };
    const asked = firstTry(context, region, wanted);
    // Where UDP is known to be blocked one region tells whether it still is; where it never works only if somebody wants to know.
    if (isUdpDead(context)) return { region, asked: isAnchor && context.asked ? beside(udpTry(context, region, 0, wanted), asked) : asked };
    return { region, asked: last?.udp === false ? beside(isAnchor ? asked : [], connectTry(context, region, {})) : asked };
  });
}

/** Both, but no kind twice. */
const beside = (sets: readonly ProbeSet[], more: readonly ProbeSet[]): ProbeSet[] => [...sets, ...more.filter(({ kind }) => sets.every((set) => set.kind !== kind))];
