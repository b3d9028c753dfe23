import { availableParallelism } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readAccess, readMatrix, type Simulation } from '../../core/judge/index.ts';
import { bar } from '../../core/report/bars.ts';
import { exitCodes } from './errors.ts';
import type { CommandContext } from './main.ts';
import { loadDocument } from './matrix-file.ts';
import { createScreen, type TerminalStream } from './screen.ts';
import { simulatorOf, type SimulateJob } from './simulate-job.ts';
import { readSimulateOptions, type SimulateCommandOptions } from './simulate-options.ts';
import { simulateByThreads } from './simulate-threads.ts';
import { formatSimulation } from './simulate-view.ts';
import { usesColour } from './terminal.ts';

/** `nearest-relay simulate`: strategies against a latency matrix over time. */
export async function simulate({ args, signal }: CommandContext): Promise<number> {
  const options = readSimulateOptions(args);
  const matrix = await loadDocument(options.file, signal, readMatrix);
  const base = options.base === undefined ? {} : { base: await loadDocument(options.base, signal, readMatrix) };
  const access = options.access === undefined ? {} : { access: await loadDocument(options.access, signal, readAccess) };
  const { seed, strategies, compare, connected, clients, regions, hours } = options;
  const world = { seed, ...base, ...access, ...(clients !== undefined && { clients }), ...(regions !== undefined && { regions }), ...(hours !== undefined && { hours }) };
  const result = await runWithProgress({ matrix, world, strategies, seed, compare, connected }, options.threads ?? availableParallelism(), process.stderr, signal);
  process.stdout.write(render(result, options));
  return exitCodes.homeChosen;
}

function render(result: Simulation, { format }: SimulateCommandOptions): string {
  if (format === 'json') return `${JSON.stringify({ version: 1, ...result }, undefined, 2)}\n`;
  const { isTTY, columns } = process.stdout;
  return `${formatSimulation(result, { colour: usesColour(process.stdout), charts: isTTY === true, width: isTTY && columns > 0 ? columns - 1 : 100 })}\n`;
}

/** Between two redraws, and two looks at whether to stop. */
const turnMs = 50;
const barCells = 30;

/** A thread takes as long to start, and to be made fast, as so many days of a client are played. */
const daysAThread = 8;

/** Plays it, draws how far it is on a terminal, and stops when the signal aborts. */
async function runWithProgress(job: SimulateJob, mostThreads: number, stream: TerminalStream, signal: AbortSignal): Promise<Simulation> {
  const screen = stream.isTTY ? createScreen(stream) : undefined;
  let drawnAt = performance.now();
  const isDue = (): boolean => performance.now() - drawnAt >= turnMs;
  const draw = (share: number): void => {
    screen?.draw([`${bar(share, 1, barCells).padEnd(barCells)} ${Math.floor(share * 100)} %`]);
    drawnAt = performance.now();
  };
  try {
    const simulator = simulatorOf(job);
    const threads = Math.min(mostThreads, Math.floor((simulator.turns * simulator.hours) / 24 / daysAThread));
    if (threads > 1) return await simulateByThreads(job, simulator, threads, { signal, onProgress: (share) => (isDue() ? draw(share) : undefined) });
    for (let turn = 0; turn < simulator.turns; turn++) {
      simulator.add(turn, simulator.play(turn));
      if (!isDue()) continue;
      draw((turn + 1) / simulator.turns);
      await nextTurn();
      signal.throwIfAborted();
    }
    return simulator.result();
  } finally {
    screen?.erase();
  }
}
