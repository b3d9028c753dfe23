import { allowedRegions, drained, reluctanceOf } from '../../choice/preferences.ts';
import type { Reason } from '../../model/decision.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import type { RegionReport } from '../../model/report.ts';
import { earlyMs, heardMs, heardWithoutProbesMs, missesToLeave, upheavalReports } from './constants.ts';
import { isBarred } from './bars.ts';
import { leastGain, provenBy, trialOf, votesNeeded, type Evidence } from './evidence.ts';
import { nearestOf } from './nearest.ts';
import { aliveOf, candidatesOf, favourMs, wasHeard, type Seen } from './seen.ts';
import { reportsUntilDear } from './trial.ts';
import { isLossy, weigh } from './weigh.ts';

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
  const nearest = nearestOf(seen, candidates);
  if (home === undefined) return nearest === undefined ? { reason: 'no-answer' } : { home: nearest, reason: candidates.length === 1 ? 'only' : 'first' };
  if (aliveOf(seen, home) === false) {
    const to = nearest ?? standby(seen, home);
    return to === undefined ? { reason: 'no-answer' } : { home: to, reason: 'moved-home-dead' };
  }
  if (seen.ranked[home] === undefined) return leave(judgeUnwanted(seen, home, candidates, seen.state.evidence)) ?? judgeElsewhere(seen, home, candidates) ?? judgeSlow(seen, home, candidates) ?? judgeSilent(seen, home, nearest);
  const evidence = weigh(seen, home, candidates);
  return judgeUnwanted(seen, home, candidates, evidence) ?? judgeElsewhere(seen, home, candidates) ?? judgeAnswering(seen, home, candidates, evidence);
}

/**
 * The nearest of the window, where a report asked the dead home alone and had an answer: the line works, and to wait for another
 * report would be to wait without a home.
 */
function standby(seen: Seen, home: RegionId): RegionId | undefined {
  const { ranked, floors, context: { map, preferences }, state, report } = seen;
  if (ranked[home] === undefined) return undefined;
  const known = allowedRegions(map, preferences).filter((id) => id !== home && floors[id] !== undefined && !isBarred(state.barred, id, report.at) && unasked(report.regions[id]));
  return nearestOf(seen, known);
}

const unasked = (region: RegionReport | undefined): boolean => region === undefined || region.skipped !== undefined;

function judgeSilent(seen: Seen, home: RegionId, nearest: RegionId | undefined): Verdict {
  const { evidence, misses } = seen.state;
  const isAlive = aliveOf(seen, home) === true;
  if (nearest === undefined) return isAlive || wasHeard(seen, home, heardWithoutProbesMs) ? { home, reason: 'heard', evidence } : { reason: 'no-answer' };
  if (isAlive || wasHeard(seen, home, heardMs)) return { home, reason: 'heard', evidence };
  const missed = misses + 1;
  const figures = { misses: missed, leavesAt: missesToLeave };
  const isGone = missed >= missesToLeave || failedTwice(seen.report.regions[home]);
  return isGone ? { home: nearest, reason: 'moved-home-silent', figures } : { home, reason: 'missed', misses: missed, evidence, figures };
}

/**
 * A home that last read longer than this report waited for it is not silent but slow, as far as its connection lives: it counts
 * as far as it was silent. One that read less is kept: its UDP is blocked, or a packet was lost.
 */
function judgeSlow(seen: Seen, home: RegionId, candidates: readonly RegionId[]): Verdict | undefined {
  const { state, report, ranked, factorOf } = seen;
  if (aliveOf(seen, home) !== true && !wasHeard(seen, home, heardMs)) return undefined;
  const lastMs = state.window.findLast(({ ms }) => ms[home] !== undefined)?.ms[home] ?? 0;
  const { atLeastMs = Infinity } = report.regions[home] ?? {};
  if (lastMs <= atLeastMs) return undefined;
  const slow = { ...seen, ranked: { ...ranked, [home]: atLeastMs * factorOf(home) } };
  const verdict = judgeAnswering(slow, home, candidates, weigh(slow, home, candidates));
  return verdict.home === home ? { home, reason: 'heard', ...(verdict.evidence && { evidence: verdict.evidence }) } : verdict;
}

