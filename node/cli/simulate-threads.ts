import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { LatencyMatrix, Played, Simulation, Simulator } from '../../core/judge/index.ts';
import type { SimulateJob } from './simulate-job.ts';

export interface SimulateWorkerData {
  readonly job: SimulateJob;
  /** How many turns were taken, in memory that all threads share. */
  readonly taken: Int32Array;
}

/** What a thread says. */
export interface PlayedTurn {
  readonly turn: number;
  readonly played: Played;
}

/** The built thread, wherever this code runs from. */
const workerFile = (): string => createRequire(import.meta.url).resolve('#simulate-worker');

/**
 * Plays a job by so many threads, and adds it up in the simulator of the same job. Each turn is the same whoever plays it, and turns are added up in their order: the result
 * is that of one thread to the last bit. Rejects with the signal's reason once it aborts, and with what a thread failed on.
 */
export async function simulateByThreads(job: SimulateJob, simulator: Simulator, threads: number, { onProgress, signal }: { readonly onProgress: (share: number) => void; readonly signal: AbortSignal }): Promise<Simulation> {
  signal.throwIfAborted();
  const workerData: SimulateWorkerData = { job: { ...job, matrix: shared(job.matrix) }, taken: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) };
  const early = new Map<number, Played>();
  let played = 0;
  let added = 0;

  function add(message: PlayedTurn): void {
    early.set(message.turn, message.played);
    for (let next = early.get(added); next; next = early.get(added)) {
      early.delete(added);
      simulator.add(added++, next);
    }
    onProgress(++played / simulator.turns);
  }

  const workers = Array.from({ length: threads }, () => new Worker(workerFile(), { workerData, execArgv: [], name: 'nearest-relay simulate' }));
  let onAbort = (): void => {};
  try {
    await new Promise<void>((resolve, reject) => {
      onAbort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      for (const worker of workers) {
        worker.on('message', (message: PlayedTurn) => {
          add(message);
          if (added === simulator.turns) resolve();
        });
        worker.once('error', reject);
        worker.once('exit', (code) => (code === 0 ? undefined : reject(new Error(`a thread of the simulation ended with code ${code}`))));
      }
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return simulator.result();
}

/** The matrix in memory that threads share: a large one is not copied for each. */
function shared(matrix: LatencyMatrix): LatencyMatrix {
  return { ...matrix, rtt: matrix.rtt.map((row) => row.map((series) => {
    const copy = new Float64Array(new SharedArrayBuffer(series.byteLength));
    copy.set(series);
    return copy;
  })) };
}
