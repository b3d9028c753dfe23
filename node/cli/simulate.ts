import { setImmediate as turn } from 'node:timers/promises';
import { matrixWorld, readAccess, readMatrix, simulateSteps, type Simulation } from '../../core/judge/index.ts';
import { bar } from '../../core/report/bars.ts';
import { exitCodes } from './errors.ts';
import type { CommandContext } from './main.ts';
import { loadDocument } from './matrix-file.ts';
import { createScreen, type TerminalStream } from './screen.ts';
import { readSimulateOptions, type SimulateCommandOptions } from './simulate-options.ts';
import { formatSimulation } from './simulate-view.ts';
import { usesColour } from './terminal.ts';

/** `nearest-relay simulate`: strategies against a latency matrix over time. */
export async function simulate({ args, signal }: CommandContext): Promise<number> {
  const options = readSimulateOptions(args);
  const matrix = await loadDocument(options.file, signal, readMatrix);
  const base = options.base === undefined ? {} : { base: await loadDocument(options.base, signal, readMatrix) };
  const access = options.access === undefined ? {} : { access: await loadDocument(options.access, signal, readAccess) };
  const { seed, strategies, compare, connected, clients, regions, hours } = options;
  const world = matrixWorld(matrix, { seed, ...base, ...access, ...(clients !== undefined && { clients }), ...(regions !== undefined && { regions }), ...(hours !== undefined && { hours }) });
  const result = await runWithProgress(simulateSteps({ world, strategies, seed, compare, connected }), process.stderr, signal);
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

/** Runs the steps, draws how far they are on a terminal, and stops when the signal aborts. */
async function runWithProgress(steps: Generator<number, Simulation, void>, stream: TerminalStream, signal: AbortSignal): Promise<Simulation> {
  const screen = stream.isTTY ? createScreen(stream) : undefined;
  let turnedAt = performance.now();
  try {
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      if (performance.now() - turnedAt < turnMs) continue;
      screen?.draw([`${bar(value, 1, barCells).padEnd(barCells)} ${Math.floor(value * 100)} %`]);
      await turn();
      signal.throwIfAborted();
      turnedAt = performance.now();
    }
  } finally {
    screen?.erase();
  }
}
