import { parentPort, workerData } from 'node:worker_threads';
import { simulatorOf } from './simulate-job.ts';
import type { PlayedTurn, SimulateWorkerData } from './simulate-threads.ts';

// Plays turns until none is left. All threads take them from one counter, so that none waits for another.

const { job, taken } = workerData as SimulateWorkerData;
const simulator = simulatorOf(job);
for (let turn = Atomics.add(taken, 0, 1); turn < simulator.turns; turn = Atomics.add(taken, 0, 1)) {
  const message: PlayedTurn = { turn, played: simulator.play(turn) };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a rule for windows: threads have no origin
  parentPort?.postMessage(message);
}
