import { decisionOf } from '../../choice/decision-of.ts';
import { sureOf } from '../../choice/sure.ts';
import type { Decision, DecisionState } from '../../model/decision.ts';
import type { RegionId } from '../../model/map.ts';
import { heardAgoMs, wasHeard, type Evidence, type Verdict } from './evidence.ts';
import { twoThirds } from './judge.ts';
import { toMs } from '../../model/nanoseconds.ts';
import type { NetcheckState } from './state.ts';

/** The verdict as a decision, with the figures that led to it. */
export function decide(evidence: Evidence, { home, reason, candidate }: Verdict, previous: RegionId | undefined, learned: NetcheckState): Decision {
  const { report, context: { map, preferences }, edition } = evidence;
  return decisionOf(map, {
    home,
    previous,
    changed: home !== previous,
    state: stateOf(evidence, home, previous),
    sure: home === undefined ? 0 : sureOf({ map, ...(edition.heedsPin && preferences && { preferences }) }, { report, home, known: (id) => asMs(evidence.raw.get(id)), bounds: learned.bounds }),
    ageMs: home === undefined ? 0 : ageMs(evidence, home, learned),
    reason,
    why: figures(evidence, home, previous, candidate),
  });
}

function stateOf(evidence: Evidence, home: RegionId | undefined, previous: RegionId | undefined): DecisionState {
  if (evidence.context.map.regions.length === 0) return 'waiting';
  if (home === undefined) return previous === undefined ? 'unreachable' : 'failing';
  return evidence.now.size === 0 && !wasHeard(evidence, home) ? 'failing' : 'settled';
}

/** Of the newest measurement of the home, or else of its last life sign. */
function ageMs({ report, context }: Evidence, home: RegionId, { history }: NetcheckState): number {
  let measuredAt = -Infinity;
  for (const { at, latencyNs } of history) if (at > measuredAt && latencyNs.some(([id]) => id === home)) measuredAt = at;
  return Math.max(0, report.at - (measuredAt > -Infinity ? measuredAt : (context.heard?.[home] ?? report.at)));
}

const asMs = (ns: number | undefined): number | undefined => (ns === undefined ? undefined : toMs(ns));

/** The figures that were compared, factors applied: a rival and a new home count by their recent best, the home by this report. */
function figures(evidence: Evidence, home: RegionId | undefined, previous: RegionId | undefined, candidate: RegionId | undefined): Decision['why'] {
  const { now, best, edition } = evidence;
  const figures: Record<string, number | string> = { answered: now.size };
  const homeNow = now.get(home ?? '');
  const previousNow = now.get(previous ?? '');
  if (homeNow !== undefined) figures['homeMs'] = toMs(homeNow);
  else if (home !== undefined && heardAgoMs(evidence, home) < Infinity) figures['heardAgoMs'] = Math.max(0, heardAgoMs(evidence, home));
  if (candidate !== undefined && candidate !== home) {
    const bestNs = best.get(candidate) ?? 0;
    figures['best'] = candidate;
    figures['bestMs'] = toMs(bestNs);
    if (homeNow !== undefined) {
      figures['aheadMs'] = toMs(homeNow - bestNs);
      figures['movesAtMs'] = toMs(Math.max(edition.absoluteGainNs, homeNow - twoThirds(homeNow)));
    }
  } else if (home !== previous && previousNow) {
    figures['gainMs'] = toMs(previousNow - (best.get(home ?? '') ?? 0));
  }
  return figures;
}
