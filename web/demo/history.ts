import type { Decision, RegionId, RegionReport, Report } from '../../universal/index.ts';

/** A time with one home, or with none. Epoch ms. */
export interface Span {
  readonly home: RegionId | undefined;
  readonly from: number;
  to: number;
}

export interface Move {
  readonly at: number;
  readonly from: RegionId | undefined;
  readonly to: RegionId | undefined;
  readonly sentence: string;
}

/** What one strategy did. */
export interface Lane {
  readonly spans: readonly Span[];
  readonly moves: readonly Move[];
  /** Since the page was opened, those that are no longer kept included. */
  readonly moved: number;
  readonly decision: Decision | undefined;
  /** Returns the move that it is, if it is one. */
  add(report: Report, decision: Decision): Move | undefined;
}

/** Absent: it was asked, and did not answer. */
export interface Point {
  readonly at: number;
  readonly ms?: number;
}

/** How far back the page shows. */
export const keptMs: number = 5 * 60_000;

/** A list of moves that is longer is not read. */
const keptMoves = 200;

/** Reports further apart have a gap between them, in which the page was hidden, or asleep. */
const gapMs = 20_000;

/** The first choice is no move: there was no home to leave. A home that is lost is one, and so is one that is found again. */
export function createLane(): Lane {
  const spans: Span[] = [];
  const moves: Move[] = [];
  let moved = 0;
  let decision: Decision | undefined;
  return {
    spans, moves,
    get moved() { return moved; },
    get decision() { return decision; },
    add({ at }, next) {
      const isFirst = decision === undefined;
      const before = decision?.home;
      decision = next;
      const last = spans.at(-1);
      const isGap = last !== undefined && at - last.to > gapMs;
      if (last && !isGap) last.to = at;
      if (!last || isGap || last.home !== next.home) spans.push({ home: next.home, from: at, to: at });
      while (spans[0] && spans[0].to < at - keptMs) spans.shift();
      if (isFirst || before === next.home) return undefined;
      const move: Move = { at, from: before, to: next.home, sentence: next.sentence };
      moves.push(move);
      moved += 1;
      if (moves.length > keptMoves) moves.shift();
      return move;
    },
  };
}

/** Round trips of each region, whoever measured them. */
export interface Latencies {
  add(report: Report): void;
  points(id: RegionId): readonly Point[];
}

export function createLatencies(): Latencies {
  const points = new Map<RegionId, Point[]>();
  return {
    add({ at, regions }) {
      for (const [id, region] of Object.entries(regions)) {
        const own = points.get(id) ?? [];
        const { latencyMs } = region;
        if (latencyMs !== undefined) own.push({ at, ms: latencyMs });
        else if (wasSilent(region, own)) own.push({ at });
        while (own[0] && own[0].at < at - keptMs) own.shift();
        points.set(id, own);
      }
    },
    points: (id) => points.get(id) ?? [],
  };
}

/** Waited for longer than it took before. A far region that the report did not wait for has not failed to answer. */
function wasSilent({ samples, lost, atLeastMs }: RegionReport, before: readonly Point[]): boolean {
  const lastMs = before.findLast(({ ms }) => ms !== undefined)?.ms;
  return samples + lost > 0 && lastMs !== undefined && (atLeastMs ?? Infinity) > lastMs;
}
