import { weightedMedian } from './robust.ts';
import type { Voice } from './voices.ts';

/** An excess of this counts half of the most that one voice can say: a wild figure says little more than a bad one. */
const halfMs = 10;
/** Share of the weight that puts another region before the location's own nearest. */
const toOverrule = 2 / 3;
/** So many are chosen one by one: clients probe fewer. */
const mostChosen = 16;

/**
 * The order to probe in, as places in `excessMs`. The first is the location's own nearest, or the one
 * nearest by the median of the voices where they agree. Each next one helps those most that the ones before it help least: where
 * the clients of a location see different regions nearest, one for each is probed early, instead of the neighbours of
 * the first. That is greedy cover, the best there is within 1 − 1/e (Nemhauser, Wolsey, Fisher 1978).
 */
export function probeOrder(voices: readonly Voice[]): { readonly order: readonly number[]; readonly excessMs: readonly number[] } {
  const weights = voices.map(({ weight }) => weight);
  const excessMs = (voices[0]?.excessMs ?? []).map((_, at) => weightedMedian(voices.map((voice) => voice.excessMs[at] ?? Infinity), weights) ?? Infinity);
  // Sorting is stable: what cannot be told apart stays in the map's order.
  const byMedian = excessMs.map((_, at) => at).sort((a, b) => compare(excessMs[a] ?? Infinity, excessMs[b] ?? Infinity));
  const first = firstOf(voices, byMedian);
  if (first === undefined) return { order: [], excessMs };
  const left = new Set(byMedian.filter((at) => at !== first));
  const order = [first];
  // What each voice still lacks, between 0 and 1.
  let lacks = voices.map((voice) => lack(voice, first));
  /** Gains only shrink while others are chosen, so one that was larger before and is still is the largest. */
  const gains = new Map(byMedian.map((at) => [at, Infinity]));
  while (order.length < mostChosen && left.size > 0) {
    let best: number | undefined;
    let bestGain = -Infinity;
    for (const at of left) {
      if ((gains.get(at) ?? 0) <= bestGain) continue;
      const gain = gainOf(at);
      gains.set(at, gain);
      if (gain > bestGain) [best, bestGain] = [at, gain];
    }
    if (best === undefined || bestGain <= 0) break;
    const chosen = best;
    lacks = voices.map((voice, index) => Math.min(lacks[index] ?? 1, lack(voice, chosen)));
    left.delete(chosen);
    order.push(chosen);
  }
  return { order: [...order, ...left], excessMs };

  function gainOf(at: number): number {
    let gain = 0;
    for (let index = 0; index < voices.length; index++) {
      const voice = voices[index];
      if (voice) gain += voice.weight * Math.max(0, (lacks[index] ?? 0) - lack(voice, at));
    }
    return gain;
  }
}

/**
 * The location's own nearest, which nobody can post, unless two thirds of the weight have another one nearer. A fifth of
 * the voices that all say the same thing can turn that only where half of the others say it as well.
 */
function firstOf(voices: readonly Voice[], byMedian: readonly number[]): number | undefined {
  const [challenger] = byMedian;
  const [location] = voices;
  const own = location && location.weight > 0 ? location.excessMs.indexOf(0) : -1;
  if (own < 0 || challenger === undefined) return challenger;
  const all = voices.reduce((sum, { weight }) => sum + weight, 0);
  const agree = voices.reduce((sum, { weight, excessMs }) => sum + ((excessMs[challenger] ?? Infinity) < (excessMs[own] ?? Infinity) ? weight : 0), 0);
  return agree >= all * toOverrule ? challenger : own;
}

/** Infinity is as much as anything can lack. */
function lack({ excessMs }: Voice, at: number): number {
  const excess = Math.max(0, excessMs[at] ?? Infinity);
  return excess === Infinity ? 1 : excess / (excess + halfMs);
}

/** Infinity is equal to itself. */
const compare = (a: number, b: number): number => (a === b ? 0 : a - b);
