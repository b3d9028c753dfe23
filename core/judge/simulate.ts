import type { Strategy } from '../model/strategy.ts';
import { choiceAlone } from './choice-alone.ts';
import { play } from './play.ts';
import { relaysOf } from './relays.ts';
import { createScorer, type Score } from './score.ts';
import type { World } from './world.ts';

export interface SimulateOptions {
  readonly world: World;
  /** By the names that the result has. Default: what the strategies call themselves. */
  readonly strategies: readonly Strategy[];
  /** Decides all that is drawn. Default 1. */
  readonly seed?: number;
  /** `choice`: netcheck's plan and pace for all, so that the choice alone is compared. Default `whole`: each with its own. */
  readonly compare?: 'whole' | 'choice';
  /** Whether clients hold a connection to their home and see it live and die. Default true. */
  readonly connected?: boolean;
}

export interface Simulation {
  readonly seed: number;
  readonly clients: number;
  readonly regions: number;
  readonly hours: number;
  readonly compare: 'whole' | 'choice';
  readonly strategies: Readonly<Record<string, Score>>;
}

/**
 * Plays strategies against a network over time. Each has its own homes, and with `whole` its own plan and pace; all meet
 * the same world, and a probe at the same instant the same chance.
 */
export function simulate(options: SimulateOptions): Simulation {
  const steps = simulateSteps(options);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same by small steps, one client under one strategy each, for callers that show progress or may stop: yields the share that is done. */
export function* simulateSteps(options: SimulateOptions): Generator<number, Simulation, void> {
  const { world, seed = 1, compare = 'whole', connected = true } = options;
  const map = relaysOf(world.regions);
  const players = options.strategies.map((strategy) => ({ name: strategy.name, strategy: compare === 'choice' ? choiceAlone(strategy) : strategy, scorer: createScorer(world) }));
  for (let index = 0; index < world.clients; index++) {
    const client = world.client(index);
    for (const [place, { strategy, scorer }] of players.entries()) {
      scorer.add(client, play({ world, map, client, index, strategy, seed, connected }));
      yield (index * players.length + place + 1) / (world.clients * players.length);
    }
  }
  return {
    seed, compare,
    clients: world.clients,
    regions: world.regions.length,
    hours: world.durationMs / 3_600_000,
    strategies: Object.fromEntries(players.map(({ name, scorer }) => [name, scorer.score()])),
  };
}
