import { learnBounds, type Bounds } from '../../choice/bounds.ts';
import { decisionOf } from '../../choice/decision-of.ts';
import { avoided, latencyFactors, reluctanceOf } from '../../choice/preferences.ts';
import { sureOf } from '../../choice/sure.ts';
import type { Context } from '../../model/context.ts';
import type { Decision, DecisionState } from '../../model/decision.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import type { Mutable } from '../../model/mutable.ts';
import { present } from '../../model/present.ts';
import type { Report } from '../../model/report.ts';
import { own } from '../../model/own.ts';
import { earlyMs, equalMs, equalShare, upheavalRegions, upheavalReports } from './constants.ts';
import { bar, lift } from './bars.ts';
import { judge, type Verdict } from './judge.ts';
import { isDeadButPings, learnOffsets, rankMs } from './kinds.ts';
import type { Seen } from './seen.ts';
import { forgetPast, forgetReplaced, type SteadyState } from './state.ts';
import { isUpheaval } from './upheaval.ts';
import { addToWindow, floorsOf } from './window.ts';

export interface ChooseOptions {
  readonly spread?: boolean;
  /** The lowest that a region read on this network: what is known of those that have not been asked for a while. */
  readonly lowOf?: (id: RegionId) => number | undefined;
}

/** The verdict on this report, in words, and what is remembered of it. */
export function choose(before: SteadyState, report: Report, context: Context, { spread = false, lowOf }: ChooseOptions = {}): { state: SteadyState; decision: Decision } {
  const kept = forgetUnwanted(forgetPast(forgetReplaced(before, context.map), report.at, context.network), context);
  const offsets = learnOffsets(kept.offsets, report);
  const plain: Record<RegionId, number> = {};
  for (const { id } of context.map.regions) {
    const ms = report.regions[id] && rankMs(report.regions[id], offsets);
    if (ms !== undefined) plain[id] = ms;
  }
  // The window keeps latencies before any factor, as factors may change.
  const state = shake(kept, plain);
  const window = addToWindow(state.window, report.at, plain);
  const floors = floorsOf(window);
  const factors = latencyFactors(context.map, context.preferences);
  const factorOf = (id: RegionId): number => factors.get(id) ?? 1;
  const scaled = (ms: Readonly<Record<RegionId, number>>): Readonly<Record<RegionId, number>> => {
    if (factors.size === 0) return ms;
    const found: Record<RegionId, number> = {};
    for (const id of Object.keys(ms)) found[id] = (ms[id] ?? 0) * factorOf(id);
    return found;
  };
  const bounds = learnBounds(state.bounds, report, context.map);
  const barred = lift(state.barred, context.heard ?? {}, report.at);
  const seen: Seen = { state: barred === state.barred ? state : { ...state, barred }, report, context, ranked: scaled(plain), floors: scaled(floors), spread, factorOf };
  const verdict = judge(seen);
  // What may be another network is not mixed with this one until that is clear.
  const isInDoubt = state.shaken !== undefined && state.shaken < upheavalReports;
  return { state: learn(seen, verdict, { window: isInDoubt ? state.window : window, offsets, bounds }), decision: decide(seen, verdict, { bounds, known: (id) => own(floors, id) ?? lowOf?.(id) }) };
}

/** A home that nobody wants and nobody has, such as that of an earlier run, is no home to leave calmly. */
function forgetUnwanted(state: SteadyState, { home, map, preferences }: Context): SteadyState {
  const isHeld = state.home === undefined || home !== undefined || reluctanceOf(regionById(map, state.home), preferences) === 0;
  return isHeld ? state : present({ ...state, home: undefined });
}

/** Counts reports that look like another network. At the second nothing of before is kept. */
function shake(state: SteadyState, plain: Readonly<Record<RegionId, number>>): SteadyState {
  if (Object.keys(plain).length < upheavalRegions || !isUpheaval(plain, floorsOf(state.window))) return state.shaken === undefined ? state : present({ ...state, shaken: undefined });
  const shaken = (state.shaken ?? 0) + 1;
  return shaken < upheavalReports ? { ...state, shaken } : { ...state, shaken, unsettled: true, window: [], evidence: {} };
}

