import { certainty } from '../../choice/certainty.ts';
import { explain, type Figures } from '../../choice/explain.ts';
import { allowedRegions } from '../../choice/preferences.ts';
import type { Decision, DecisionState } from '../../model/decision.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import { heardAgoMs, wasHeard, type Evidence, type Verdict } from './evidence.ts';
import { bestRecent } from './history.ts';
import { twoThirds } from './judge.ts';
import { toMs } from './nanoseconds.ts';
import type { NetcheckState } from './state.ts';

/** The verdict as a decision, with the figures that led to it. */
export function decide(evidence: Evidence, verdict: Verdict, previous: RegionId | undefined, learned: NetcheckState): Decision {
  const { report, context: { map, preferences } } = evidence;
  const { home, reason } = verdict;
  const why = figures(evidence, verdict, previous);
  return {
    ...(home !== undefined && { home }),
    ...(previous !== undefined && { previous }),
    changed: home !== previous,
    state: stateOf(evidence, home, previous),
    sure: home === undefined ? 0 : certainty({ report, home, allowed: allowedRegions(map, preferences), known: bestRecent(learned) }),
    ageMs: home === undefined ? 0 : ageMs(evidence, home, learned),
    reason,
    why,
    equals: [],
    sentence: explain(reason, why),
  };
}

function stateOf(evidence: Evidence, home: RegionId | undefined, previous: RegionId | undefined): DecisionState {
  if (home === undefined) return previous === undefined ? 'unreachable' : 'failing';
  return evidence.now.size === 0 && !wasHeard(evidence, home) ? 'failing' : 'settled';
}

/** Of the newest measurement of the home, or else of its last life sign. */
function ageMs({ report, context }: Evidence, home: RegionId, { history }: NetcheckState): number {
  const measured = history.filter(({ latencyNs }) => Object.hasOwn(latencyNs, home)).map(({ at }) => at);
  const at = measured.length ? Math.max(...measured) : (context.heard?.[home] ?? report.at);
  return Math.max(0, report.at - at);
}

/** The figures that were compared, factors applied: a rival and a new home count by their recent best, the home by this report. */
function figures(evidence: Evidence, { home, candidate }: Verdict, previous: RegionId | undefined): Figures & Decision['why'] {
  const { now, best, context: { map }, edition } = evidence;
  const code = (id: RegionId): string => regionById(map, id)?.code ?? id;
  const rival = candidate === home ? undefined : candidate;
  const homeNow = home === undefined ? undefined : now.get(home);
  const bestNs = rival === undefined ? 0 : (best.get(rival) ?? 0);
  const leftNow = previous === undefined || previous === home ? undefined : now.get(previous);
  return {
    answered: now.size,
    ...(home !== undefined && { home: code(home) }),
    ...(previous !== undefined && { previous: code(previous) }),
    ...(homeNow !== undefined && { homeNowMs: toMs(homeNow) }),
    ...(rival !== undefined && { best: code(rival), bestMs: toMs(bestNs) }),
    ...(rival !== undefined && homeNow && { gainMs: toMs(homeNow - bestNs), neededMs: toMs(Math.max(edition.absoluteGainNs, homeNow - twoThirds(homeNow))) }),
    ...(rival === undefined && home !== undefined && leftNow && { gainMs: toMs(leftNow - (best.get(home) ?? 0)) }),
    ...(home !== undefined && !homeNow && heardAgoMs(evidence, home) < Infinity && { heardAgoMs: Math.max(0, heardAgoMs(evidence, home)) }),
  };
}
