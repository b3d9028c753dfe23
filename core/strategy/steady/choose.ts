import { certainty } from '../../choice/certainty.ts';
import { sentenceOf } from '../../choice/explain.ts';
import { allowedRegions, isDrained, latencyFactor } from '../../choice/preferences.ts';
import type { Context } from '../../model/context.ts';
import type { Decision, DecisionState, Reason } from '../../model/decision.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import type { Report } from '../../model/report.ts';
import { equalMs, equalShare, heardMs, heardWithoutProbesMs, missesToLeave, moveEvidence } from './constants.ts';
import { addEvidence, isProven, leastGain, type Evidence } from './evidence.ts';
import { learnOffsets, pairOf, rankMs } from './kinds.ts';
import type { SteadyState } from './state.ts';
import { addToWindow, floorsOf } from './window.ts';

type Why = Record<string, number | string | boolean>;

/** A choice and the figures behind it, before it is put into words. */
interface Verdict {
  readonly home?: RegionId;
  readonly reason: Reason;
  readonly why?: Why;
  readonly evidence?: Evidence;
  readonly misses?: number;
}

/**
 * Who is home after this report. A home that answers is left only for a region that was nearer in the same reports, often
 * enough and by enough; one that is silent stays as long as its connection lives, and is left at the third miss where
 * nothing is known of it; one whose connection died is left at once.
 */
export function choose(state: SteadyState, report: Report, context: Context): { state: SteadyState; decision: Decision } {
  const offsets = learnOffsets(state.offsets, report);
  const ranked = rank(report, context, offsets);
  const window = addToWindow(state.window, report.at, ranked);
  const floors = floorsOf(window);
  const verdict = pinned(ranked, report, context) ?? judge({ state, report, context, ranked, floors });
  const named = verdict.home;
  const next: SteadyState = {
    ...state,
    window, offsets,
    // A home that nothing could reach is home again once something answers.
    ...((named ?? state.home) !== undefined && { home: named ?? state.home }),
    evidence: named === state.home ? (verdict.evidence ?? state.evidence) : {},
    misses: verdict.misses ?? 0,
    ...(report.full && !report.partial && { lastFullAt: report.at - report.durationMs }),
    portalBlocked: report.captivePortal === true && report.udp !== true,
    ...(named !== undefined ? { named } : { named: undefined }),
  };
  return { state: next, decision: decide(verdict, { state, report, context, ranked, floors }) };
}

interface Seen {
  readonly state: SteadyState;
  readonly report: Report;
  readonly context: Context;
  /** Regions that answered, with what ranks them: latency less what its kind adds, times the factors. */
  readonly ranked: Readonly<Record<RegionId, number>>;
  readonly floors: Readonly<Record<RegionId, number>>;
}

function rank(report: Report, context: Context, offsets: SteadyState['offsets']): Record<RegionId, number> {
  const ranked: Record<RegionId, number> = {};
  for (const region of context.map.regions) {
    const found = report.regions[region.id];
    const ms = found && rankMs(found, offsets);
    if (ms !== undefined) ranked[region.id] = ms * latencyFactor(region, context.preferences);
  }
  return ranked;
}

/** A pinned region is home if it answered or is known to live; otherwise the rest of the rules find a stand-in. */
function pinned(ranked: Seen['ranked'], report: Report, context: Context): Verdict | undefined {
  const pin = context.preferences?.pin;
  if (pin === undefined || !regionById(context.map, pin)) return undefined;
  return ranked[pin] !== undefined || isHeard(pin, report, context, heardMs) ? { home: pin, reason: 'pinned' } : undefined;
}

function judge(seen: Seen): Verdict {
  const { state, report, context, ranked } = seen;
  const home = state.home !== undefined && regionById(context.map, state.home) ? state.home : undefined;
  const candidates = candidatesOf(seen, home);
  const best = candidates[0];
  if (home === undefined) return best === undefined ? { reason: 'no-answer' } : { home: best, reason: candidates.length === 1 ? 'only' : 'first' };
  const alive = context.home?.region === home ? context.home.alive : undefined;
  if (alive === false) return best === undefined ? { reason: 'no-answer' } : { home: best, reason: 'moved-home-dead' };
  if (ranked[home] === undefined) return judgeSilent(seen, home, best, alive);
  if (isDrained(context, home) && best !== undefined) return { home: best, reason: 'moved-drained' };
  return judgeAnswering(seen, home, candidates, report);
}

