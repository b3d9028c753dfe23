import type { RegionId } from '../model/map.ts';

/** An answer, and when its probe went out, in ms since the start of the report. */
export interface Timed {
  readonly region: RegionId;
  readonly atMs: number;
  readonly ms: number;
}

/** Probes this close together stand in the same queue. */
const roundGapMs = 5;

/** What all paths share has moved if at least so many regions read as differently as this from one probe to another. */
const movedMs = 2;
const movedShare = 0.01;
const movedRegions = 3;

/**
 * Latencies that can be held against one another although what all paths share moved while they were read: the queue of the
 * client's own line, which a probe of one region met long and that of another short. Answers of one round, whose probes left
 * together, compare as they are. Rounds are laid over one another by the regions that they have in common: the median of
 * these differences is how much longer the queue was. The result is as if all had been read in the round of the shortest queue.
 *
 * Undefined where nothing of the kind is seen: then the lowest of each region stands, as noise of a single path only adds.
 */
export function withoutSharedDelay(answers: readonly Timed[]): ReadonlyMap<RegionId, number> | undefined {
  if (!hasMoved(answers)) return undefined;
  const corrected = new Map<RegionId, number[]>();
  let shortestMs = 0;
  // The largest round first: the others have most in common with it.
  for (const round of roundsOf(answers).sort((a, b) => b.length - a.length)) {
    const delays = round.flatMap(({ region, ms }) => (corrected.has(region) ? ms - median(corrected.get(region)) : []));
    if (corrected.size && !delays.length) continue;
    const delayMs = median(delays);
    shortestMs = Math.min(shortestMs, delayMs);
    for (const { region, ms } of round) corrected.set(region, [...(corrected.get(region) ?? []), ms - delayMs]);
  }
  return new Map([...corrected].map(([region, all]) => [region, Math.max(0, median(all) + shortestMs)]));
}

function hasMoved(answers: readonly Timed[]): boolean {
  const lowest = new Map<RegionId, number>();
  const moved = new Set<RegionId>();
  for (const { region, ms } of answers) {
    const least = lowest.get(region);
    if (least !== undefined && Math.abs(ms - least) > Math.max(movedMs, movedShare * Math.min(ms, least))) moved.add(region);
    lowest.set(region, Math.min(ms, least ?? Infinity));
  }
  return moved.size >= movedRegions;
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
