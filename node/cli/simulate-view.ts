import type { Score, Simulation } from '../../core/judge/index.ts';
import { bar } from '../../core/report/bars.ts';
import { cells, fit } from '../../core/report/cells.ts';
import { painter } from '../../core/report/paint.ts';

export interface SimulationTextOptions {
  readonly colour: boolean;
  /** A bar beside each figure. */
  readonly charts: boolean;
  /** Cells of a line. */
  readonly width: number;
}

interface Measure {
  readonly label: string;
  of(score: Score): number | undefined;
}

/** Lower is better in all but the last. */
const measures: readonly Measure[] = [
  { label: 'moves a day', of: (score) => score.movesPerDay },
  { label: 'useless moves a day', of: (score) => score.uselessMovesPerDay },
  { label: 'mean regret, ms', of: (score) => score.meanRegretMs },
  { label: 'p95 regret, ms', of: (score) => score.p95RegretMs },
  { label: 'p99 regret, ms', of: (score) => score.p99RegretMs },
  { label: 'to a right move, s', of: ({ rightMoves: { count, meanSeconds } }) => (count ? meanSeconds : undefined) },
  { label: 'dead home, s a day', of: (score) => score.deadSecondsPerDay },
  { label: 'packets a day', of: (score) => score.packetsPerDay + score.estimatedPacketsPerDay },
  { label: 'kB a day', of: (score) => (score.bytesPerDay + score.estimatedBytesPerDay) / 1_000 },
  { label: 'reports a day', of: (score) => score.reportsPerDay },
];

const labelCells = Math.max(...measures.map(({ label }) => label.length));
const leastBar = 3;
const mostBar = 16;

/** A table of measures, a column a strategy; on a terminal with bars. */
export function formatSimulation({ clients, regions, hours, seed, compare, strategies }: Simulation, { colour, charts, width }: SimulationTextOptions): string {
  const paint = painter(colour);
  const columns = Object.entries(strategies);
  const figureCells = Math.max(7, ...columns.map(([name]) => (charts ? 0 : cells(name))));
  const room = Math.floor((width - labelCells) / columns.length) - figureCells - 3;
  const barCells = charts && room >= leastBar ? Math.min(mostBar, room) : 0;
  const columnCells = Math.max(figureCells + (barCells ? barCells + 1 : 0), ...columns.map(([name]) => cells(name)));
  const head = `${clients} clients, ${regions} regions, ${figure(hours)} h, seed ${seed}; ${compare === 'choice' ? 'the choice alone, on one plan and pace' : 'each with its own plan and pace'}`;
  const lines = measures.map(({ label, of }) => {
    const values = columns.map(([, score]) => of(score));
    const most = Math.max(...values.map((value) => value ?? 0));
    return `${label.padEnd(labelCells)}${values.map((value) => {
      const text = (value === undefined ? '–' : figure(value)).padStart(figureCells);
      return `  ${fit(barCells ? `${text} ${bar(value ?? 0, most, barCells)}` : text, columnCells)}`;
    }).join('')}`.trimEnd();
  });
  const names = `${' '.repeat(labelCells)}${columns.map(([name]) => `  ${barCells ? fit(name, columnCells) : fit(name.padStart(figureCells), columnCells)}`).join('')}`.trimEnd();
  return [head, '', paint('heading', names), ...lines].join('\n');
}

/** Three digits that count. */
function figure(value: number): string {
  if (value === 0) return '0';
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
