import type { Family } from '../model/kind.ts';
import type { RegionId } from '../model/map.ts';
import { present } from '../model/present.ts';
import type { RegionReport } from '../model/report.ts';
import type { Timed } from './shared-delay.ts';
import type { LateAnswers } from './transport.ts';

/** An answer over UDP that this process read late. Its probe left no sooner than `atMs`, and no later than the round trip before the reading. */
export interface Late extends Timed {
  readonly readMs: number;
  readonly family: Family | undefined;
}

/** For a transport whose answers are read in the order in which they came. */
export function lateAnswers(): LateAnswers {
  const answers: Late[] = [];
  /** The most that its samples say the round trip is at the least, by region, kind and family. */
  const leastMs = new Map<string, number>();
  const key = (region: RegionId, { kind, family }: Pick<RegionReport, 'kind' | 'family'>): string => `${kind} ${family} ${region}`;

  /** What other samples say that it takes at the least is not this process's own. */
  function less(id: RegionId, region: RegionReport): RegionReport {
    const { latencyMs = 0, lateMs } = region;
    const least = lateMs && leastMs.get(key(id, region));
    if (least === undefined) return region;
    if (least < latencyMs) return { ...region, lateMs: latencyMs - least };
    return present({ ...region, lateMs: undefined, doubt: region.doubt.filter((one) => one !== 'event-loop') });
  }

  return {
    answered(region, sample, atMs, readMs) {
      const { kind, latencyMs, lateMs, family } = sample;
      leastMs.set(key(region, sample), Math.max(leastMs.get(key(region, sample)) ?? 0, latencyMs - (lateMs ?? 0)));
      if (kind === 'stun' && lateMs !== undefined) answers.push({ region, atMs, readMs, ms: latencyMs, family });
    },
    report(before) {
      if (Object.values(before).every(({ lateMs }) => lateMs === undefined)) return before;
      const regions = Object.fromEntries(Object.entries(before).map(([id, region]) => [id, less(id, region)]));
      if (Object.values(regions).some(({ rankMs }) => rankMs !== undefined)) return regions;
      for (const [id, rankMs] of inOrderOfAnswers(answers, regions)) {
        const region = regions[id];
        if (region?.kind === 'stun') regions[id] = { ...region, rankMs };
      }
      return regions;
    },
  };
}

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
