import type { Tick } from './history.ts';

/** The box that a sparkline is drawn in; the page stretches it. */
export const sparkWidth = 100;
export const sparkHeight = 24;

/** Of the mark of a report without an answer, hanging from above: where a very long latency would be. */
const lostLength = 6;

/** Room for half a stroke at the edges. */
const inset = 2;

export interface Spark {
  /** Two SVG paths: the line of what was measured, broken where no answer came, and a mark for each of these. */
  readonly line: string;
  readonly lost: string;
  readonly lowestMs: number;
  readonly highestMs: number;
  readonly losses: number;
}

/**
 * Latency over time, the newest at the end. The foot is the lowest; the height spans at least as much again, so that a
 * millisecond of noise on a far region stays flat.
 */
export function spark(ticks: readonly Tick[], from: number, to: number): Spark {
  const heard = ticks.flatMap(({ ms }) => ms ?? []);
  const lowest = Math.min(...heard);
  const highest = Math.max(...heard);
  const span = Math.max(highest - lowest, lowest, 1);
  let line = '';
  let lost = '';
  let pen = 'M';
  for (const { at, ms } of ticks) {
    // A lone report stands at the end, where the newest is.
    const x = round(inset + (to > from ? (at - from) / (to - from) : 1) * (sparkWidth - 2 * inset));
    if (ms === undefined) {
      lost += `M${x} ${inset}v${lostLength}`;
      pen = 'M';
    } else {
      const y = round(sparkHeight - inset - ((ms - lowest) / span) * (sparkHeight - 2 * inset));
      // A line of no length, whose round caps are a dot: a point alone would not be drawn.
      line += pen === 'M' ? `M${x} ${y}h0` : `L${x} ${y}`;
      pen = 'L';
    }
  }
  return { line, lost, lowestMs: lowest, highestMs: highest, losses: ticks.length - heard.length };
}

const round = (value: number): number => Math.round(value * 10) / 10;
