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
  /** Called after every client and strategy with the share that is done; false ends it there. */
  onProgress?(share: number): boolean | void;
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
  const { world, seed = 1, compare = 'whole', connected = true } = options;
  const map = relaysOf(world.regions);
  const players = options.strategies.map((strategy) => ({ name: strategy.name, strategy: compare === 'choice' ? choiceAlone(strategy) : strategy, scorer: createScorer(world) }));
  const total = world.clients * players.length;
  let clients = 0;
  let done = 0;
  let goesOn = true;
  for (let index = 0; index < world.clients && goesOn; index++) {
    const client = world.client(index);
    for (const { strategy, scorer } of players) {
      scorer.add(client, play({ world, map, client, index, strategy, seed, connected }));
      goesOn = options.onProgress?.(++done / total) !== false && goesOn;
    }
    clients++;
  }
  return {
    seed, clients, compare,
    regions: world.regions.length,
    hours: world.durationMs / 3_600_000,
    strategies: Object.fromEntries(players.map(({ name, scorer }) => [name, scorer.score()])),
  };
}