/** Asked in two ways, and silent in both: it is not the firewall, nor one lost packet. */
const failedTwice = (region: RegionReport | undefined): boolean =>
  Object.values(region?.kinds ?? {}).filter(({ ms, lost }) => ms === undefined && lost > 0).length >= 2;

/** That a silent home is to be left is no reason to keep it longer than another. */
const leave = (verdict: Verdict | undefined): Verdict | undefined => (verdict?.reason === 'unverified' ? undefined : verdict);

/** A home that the owner does not want is left for the nearest that is wanted more and answered in an earlier report too. */
function judgeUnwanted(seen: Seen, home: RegionId, candidates: readonly RegionId[], evidence: Evidence): Verdict | undefined {
  const { map, preferences } = seen.context;
  const reluctance = (id: RegionId): number => reluctanceOf(regionById(map, id), preferences);
  const better = candidates.filter((id) => reluctance(id) < reluctance(home));
  if (better.length === 0) return undefined;
  const to = nearestOf(seen, better.filter((id) => seen.state.window.some(({ ms }) => Object.hasOwn(ms, id))));
  return to === undefined ? { home, reason: 'unverified', evidence } : { home: to, reason: reluctance(home) === drained ? 'moved-drained' : 'moved-avoided' };
}

/**
 * Another network that nobody told of: nothing of before counts, and the nearest of a full report is home at once. A home that
 * did not answer is as far as it was silent, at least.
 */
function judgeElsewhere(seen: Seen, home: RegionId, candidates: readonly RegionId[]): Verdict | undefined {
  const { state, report, ranked } = seen;
  const isFresh = state.shaken === upheavalReports;
  if (!isFresh && !(state.unsettled && report.full)) return undefined;
  const to = nearestOf(seen, candidates);
  const homeMs = ranked[home] ?? report.regions[home]?.atLeastMs ?? 0;
  const gainMs = homeMs - (ranked[to ?? ''] ?? Infinity);
  return to !== undefined && gainMs >= leastGain(homeMs) ? { home: to, reason: 'moved-nearer', figures: { gainMs } } : undefined;
}

/** Each candidate's lowest over all reports that are kept of it: what was nearest for longest. */
const longFloors = (evidence: Evidence): Record<RegionId, number> =>
  Object.fromEntries(Object.entries(evidence).map(([id, { pairs }]) => [id, Math.min(...pairs.map(([, , candidateMs]) => candidateMs))]));

function judgeAnswering(seen: Seen, home: RegionId, candidates: readonly RegionId[], evidence: Evidence): Verdict {
  const { state, ranked, floors, report } = seen;
  const homeMs = ranked[home] ?? 0;
  const neededMs = leastGain(floors[home] ?? homeMs);
  const terms = { neededMs, homeFloorMs: floors[home] ?? homeMs, isEarly: report.at - (state.since ?? report.at) < earlyMs };
  const gains = new Map<RegionId, number>();
  for (const id of candidates) {
    const gainMs = isLossy(seen, evidence, id) ? undefined : provenBy(trialOf(evidence, id), terms);
    if (gainMs !== undefined) gains.set(id, gainMs);
  }
  const proven = gains.size > 0 ? nearestOf({ ...seen, floors: longFloors(evidence) }, candidates.filter((id) => gains.has(id))) : undefined;
  if (proven !== undefined) return { home: proven, reason: 'moved-nearer', figures: { gainMs: gains.get(proven) ?? 0 } };
  const [rival] = candidates;
  if (rival === undefined || (ranked[rival] ?? 0) >= homeMs) return { home, reason: 'nearest', evidence };
  const aheadMs = homeMs - (ranked[rival] ?? 0);
  const movesAtMs = neededMs + favourMs(seen, home, homeMs) - favourMs(seen, rival, homeMs);
  const figures = { aheadMs, movesAtMs };
  const surplus = Math.min(1, (aheadMs - movesAtMs) / neededMs);
  if (surplus <= 0) return { home, reason: 'gain-too-small', rival, evidence, figures };
  const trial = trialOf(evidence, rival);
  const reportsLeft = Math.max(1, Math.min(Math.ceil((votesNeeded(trial, aheadMs, terms) - trial.votes) / surplus), reportsUntilDear(trial.pairs, aheadMs)));
  return { home, reason: 'gain-unproven', rival, evidence, figures: { ...figures, reportsLeft } };
}