function learn({ state, report }: Seen, { home, reason, evidence = {}, misses = 0 }: Verdict, learned: Pick<SteadyState, 'window' | 'offsets' | 'bounds'>): SteadyState {
  const { home: previous, unsettled, lastFullAt, shaken, since = report.at, barred, hosts } = state;
  const next: Mutable<SteadyState> = {
    window: learned.window, offsets: learned.offsets, bounds: learned.bounds, misses, evidence, hosts,
    reportedAt: report.at,
    // A home that was just proven is not left as lightly as one that was merely the first.
    since: reason === 'moved-nearer' && !unsettled ? report.at - earlyMs : since,
    barred: reason === 'moved-home-dead' && previous !== undefined ? bar(barred, previous, report.at) : barred,
  };
  if (home !== undefined) next.named = home;
  const kept = home ?? previous;
  if (kept !== undefined) next.home = kept;
  if (unsettled !== undefined && !report.full && home !== undefined) next.unsettled = unsettled;
  if (report.full) next.lastFullAt = report.at - report.durationMs;
  else if (lastFullAt !== undefined) next.lastFullAt = lastFullAt;
  if (shaken !== undefined) next.shaken = shaken;
  return next;
}

function decide(seen: Seen, { home, reason, rival, figures = {} }: Verdict, past: { readonly known: (id: RegionId) => number | undefined; readonly bounds: Bounds }): Decision {
  const { state, report, context, ranked } = seen;
  const previous = state.named;
  const heardAt = reason === 'heard' && home !== undefined ? context.heard?.[home] : undefined;
  const isDead = (id: RegionId): boolean => report.regions[id] !== undefined && isDeadButPings(report.regions[id]);
  const why: Record<string, number | string | boolean> = { answered: Object.keys(ranked).length };
  const homeMs = home === undefined ? undefined : ranked[home];
  if (homeMs !== undefined) why['homeMs'] = homeMs;
  if (rival !== undefined) why['best'] = rival;
  Object.assign(why, figures, wishesFor(seen, home));
  if (heardAt !== undefined) why['heardAgoMs'] = Math.max(0, report.at - heardAt);
  return decisionOf(context.map, {
    home, previous,
    changed: home !== previous,
    state: stateOf(seen, home),
    sure: home === undefined ? 0 : sureOf(context, { report, home, known: past.known, bounds: past.bounds, dead: Object.keys(report.regions).filter(isDead) }),
    ageMs: home === undefined ? 0 : ageMs(seen, home),
    reason,
    why,
    equals: home === undefined ? [] : equalsOf(home, ranked),
  });
}

/** What the owner's wishes have to do with it, where the figures alone do not explain it. */
function wishesFor({ ranked, context: { map, preferences } }: Seen, home: RegionId | undefined): { readonly unwanted?: 'avoided' | 'drained'; readonly preferred?: true } {
  if (home === undefined) return {};
  const reluctance = reluctanceOf(regionById(map, home), preferences);
  if (reluctance > 0) return { unwanted: reluctance > avoided ? 'drained' : 'avoided' };
  const isPreferred = preferences?.prefer?.includes(home) === true && Object.keys(ranked).some((id) => (ranked[id] ?? 0) < (ranked[home] ?? 0) && reluctanceOf(regionById(map, id), preferences) === 0);
  return isPreferred ? { preferred: true } : {};
}

function stateOf({ state, ranked, context }: Seen, home: RegionId | undefined): DecisionState {
  if (context.map.regions.length === 0) return 'waiting';
  if (home === undefined) return state.home === undefined ? 'unreachable' : 'failing';
  return Object.keys(ranked).length ? 'settled' : 'failing';
}

/** Of the newest measurement of the home, or else of its last life sign. */
function ageMs({ state, report, context, ranked }: Seen, home: RegionId): number {
  if (ranked[home] !== undefined) return 0;
  const measuredAt = state.window.findLast(({ ms }) => ms[home] !== undefined)?.at;
  return Math.max(0, report.at - (measuredAt ?? context.heard?.[home] ?? report.at));
}

function equalsOf(home: RegionId, ranked: Seen['ranked']): RegionId[] {
  const homeMs = ranked[home];
  if (homeMs === undefined) return [];
  return Object.keys(ranked).filter((id) => id !== home && Math.abs((ranked[id] ?? 0) - homeMs) <= Math.max(equalMs, equalShare * homeMs));
}
