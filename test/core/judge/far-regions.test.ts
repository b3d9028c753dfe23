import { expect, it } from 'vitest';
import type { Strategy } from '../../../core/model/strategy.ts';
import { unlikelyPeriod } from '../../../core/strategy/steady/constants.ts';
import { steady } from '../../../core/strategy/steady/steady.ts';
import { playScenario, type Scenario } from './scenario.ts';

const baseMs = [10, 14, 22, 28, 35, 60, 80, 90, 95, 100, 105, 110, 120, 140, 150, 160, 170, 180, 200, 220, 240, 250, 260, 280];
const elsewhereMs = [80, 100, 140, 90, 200, 12, 30, 250, 16, 45, 22, 105, 180, 60, 95, 120, 260, 150, 10, 170, 220, 110, 160, 70];
const lonelyMs = baseMs.map((ms, region) => (region === 0 ? ms : ms + 60));
/** A full report every five minutes, and a little. */
const periodSeconds = unlikelyPeriod * 320;

/** Of 24 regions without a place most are left out of full reports after half an hour. */
const cases: readonly { readonly name: string; readonly scenario: Scenario; readonly moves: readonly [number, number]; readonly seconds: number }[] = [
  { name: 'a far region becomes the best: in its turn', scenario: { hours: 4, baseMs, truth: (region, minute, ms) => (region === 17 && minute >= 121 ? 4 : ms) }, moves: [1, 1], seconds: periodSeconds },
  { name: 'a far region becomes the best, where a home is not near: in the next full report', scenario: { hours: 4, baseMs: baseMs.map((ms) => ms + 30), truth: (region, minute, ms) => (region === 9 && minute >= 121 ? 15 : ms) }, moves: [1, 1], seconds: 320 },
  { name: 'another network that nobody told of', scenario: { hours: 4, baseMs, truth: (region, minute, ms) => (minute >= 121 ? elsewhereMs[region] ?? ms : ms) }, moves: [1, 2], seconds: 300 },
  { name: 'another network, and only the home was near', scenario: { hours: 4, baseMs: lonelyMs, truth: (region, minute, ms) => (minute >= 121 ? elsewhereMs[region] ?? ms : ms) }, moves: [1, 2], seconds: 330 },
  { name: 'a lonely home gets slow', scenario: { hours: 4, baseMs: lonelyMs, truth: (region, minute, ms) => (minute >= 121 && region === 0 ? 90 : ms) }, moves: [1, 1], seconds: 240 },
];

it.each(cases)('$name', { timeout: 120_000 }, ({ scenario, moves, seconds }) => {
  const outcome = playScenario(steady() as Strategy, 'own', scenario);
  expect(outcome.fewest).toBeGreaterThanOrEqual(moves[0]);
  expect(outcome.most).toBeLessThanOrEqual(moves[1]);
  expect(outcome.useless).toBe(0);
  expect(outcome.seconds).toBeLessThanOrEqual(seconds);
});
