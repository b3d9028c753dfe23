import type { RegionId } from '../model/map.ts';
import type { RegionReport } from '../model/report.ts';
import type { Late } from './transport.ts';


/** Between probes that left so shortly after one another the order of their answers is that of the round trips, as far as a choice goes. */
const togetherMs = 2;

/** What is put before another is so much before it. */
const hairMs = 0.01;

/**
 * What ranks regions whose figures were read late. What a busy process reads all at once reads alike, and what was asked last the
 * nearest; but a socket hands out answers in the order in which they came. So a region's round trip is no longer than that of one
 * which answered after it, less what it was asked sooner; and where it was asked together with one that may be the nearest, it
 * ranks before that. Regions that were read in time rank as they were read. `answers` in the order in which they were read.
 */
export function inOrderOfAnswers(answers: readonly Late[], regions: Readonly<Record<RegionId, RegionReport>>): Map<RegionId, number> {
  const isLate = (id: RegionId): boolean => regions[id]?.lateMs !== undefined;
  const ranks = new Map(answers.map(({ region }) => [region, regions[region]?.latencyMs ?? Infinity]));
  const of = ({ region }: Late): number => ranks.get(region) ?? Infinity;
  const lower = (answer: Late, ms: number): void => void (isLate(answer.region) && ranks.set(answer.region, Math.min(of(answer), ms)));
  // Each family has a socket of its own.
  const sockets = [4, 6].map((family) => answers.filter((answer) => answer.family === family && regions[answer.region]?.family === family).toReversed());
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
