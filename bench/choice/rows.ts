import { simulate, type Score, type World } from '../../core/judge/index.ts';
import { createScorer } from '../../core/judge/score.ts';
import { netcheck } from '../../core/strategy/netcheck/netcheck.ts';
import { steady } from '../../core/strategy/steady/steady.ts';
import type { Strategy } from '../../core/model/strategy.ts';
import { lowestNow, votes } from './baselines.ts';
import { hindsight } from './hindsight.ts';

/** Figures of each rule in one world. */
export interface WorldRows {
  readonly world: string;
  readonly compare: 'choice' | 'whole';
  readonly scores: Readonly<Record<string, Score>>;
}

/** Plays all rules: `choice` on one plan and pace, with the baselines, `whole` each with its own. */
export function judgeWorld(name: string, world: World, compare: 'choice' | 'whole', seed: number): WorldRows {
  const own = [netcheck({ edition: 2022 }), netcheck(), steady()] as Strategy[];
  const strategies = compare === 'choice' ? [lowestNow(), votes(), votes({ calm: true }), ...own] : own;
  const { strategies: scores } = simulate({ world, strategies, seed, compare });
  if (compare === 'whole') return { world: name, compare, scores };
  const [bound, usefulBound] = [createScorer(world), createScorer(world)];
  for (let index = 0; index < world.clients; index++) {
    const client = world.client(index);
    bound.add(client, hindsight(world, client));
    usefulBound.add(client, hindsight(world, client, { useful: true }));
  }
  return { world: name, compare, scores: { ...scores, hindsight: bound.score(), 'hindsight-useful': usefulBound.score() } };
}

const measures = [
  ['moves a day', 'movesPerDay'], ['useless moves a day', 'uselessMovesPerDay'], ['mean regret, ms', 'meanRegretMs'], ['p95 regret, ms', 'p95RegretMs'],
  ['p99 regret, ms', 'p99RegretMs'], ['dead home, s a day', 'deadSecondsPerDay'], ['packets a day', 'packetsPerDay'], ['reports a day', 'reportsPerDay'],
] as const;

/** Rules side by side, a line a measure. */
export function formatRows({ world, compare, scores }: WorldRows): string {
  const rules = Object.entries(scores);
  const figure = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3))));
  const shareOf = (share: number | undefined): string => (share === undefined ? '–' : figure(share));
  const cells = [
    [`${world}, ${compare === 'choice' ? 'the choice alone' : 'whole strategies'}`, ...rules.map(([rule]) => rule)],
    ...measures.map(([label, field]) => [label, ...rules.map(([, score]) => figure(score[field]))]),
    ['to a right move, s', ...rules.map(([, { rightMoves: { count, meanSeconds } }]) => (count ? figure(meanSeconds) : '–'))],
    ['right of those sure ≥ 0.95', ...rules.map(([, { calibration }]) => shareOf(calibration.find(({ sure }) => sure === 0.95)?.right))],
  ];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) => row.map((cell, column) => (column ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ')).join('\n');
}
