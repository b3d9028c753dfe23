import type { Family } from '../model/kind.ts';
import type { RegionId } from '../model/map.ts';
import type { Timed } from './shared-delay.ts';

/** An answer that this process read late. Its probe left no sooner than `atMs`, and no later than the round trip before the reading. */
export interface Late extends Timed {
  readonly readMs: number;
  readonly family: Family | undefined;
}

/** Between probes that left so shortly after one another the order of their answers is that of the round trips, as far as a choice goes. */
const togetherMs = 2;

/** What is put before another is so much before it. */
const hairMs = 0.01;

/**
 * What ranks regions whose figures were read late. What a busy process reads all at once reads alike, and what was asked last the
 * nearest; but a socket hands out answers in the order in which they came. So a region's round trip is no longer than that of one
 * which answered after it, less what it was asked sooner; and where it was asked together with one that may be the nearest, it
 * ranks before that. Regions that were read in time rank as they were read. `answers` in the order in which they were read;
 * `mostMs`: the lowest that is known of each answer's region; `isLate`: whether that was read late.
 */
export function inOrderOfAnswers(answers: readonly Late[], mostMs: (answer: Late) => number, isLate: (region: RegionId) => boolean): Map<RegionId, number> {
  const ranks = new Map(answers.map((answer) => [answer.region, mostMs(answer)]));
  const of = ({ region }: Late): number => ranks.get(region) ?? Infinity;
  const lower = (answer: Late, ms: number): void => void (isLate(answer.region) && ranks.set(answer.region, Math.min(of(answer), ms)));
  // Each family has a socket of its own.
  const sockets = [4, 6, undefined].map((family) => answers.filter((answer) => answer.family === family).toReversed());
  for (const read of sockets) {
    let cameMs = Infinity;
    for (const answer of read) {
      cameMs = Math.min(cameMs, answer.readMs - answer.ms + of(answer));
      lower(answer, cameMs - answer.atMs);
    }
  }
  const nearMs = Math.min(...ranks.values()) + togetherMs;
  for (const read of sockets) {
    const near = read.filter((answer) => of(answer) <= nearMs);
    for (const [index, answer] of near.entries()) {
      for (const after of near.slice(0, index)) if (after.readMs - after.ms - answer.atMs <= togetherMs && after.region !== answer.region) lower(answer, of(after) - hairMs);
    }
  }
  return new Map([...ranks].filter(([region]) => isLate(region)));
}
