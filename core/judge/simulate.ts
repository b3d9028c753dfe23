import type { Strategy } from '../model/strategy.ts';
import { choiceAlone } from './choice-alone.ts';
import { play, type Played } from './play.ts';
import { relaysOf } from './relays.ts';
import { createScorer, type Score } from './score.ts';
import type { ClientWorld, World } from './world.ts';

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
  const simulator = createSimulator(options);
  for (let turn = 0; turn < simulator.turns; turn++) {
    simulator.add(turn, simulator.play(turn));
    yield (turn + 1) / simulator.turns;
  }
  return simulator.result();
}

/** A simulation by turns, one client under one strategy each, which may be played in any order and anywhere. */
export interface Simulator {
  readonly turns: number;
  /** Of the world. */
  readonly hours: number;
  /** The same for whoever asks: what it comes to is plain data, which another thread may send. */
  play(turn: number): Played;
  /** Adds up what was played. One after another from the first on: sums of fractions hang on their order. */
  add(turn: number, played: Played): void;
  result(): Simulation;
}

export function createSimulator(options: SimulateOptions): Simulator {
  const { world, seed = 1, compare = 'whole', connected = true } = options;
  const map = relaysOf(world.regions);
  const players = options.strategies.map((strategy) => ({ name: strategy.name, strategy: compare === 'choice' ? choiceAlone(strategy) : strategy, scorer: createScorer(world) }));
  const hours = world.durationMs / 3_600_000;
  let client: { readonly index: number; readonly world: ClientWorld } | undefined;

  /** Its turns come in a row. */
  function clientAt(index: number): ClientWorld {
    if (client?.index !== index) client = { index, world: world.client(index) };
    return client.world;
  }

  function turnAt(turn: number): { readonly index: number; readonly player: (typeof players)[number] } {
    const player = players[turn % players.length];
    if (!player || turn >= world.clients * players.length) throw new RangeError(`turn ${turn}: there are ${world.clients * players.length}`);
    return { index: Math.floor(turn / players.length), player };
  }

  return {
    turns: world.clients * players.length,
    hours,
    play(turn) {
      const { index, player: { strategy } } = turnAt(turn);
      return play({ world, map, client: clientAt(index), index, strategy, seed, connected });
    },
    add(turn, played) {
      const { index, player: { scorer } } = turnAt(turn);
      scorer.add(clientAt(index), played);
    },
    result: () => ({
      seed, compare,
      clients: world.clients,
      regions: world.regions.length,
      hours,
      strategies: Object.fromEntries(players.map(({ name, scorer }) => [name, scorer.score()])),
    }),
  };
}
