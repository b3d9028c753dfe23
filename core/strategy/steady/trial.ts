import { dearMsSeconds, dearReports, leastSpanMs, longestGapMs, mostPairs, mostVotes, noisyPatience, noisyReports, shortestGapMs } from './constants.ts';

/** A candidate held against the home: what every report in which both answered said. */
export interface Trial {
  /** Sum of the votes, from 0 to `mostVotes`. */
  readonly votes: number;
  /** Paired latencies, oldest first: when, home, candidate, and what the pair counts. */
  readonly pairs: readonly Pair[];
  /** Probes of the candidate that were lost, and all of them, of late. */
  readonly lost: number;
  readonly asked: number;
}

export type Pair = readonly [at: number, homeMs: number, candidateMs: number, weight: number];

export const newTrial: Trial = { votes: 0, pairs: [], lost: 0, asked: 0 };

/** What one report counts: one vote at the usual pace, fewer where reports come fast, more where they are rare. */
export const weightOf = (gapMs: number): number =>
  gapMs < shortestGapMs ? Math.max(0.5, gapMs / shortestGapMs) : Math.max(1, Math.min(2, gapMs / longestGapMs));

/**
 * One more pair. A difference of twice the least gain is a vote for the candidate, none at all one against it; more counts no
 * more, as queueing is heavy-tailed and one wild report is one report.
 */
export function addPair(trial: Trial, pair: Pair, gainMs: number): Trial {
  const [, homeMs, candidateMs, weight] = pair;
  const vote = weight * Math.max(-1, Math.min(1, (homeMs - candidateMs - gainMs) / gainMs));
  const pairs = trial.pairs.slice(1 - mostPairs);
  pairs.push(pair);
  return { votes: Math.max(0, Math.min(mostVotes, trial.votes + vote)), pairs, lost: trial.lost, asked: trial.asked };
}

/** How much the paired difference jumps from report to report, ms: noise that the two do not share. */
export function noiseMs(pairs: readonly Pair[]): number {
  let sum = 0;
  for (let at = 1; at < pairs.length; at++) sum += Math.abs(differenceOf(pairs[at]) - differenceOf(pairs[at - 1]));
  return pairs.length > 1 ? sum / (pairs.length - 1) : 0;
}

const differenceOf = (pair: Pair | undefined): number => (pair ? pair[1] - pair[2] : 0);

/** So many votes more are asked for where the difference is noisy against the least gain. */
export const extraVotes = (noise: number, gainMs: number): number => Math.min(noisyPatience, Math.floor((noisyReports * noise) / gainMs));

/** What the last reports prove: of how many, and what they count and span. */
interface Proof {
  /** The home's lowest less the candidate's, less what luck makes of so many. */
  readonly gainMs: number;
  readonly homeMs: number;
  readonly weight: number;
  readonly spanMs: number;
  readonly count: number;
}

/** Of the last report, of the last two, and so on: the first that is enough. */
function firstProof(pairs: readonly Pair[], isEnough: (proof: Proof) => boolean): Proof | undefined {
  const newest = pairs.at(-1);
  const proof = { gainMs: 0, homeMs: 0, weight: 0, spanMs: 0, count: 0 };
  let weight = 0;
  let homeMs = Infinity;
  let candidateMs = Infinity;
  let jumpsMs = 0;
  for (let count = 1; newest && count <= pairs.length; count++) {
    const pair = pairs[pairs.length - count];
    if (!pair) break;
    weight += pair[3];
    homeMs = Math.min(homeMs, pair[1]);
    candidateMs = Math.min(candidateMs, pair[2]);
    if (count > 1) jumpsMs += Math.abs(differenceOf(pair) - differenceOf(pairs[pairs.length - count + 1]));
    proof.gainMs = homeMs - candidateMs - jumpsMs / Math.max(1, count - 1) / count;
    proof.homeMs = homeMs;
    proof.weight = weight;
    proof.spanMs = newest[0] - pair[0];
    proof.count = count;
    if (isEnough(proof)) return proof;
  }
  return undefined;
}

/** Of the last reports that together count `votes`. Undefined where there are too few, or they are too close together. */
export function proofOf(pairs: readonly Pair[], votes: number, span: 'any' | 'long'): Proof | undefined {
  // A hair for sums of fractions.
  return firstProof(pairs, ({ weight, spanMs }) => weight >= votes - 1e-6 && (span === 'any' || spanMs >= leastSpanMs));
}

/** Of the last reports over which the home cost more than a fault that passes may cost. */
export function dearOf(pairs: readonly Pair[]): Proof | undefined {
  return firstProof(pairs, ({ count, gainMs, spanMs }) => count >= dearReports && (gainMs * spanMs) / 1_000 >= dearMsSeconds && spanMs < leastSpanMs);
}

/** Reports as these until the home is that dear, if it reads on `aheadMs` behind. */
export function reportsUntilDear(pairs: readonly Pair[], aheadMs: number): number {
  const place = pairs.findLastIndex((pair) => differenceOf(pair) < aheadMs / 2);
  const behind = pairs.slice(place + 1);
  const spanMs = (behind.at(-1)?.[0] ?? 0) - (behind[0]?.[0] ?? 0);
  const neededMs = (dearMsSeconds / aheadMs) * 1_000;
  return neededMs < leastSpanMs ? Math.max(dearReports - behind.length, Math.ceil((neededMs - spanMs) / longestGapMs)) : Infinity;
}
