import { allowedRegions } from '../../choice/preferences.ts';
import type { Context } from '../../model/context.ts';
import type { Reason } from '../../model/decision.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import type { Report } from '../../model/report.ts';
import { clipFactor, floorShare, heardMs, heardWithoutProbesMs, missesToLeave, moveEvidence } from './constants.ts';
import { addEvidence, isProven, leastGain, type Evidence } from './evidence.ts';
import { byId } from '../netcheck/rules.ts';
import { pairOf } from './kinds.ts';
import type { SteadyState } from './state.ts';

/** What a choice is made from. Latencies in ms, less what their kind adds, times the factors. */
export interface Seen {
  readonly state: SteadyState;
  readonly report: Report;
  readonly context: Context;
  /** Of the regions that answered. */
  readonly ranked: Readonly<Record<RegionId, number>>;
  /** Lowest of the window. */
  readonly floors: Readonly<Record<RegionId, number>>;
  factorOf(id: RegionId): number;
}

/** A choice and the figures behind it, before it is put into words. */
export interface Verdict {
  readonly home?: RegionId;
  readonly reason: Reason;
  /** The nearest other region that it was held against. */
  readonly rival?: RegionId;
  readonly figures?: Readonly<Record<string, number>>;
  /** Evidence against the home that stays. */
  readonly evidence?: Evidence;
  readonly misses?: number;
}

/**
 * Who is home after this report. A home that answers is left only for a region that was nearer in the same reports, often
 * enough and by enough; one that is silent stays as long as its connection lives, and is left at the third miss where
 * nothing is known of it; one whose connection died is left at once. A pin goes before all that, where it is reachable.
 */
export function judge(seen: Seen): Verdict {
  const { state: { home }, context: { map, preferences } } = seen;
  if (map.regions.length === 0) return { reason: 'no-map' };
  const pin = regionById(map, preferences?.pin)?.id;
  if (pin !== undefined && (seen.ranked[pin] !== undefined || wasHeard(seen, pin, heardMs))) return { home: pin, reason: 'pinned' };
  const candidates = candidatesOf(seen);
  const [best] = candidates;
  if (home === undefined) return best === undefined ? { reason: 'no-answer' } : { home: best, reason: candidates.length === 1 ? 'only' : 'first' };
  if (aliveOf(seen, home) === false) return best === undefined ? { reason: 'no-answer' } : { home: best, reason: 'moved-home-dead' };
  if (seen.ranked[home] === undefined) return judgeSilent(seen, home, best);
  if (preferences?.drain?.includes(home) && best !== undefined) return { home: best, reason: 'moved-drained' };
  return judgeAnswering(seen, home, candidates);
}

/** Regions other than home that answered, nearest first. Those that the map or the owner does not want only where no other answered. */
function candidatesOf({ context: { map, preferences }, ranked, state }: Seen): RegionId[] {
  const allowed = new Set(allowedRegions(map, preferences));
  const answered = Object.keys(ranked).filter((id) => id !== state.home && regionById(map, id)?.noHome !== true);
  const wanted = answered.filter((id) => allowed.has(id));
  return (wanted.length ? wanted : answered).sort((a, b) => (ranked[a] ?? 0) - (ranked[b] ?? 0) || byId(a, b));
}

function judgeSilent(seen: Seen, home: RegionId, best: RegionId | undefined): Verdict {
  const { evidence, misses } = seen.state;
  const isAlive = aliveOf(seen, home) === true;
  if (best === undefined) return isAlive || wasHeard(seen, home, heardWithoutProbesMs) ? { home, reason: 'heard', evidence } : { reason: 'no-answer' };
  if (isAlive || wasHeard(seen, home, heardMs)) return { home, reason: 'heard', evidence };
  const missed = misses + 1;
  const figures = { misses: missed, leavesAt: missesToLeave };
  return missed < missesToLeave ? { home, reason: 'missed', misses: missed, evidence, figures } : { home: best, reason: 'moved-home-silent', figures };
}

function judgeAnswering(seen: Seen, home: RegionId, candidates: readonly RegionId[]): Verdict {
  const { state, ranked, floors } = seen;
  const homeMs = ranked[home] ?? 0;
  const homeFloorMs = floors[home] ?? homeMs;
  const neededMs = leastGain(homeFloorMs);
  // What was not asked this time keeps what it had.
  const evidence: Record<RegionId, number> = { ...state.evidence };
  for (const id of candidates) evidence[id] = addEvidence(evidence[id] ?? 0, differenceMs(seen, home, id, neededMs), neededMs);
  const proven = candidates.find((id) => isProven(evidence[id] ?? 0, neededMs, homeFloorMs, floors[id] ?? Infinity));
  if (proven !== undefined) return { home: proven, reason: 'moved-nearer', figures: { gainMs: homeFloorMs - (floors[proven] ?? 0) } };
  const [rival] = candidates;
  if (rival === undefined || (ranked[rival] ?? 0) >= homeMs) return { home, reason: 'nearest', evidence };
  const figures = { aheadMs: homeMs - (ranked[rival] ?? 0), movesAtMs: neededMs };
  const surplusMs = Math.min(clipFactor * neededMs, figures.aheadMs - neededMs);
  if (surplusMs <= 0) return { home, reason: 'gain-too-small', rival, evidence, figures };
  // While the home's own minimum of the window is as low as the rival's, how long it takes is the window's affair.
  const floorsAgree = homeFloorMs - (floors[rival] ?? Infinity) >= floorShare * neededMs;
  const reportsLeft = Math.max(1, Math.ceil((moveEvidence * neededMs - (evidence[rival] ?? 0)) / surplusMs));
  return { home, reason: 'gain-unproven', rival, evidence, figures: { ...figures, ...(floorsAgree && { reportsLeft }) } };
}

/** How much nearer the candidate was in this report. Without a kind in common that is doubtful, and must be twice as large to count. */
function differenceMs({ report, ranked, factorOf }: Seen, home: RegionId, candidate: RegionId, neededMs: number): number {
  const pair = pairOf(report, home, candidate);
  if (pair) return pair.homeMs * factorOf(home) - pair.candidateMs * factorOf(candidate);
  return (ranked[home] ?? 0) - (ranked[candidate] ?? 0) - neededMs;
}

const aliveOf = ({ context }: Seen, id: RegionId): boolean | undefined => (context.home?.region === id ? context.home.alive : undefined);

/** Its relay showed life so lately, or since the report began. */
function wasHeard({ report, context }: Seen, id: RegionId, withinMs: number): boolean {
  const heard = context.heard?.[id];
  return heard !== undefined && report.at - heard < Math.max(withinMs, report.durationMs);
}
