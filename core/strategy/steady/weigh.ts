import type { RegionId } from '../../model/map.ts';
import type { RegionReport } from '../../model/report.ts';
import { excessLoss, lossProbes, longestGapMs } from './constants.ts';
import { bounded, leastGain, trialOf, type Evidence } from './evidence.ts';
import { pairOf } from './kinds.ts';
import { favourMs, type Seen } from './seen.ts';
import { addPair, weightOf, type Trial } from './trial.ts';

/** A probe of so long ago counts half in what a candidate loses, in reports. */
const lossHalfLife = 16;

/** The evidence with this report in it. What was not asked this time keeps what it had. */
export function weigh(seen: Seen, home: RegionId, candidates: readonly RegionId[]): Evidence {
  const { state, report, ranked, floors } = seen;
  const neededMs = leastGain(floors[home] ?? ranked[home] ?? 0);
  const weight = weightOf(state.reportedAt === undefined ? longestGapMs : report.at - state.reportedAt);
  const evidence: Record<RegionId, Trial> = {};
  for (const id of Object.keys(state.evidence)) evidence[id] = withLosses(trialOf(state.evidence, id), report.regions[id]);
  for (const id of candidates) {
    const { homeMs, candidateMs } = paired(seen, home, id, neededMs);
    evidence[id] = addPair(trialOf(evidence, id), [report.at, homeMs, candidateMs, weight], neededMs);
  }
  return bounded(evidence);
}

/** Both latencies by the same kind, factors applied. Without a kind in common the difference is doubtful, and must be twice as large to count. */
function paired(seen: Seen, home: RegionId, candidate: RegionId, neededMs: number): { readonly homeMs: number; readonly candidateMs: number } {
  const { report, ranked, factorOf } = seen;
  const pair = pairOf(report, home, candidate);
  const homeMs = pair ? pair.homeMs * factorOf(home) : (ranked[home] ?? 0);
  const candidateMs = pair ? pair.candidateMs * factorOf(candidate) : (ranked[candidate] ?? 0) + neededMs;
  return { homeMs: homeMs - favourMs(seen, home, homeMs), candidateMs: candidateMs - favourMs(seen, candidate, candidateMs) };
}

function withLosses(trial: Trial, region: RegionReport | undefined): Trial {
  const asked = (region?.samples ?? 0) + (region?.lost ?? 0);
  if (asked === 0) return trial;
  const kept = 0.5 ** (1 / lossHalfLife);
  return { votes: trial.votes, pairs: trial.pairs, lost: trial.lost * kept + (region?.lost ?? 0), asked: trial.asked * kept + asked };
}

/** It loses far more of its probes than the others do together: what all lose at a moment is the client's own line. */
export function isLossy({ state }: Seen, evidence: Evidence, id: RegionId): boolean {
  const { lost, asked } = trialOf(evidence, id);
  if (asked < lossProbes) return false;
  let othersLost = 0;
  let othersAsked = 0;
  for (const other of Object.keys(evidence)) {
    if (other === id || other === state.home) continue;
    const trial = trialOf(evidence, other);
    othersLost += trial.lost;
    othersAsked += trial.asked;
  }
  return lost / asked - (othersAsked ? othersLost / othersAsked : 0) > excessLoss;
}
