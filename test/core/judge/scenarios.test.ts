import { describe, expect, it } from 'vitest';
import type { Strategy } from '../../../core/model/strategy.ts';
import { netcheck } from '../../../core/strategy/netcheck/netcheck.ts';
import { steady } from '../../../core/strategy/steady/steady.ts';
import { cases } from './scenario-cases.ts';
import { playScenario } from './scenario.ts';

// A busy machine takes its time; nothing here measures it.
describe.each(['netcheck', 'own'] as const)('steady on %s plan', { timeout: 120_000 }, (plan) => {
  it.each(cases)('$name', ({ scenario, moves, useless = 0, seconds, deadSeconds = 0, homes }) => {
    const outcome = playScenario(steady() as Strategy, plan, scenario);
    expect(outcome.fewest).toBeGreaterThanOrEqual(moves[0]);
    expect(outcome.most).toBeLessThanOrEqual(moves[1]);
    expect(outcome.useless).toBeLessThanOrEqual(useless);
    expect(outcome.deadSeconds).toBeLessThanOrEqual(deadSeconds);
    if (seconds !== undefined) expect(outcome.seconds).toBeLessThanOrEqual(seconds[plan === 'own' ? 1 : 0]);
    if (homes !== undefined) expect(outcome.homes).toBe(homes);
  });

  it('twelve quiet hours: no move at all', () => {
    expect(playScenario(steady() as Strategy, plan, { hours: 12 })).toMatchObject({ most: 0 });
  });
});

describe('netcheck, beside it', { timeout: 120_000 }, () => {
  it.each(cases)('$name', ({ scenario, netcheck: known }) => {
    const { fewest, most } = playScenario(netcheck() as Strategy, 'netcheck', scenario);
    expect([fewest, most]).toEqual(known);
  });
});
