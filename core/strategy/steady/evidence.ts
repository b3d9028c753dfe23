import type { RegionId } from '../../model/map.ts';
import { own } from '../../model/own.ts';
import { candidatesKept, earlyCaution, earlyVotes, expressGain, expressNoise, expressVotes, fewestVotes, leastGainMs, leastGainShare, nearerVotes, quickGain, usualVotes, voteShare } from './constants.ts';
import { dearOf, extraVotes, newTrial, noiseMs, proofOf, type Trial } from './trial.ts';

/** Evidence for each candidate that answered together with the home. */
export type Evidence = Readonly<Record<RegionId, Trial>>;

/** The least gain worth a move from a home of that floor, ms. */
export const leastGain = (homeFloorMs: number): number => Math.max(leastGainMs, leastGainShare * homeFloorMs);

/** What evidence is judged by. */
interface Terms {
  /** The least gain worth a move. */
  readonly neededMs: number;
  /** The home's lowest of late. */
  readonly homeFloorMs: number;
  /** Soon after a start, a sleep or a change of network. */
  readonly isEarly: boolean;
}

/** So many votes, and floors that differ by so many least gains. */
interface Demand {
  readonly votes: number;
  readonly gains: number;
  /** Whether the reports must span more than a short-lived fault. */
  readonly span: 'any' | 'long';
  /** In one of them the home read no more than this. */
  readonly homeAtMostMs?: number;
}

/**
 * What it takes to move, any one of these: the more there is to gain the fewer votes, and a few where nothing older is known,
 * after a start, a sleep or a change of network, or where much is to gain from a home that reads as ever.
 */
function demands({ pairs }: Trial, { neededMs: gainMs, homeFloorMs, isEarly }: Terms, ofThese: 'pairs' | 'more'): Demand[] {
  const noise = noiseMs(pairs);
  const extra = extraVotes(noise, gainMs);
  const usual: Demand[] = [];
  for (let votes = fewestVotes; votes <= usualVotes; votes++) {
    const ease = (usualVotes - votes) / (usualVotes - fewestVotes);
    usual.push({ votes: votes + extra, gains: 1 + (quickGain - 1) * ease ** 0.63, span: 'long' });
  }
  // Of the last reports alone: the step itself is a jump. More of them like the last are quiet.
  const isQuiet = (votes: number): boolean => ofThese === 'more' || noiseMs(pairs.slice(-Math.ceil(votes))) < expressNoise * expressGain * gainMs;
  if (isQuiet(expressVotes)) usual.unshift({ votes: expressVotes, gains: expressGain, span: 'long' });
  // A home that reads as ever has no fault that would pass: the other came nearer, which noise cannot do. Early nobody knows how it ever read.
  const votes = isEarly ? earlyVotes : nearerVotes;
  if (isQuiet(votes)) usual.unshift({ votes, gains: expressGain, span: 'any', homeAtMostMs: homeFloorMs + gainMs });
  return isEarly ? [{ votes: earlyVotes + extraVotes(earlyCaution * noise, gainMs), gains: 1, span: 'any' }, ...usual] : usual;
}

/** Fewer meet no demand. */
const leastVotes = Math.min(nearerVotes, earlyVotes, expressVotes, fewestVotes);

/** The gain that is proven, or undefined where it is not enough yet. Early trust ends where reports of before could contradict. */
export function provenBy(trial: Trial, terms: Terms): number | undefined {
  if (trial.votes < leastVotes * voteShare) return dearOf(trial.pairs)?.gainMs;
  for (const { votes, gains, span, homeAtMostMs = Infinity } of demands(trial, { ...terms, isEarly: terms.isEarly && trial.pairs.length <= 2 * earlyVotes }, 'pairs')) {
    if (trial.votes < votes * voteShare) continue;
    const proof = proofOf(trial.pairs, votes, span);
    if (proof && proof.gainMs >= gains * terms.neededMs && proof.homeMs <= homeAtMostMs) return proof.gainMs;
  }
  return dearOf(trial.pairs)?.gainMs;
}

/** Votes that would suffice for a gain of that many ms, if it lasts and the home reads on as it did last. */
export function votesNeeded(trial: Trial, aheadMs: number, terms: Terms): number {
  const met = demands(trial, { ...terms, isEarly: terms.isEarly && trial.pairs.length < 2 * earlyVotes }, 'more').filter(({ gains, homeAtMostMs = Infinity }) => aheadMs >= gains * terms.neededMs && (trial.pairs.at(-1)?.[1] ?? 0) <= homeAtMostMs).map(({ votes }) => votes * voteShare);
  return Math.min(...met);
}

export const trialOf = (evidence: Evidence, id: RegionId): Trial => own(evidence, id) ?? newTrial;

/** The nearest of the candidates by what they last read: the others could not win, and a state must not grow with the map. */
export function bounded(evidence: Evidence): Evidence {
  if (Object.keys(evidence).length <= candidatesKept) return evidence;
  const last = ([, { pairs }]: [RegionId, Trial]): number => pairs.at(-1)?.[2] ?? Infinity;
  return Object.fromEntries(Object.entries(evidence).sort((a, b) => last(a) - last(b)).slice(0, candidatesKept));
}
