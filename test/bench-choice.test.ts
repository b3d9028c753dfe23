import { expect, it } from 'vitest';
import { climates, drawnWorld } from '../bench/choice/drawn-world.ts';
import { judgeWorld } from '../bench/choice/rows.ts';

it('steady moves less than netcheck where the line is noisy, and no rule beats hindsight', { timeout: 120_000 }, () => {
  const cellular = climates['cellular'];
  if (!cellular) throw new Error('no such climate');
  const world = drawnWorld(cellular, { clients: 3, hours: 8, seed: 3 });
  const { scores } = judgeWorld('cellular', world, 'choice', 3);
  const { steady, netcheck, hindsight, ...others } = scores;
  expect(steady?.movesPerDay).toBeLessThanOrEqual((netcheck?.movesPerDay ?? 0) / 5);
  expect(steady?.uselessMovesPerDay).toBeLessThanOrEqual((netcheck?.uselessMovesPerDay ?? 0) / 20);
  const cost = (score: typeof steady): number => (score?.meanRegretMs ?? 0) + ((score?.movesPerDay ?? 0) * 3_000) / 86_400;
  // One that makes no useless move pays for that, in regret.
  expect(others['hindsight-useful']?.uselessMovesPerDay).toBe(0);
  for (const score of [steady, netcheck, ...Object.values(others)]) expect(cost(hindsight)).toBeLessThanOrEqual(cost(score) + 0.01);
});
