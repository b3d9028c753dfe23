import { formatMs } from '../choice/explain.ts';
import type { RegionId } from '../model/map.ts';
import { shownCode } from '../report/region-order.ts';
import { pairOf } from '../strategy/steady/kinds.ts';
import type { ReplayStep } from './playback.ts';
import { sayCount, sayDuration, sayInstant } from './story-words.ts';

/** A stretch of reports in which nothing happens but measuring, summed up. */
export interface Calm {
  add(step: ReplayStep): void;
  /** What it came to, in sentences; undefined if there was no report in it. */
  say(): string | undefined;
}

interface Rival {
  reports: number;
  mostMs: number;
}

/** `left`: the home before, so that it can be told what leaving it gained. */
export function createCalm(home: RegionId, left: RegionId | undefined): Calm {
  let first: ReplayStep | undefined;
  let latest: ReplayStep | undefined;
  let reports = 0;
  const ms = { least: Infinity, most: 0, sum: 0, count: 0 };
  const gain = { sum: 0, count: 0 };
  const rivals = new Map<RegionId, Rival>();
  let movesAtMs: number | undefined;
  let nearest = 0;
  let pinned = 0;

  function addRival({ decision: { why } }: ReplayStep): void {
    const { best, aheadMs, movesAtMs: asked } = why;
    if (typeof best !== 'string' || typeof aheadMs !== 'number' || aheadMs <= 0) return;
    const rival = rivals.get(best) ?? { reports: 0, mostMs: 0 };
    rivals.set(best, { reports: rival.reports + 1, mostMs: Math.max(rival.mostMs, aheadMs) });
    if (typeof asked === 'number') movesAtMs = asked;
  }

  function sayLatency(): string {
    if (ms.count === 0) return '';
    const [least, most] = [formatMs(ms.least), formatMs(ms.most)];
    return least === most ? ` at ${least} ms` : ` at ${least} to ${most} ms, ${formatMs(ms.sum / ms.count)} on average`;
  }

  function sayRivals(code: (id: RegionId) => string): string {
    const [top] = [...rivals].sort(([, a], [, b]) => b.reports - a.reports);
    if (!top) return pinned === reports ? ' It was pinned.' : nearest === reports ? ` It counted as the nearest in ${reports === 1 ? 'it' : 'all'}.` : '';
    const [id, { reports: count, mostMs }] = top;
    const others = rivals.size > 1 ? `, and ${sayCount(rivals.size - 1, 'other region')} at times` : '';
    return ` ${code(id)} looked nearer in ${count} of them, by ${formatMs(mostMs)} ms at most${movesAtMs === undefined ? '' : `, where a move asks ${formatMs(movesAtMs)} ms`}${others}.`;
  }

  return {
    add(step) {
      first ??= step;
      latest = step;
      reports++;
      if (step.decision.reason === 'nearest') nearest++;
      if (step.decision.reason === 'pinned') pinned++;
      const homeMs = step.report.regions[home]?.latencyMs;
      if (homeMs !== undefined) {
        ms.least = Math.min(ms.least, homeMs);
        ms.most = Math.max(ms.most, homeMs);
        ms.sum += homeMs;
        ms.count++;
      }
      const pair = left === undefined ? undefined : pairOf(step.report, left, home);
      if (pair) {
        gain.sum += pair.homeMs - pair.candidateMs;
        gain.count++;
      }
      addRival(step);
    },
    say() {
      if (!first || !latest) return undefined;
      const { map } = latest.context;
      const code = (id: RegionId): string => shownCode(map, id);
      const span = reports === 1 ? `Report ${first.number}` : `Reports ${first.number} to ${latest.number}, ${sayDuration(latest.at - first.at)}`;
      const gained = gain.count && left !== undefined ? ` ${gain.sum >= 0 ? 'That was' : 'That was a loss of'} ${formatMs(Math.abs(gain.sum) / gain.count)} ms ${gain.sum >= 0 ? 'nearer than' : 'against'} ${code(left)} on average, over ${sayCount(gain.count, 'report')} with both.` : '';
      return `${sayInstant(first.at)}  ${span}: ${code(home)} stayed home${sayLatency()}.${gained}${sayRivals(code)}`;
    },
  };
}
