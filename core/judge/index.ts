export { simulate, simulateSteps, type SimulateOptions, type Simulation } from './simulate.ts';
export type { Score } from './score.ts';
export type { ClientWorld, World, WorldEvent } from './world.ts';
export { MatrixError, readAccess, readMatrix, type AccessBursts, type LatencyMatrix } from './matrix.ts';
export { matrixWorld, type MatrixWorldOptions } from './matrix-world.ts';
