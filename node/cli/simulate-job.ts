import { createSimulator, matrixWorld, type LatencyMatrix, type MatrixWorldOptions, type Simulator } from '../../core/judge/index.ts';
import { readStrategies } from './options.ts';

/** What is simulated, as another thread can be told it. */
export interface SimulateJob {
  readonly matrix: LatencyMatrix;
  readonly world: MatrixWorldOptions;
  /** Names, joined by commas. */
  readonly strategies: string;
  readonly seed: number;
  readonly compare: 'whole' | 'choice';
  readonly connected: boolean;
}

export const simulatorOf = ({ matrix, world, strategies, seed, compare, connected }: SimulateJob): Simulator =>
  createSimulator({ world: matrixWorld(matrix, world), strategies: readStrategies(strategies), seed, compare, connected });