/** Regions that answered and may become home, nearest first. Unwanted ones only where nothing else answered. */
function candidatesOf({ context, ranked }: Seen, home: RegionId | undefined): RegionId[] {
  const allowed = new Set(allowedRegions(context.map, context.preferences));
  const answered = Object.keys(ranked).filter((id) => id !== home && regionById(context.map, id)?.noHome !== true);
  const wanted = answered.filter((id) => allowed.has(id));
  return (wanted.length ? wanted : answered).sort((a, b) => (ranked[a] ?? 0) - (ranked[b] ?? 0) || a.localeCompare(b, 'en', { numeric: true }));
}

function judgeSilent({ state, report, context }: Seen, home: RegionId, best: RegionId | undefined, alive: boolean | undefined): Verdict {
  if (best === undefined) return isHeard(home, report, context, heardWithoutProbesMs) || alive ? { home, reason: 'heard' } : { reason: 'no-answer' };
  if (alive || isHeard(home, report, context, heardMs)) return { home, reason: 'heard', evidence: state.evidence };
  const misses = state.misses + 1;
  if (misses < missesToLeave) return { home, reason: 'missed', misses, evidence: state.evidence, why: { misses, leavesAt: missesToLeave } };
  return { home: best, reason: 'moved-home-silent', why: { misses } };
}

function judgeAnswering({ state, context, ranked, floors }: Seen, home: RegionId, candidates: readonly RegionId[], report: Report): Verdict {
  const homeMs = ranked[home] ?? 0;
  const homeFloorMs = floors[home] ?? homeMs;
  const gainMs = leastGain(homeFloorMs);
  const evidence: Record<RegionId, number> = {};
  // What was not asked this time keeps what it had.
  for (const [id, sum] of Object.entries(state.evidence)) if (regionById(context.map, id)) evidence[id] = sum;
  for (const id of candidates) {
    const pair = pairOf(report, home, id);
    // Without a kind in common the difference is doubtful: it must be twice as large.
    const [nowMs, thenMs] = pair
      ? [pair.homeMs * latencyFactor(regionById(context.map, home), context.preferences), pair.candidateMs * latencyFactor(regionById(context.map, id), context.preferences)]
      : [homeMs, (ranked[id] ?? 0) + gainMs];
    evidence[id] = addEvidence(evidence[id] ?? 0, nowMs, thenMs, gainMs);
  }
  const proven = candidates.filter((id) => isProven(evidence[id] ?? 0, gainMs, homeFloorMs, floors[id] ?? Infinity));
  const best = candidates[0];
  if (proven[0] !== undefined) return { home: proven[0], reason: 'moved-nearer', why: { gainMs: homeFloorMs - (floors[proven[0]] ?? 0) } };
  if (best === undefined || (ranked[best] ?? 0) >= homeMs) return { home, reason: 'nearest', evidence };
  const aheadMs = homeMs - (ranked[best] ?? 0);
  const why = { best, aheadMs, movesAtMs: gainMs, evidenceShare: Math.min(1, (evidence[best] ?? 0) / (moveEvidence * gainMs)) };
  return { home, reason: aheadMs < gainMs ? 'gain-too-small' : 'gain-unproven', evidence, why };
}

/** The relay connection showed life so lately, or since the report began. */
function isHeard(id: RegionId, report: Report, context: Context, withinMs: number): boolean {
  const heard = context.heard?.[id];
  return heard !== undefined && (heard > report.at - report.durationMs || heard > report.at - withinMs);
}

function decide({ home, reason, why = {} }: Verdict, { state, report, context, ranked, floors }: Seen): Decision {
  const previous = state.named;
  const allowed = allowedRegions(context.map, context.preferences);
  const stateOf: DecisionState = home !== undefined ? 'settled' : previous === undefined && state.home === undefined ? 'unreachable' : 'failing';
  const newest = state.window.filter((bucket) => home !== undefined && bucket.ms[home] !== undefined).at(-1)?.at;
  const figures = { ...why, ...(home !== undefined && ranked[home] !== undefined && { homeMs: ranked[home] }) };
  const draft = {
    ...(home !== undefined && { home }),
    ...(previous !== undefined && { previous }),
    changed: home !== previous,
    state: stateOf,
    sure: home === undefined ? 0 : certainty({ report, home, allowed, known: floors }),
    ageMs: home === undefined || ranked[home] !== undefined || newest === undefined ? 0 : report.at - newest,
    reason,
    why: figures,
    equals: home === undefined ? [] : equalsOf(home, ranked),
  };
  return { ...draft, sentence: sentenceOf(draft, context.map) };
}

function equalsOf(home: RegionId, ranked: Seen['ranked']): RegionId[] {
  const homeMs = ranked[home];
  if (homeMs === undefined) return [];
  return Object.keys(ranked).filter((id) => id !== home && Math.abs((ranked[id] ?? 0) - homeMs) <= Math.max(equalMs, equalShare * homeMs));
}
