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
  const bound = createScorer(world);
  for (let index = 0; index < world.clients; index++) {
    const client = world.client(index);
    bound.add(client, hindsight(world, client));
  }
  return { world: name, compare, scores: { ...scores, hindsight: bound.score() } };
}

/** A row a measure and rule, each against netcheck of 2026 where that makes sense. */
export function benchRows({ world, compare, scores }: WorldRows): { name: string; value: number; unit: string; against: string; other: number; ratio: number }[] {
  const measures = [['moves', 'a day', 'movesPerDay'], ['useless moves', 'a day', 'uselessMovesPerDay'], ['mean regret', 'ms', 'meanRegretMs'], ['p99 regret', 'ms', 'p99RegretMs'], ['dead home', 's a day', 'deadSecondsPerDay'], ['packets', 'a day', 'packetsPerDay']] as const;
  const reference = scores['netcheck'];
  return Object.entries(scores).filter(([rule]) => rule !== 'netcheck').flatMap(([rule, score]) => measures
    .filter(([, , field]) => rule !== 'hindsight' || field !== 'packetsPerDay')
    .map(([label, unit, field]) => ({ name: `${world}, ${compare === 'choice' ? 'choice alone' : 'whole'}, ${rule}: ${label}`, value: score[field], unit, against: 'netcheck 2026', other: reference?.[field] ?? 0, ratio: score[field] / (reference?.[field] || NaN) })));
}
