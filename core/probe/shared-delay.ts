import type { RegionId } from '../model/map.ts';

/** An answer, and when its probe went out, in ms since the start of the report. */
export interface Timed {
  readonly region: RegionId;
  readonly atMs: number;
  readonly ms: number;
}

/** Probes this close together stand in the same queue. */
export const roundGapMs = 5;

/** What all paths share has moved if rounds differ by more than this, by so many answers of regions that both have. */
const movedMs = 2;
const leastAnswers = 3;

/**
 * Latencies that can be held against one another although what all paths share moved while they were read: the queue of the
 * client's own line, which a probe of one region met long and that of another short. Answers of one round, whose probes left
 * together, compare as they are. Rounds are laid over one another by the regions that they have in common: the median of
 * these differences is how much longer the queue was. The result is as if all had been read in the round of the shortest queue.
 *
 * Undefined where nothing of the kind is seen: then the lowest of each region stands, as noise of a single path only adds.
 */
export function withoutSharedDelay(answers: readonly Timed[]): ReadonlyMap<RegionId, number> | undefined {
  const corrected = new Map<RegionId, number[]>();
  let shortestMs = 0;
  let longestMs = 0;
  // The largest round first: the others have most in common with it.
  for (const round of roundsOf(answers).sort((a, b) => b.length - a.length)) {
    const delays = round.flatMap(({ region, ms }) => (corrected.has(region) ? ms - median(corrected.get(region)) : []));
    if (corrected.size && delays.length < leastAnswers) continue;
    const delayMs = median(delays);
    shortestMs = Math.min(shortestMs, delayMs);
    longestMs = Math.max(longestMs, delayMs);
    for (const { region, ms } of round) corrected.set(region, [...(corrected.get(region) ?? []), ms - delayMs]);
  }
  if (longestMs - shortestMs <= movedMs) return undefined;
  return new Map([...corrected].map(([region, all]) => [region, Math.max(0, median(all) + shortestMs)]));
}

/** Answers to probes that left together; of a lone region there is nothing to compare. */
function roundsOf(answers: readonly Timed[]): Timed[][] {
  const rounds: Timed[][] = [];
  let lastMs = -Infinity;
  for (const answer of [...answers].sort((a, b) => a.atMs - b.atMs)) {
    if (answer.atMs - lastMs > roundGapMs) rounds.push([]);
    rounds.at(-1)?.push(answer);
    lastMs = answer.atMs;
  }
  return rounds.filter((round) => new Set(round.map(({ region }) => region)).size > 1);
}

/** 0 of none. */
function median(values: readonly number[] = []): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return ((sorted[sorted.length % 2 ? middle : middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
