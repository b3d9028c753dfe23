import { explain as explainTrace, explainStep, formatEvidence } from '../../core/judge/index.ts';
import { exitCodes } from './errors.ts';
import type { CommandContext } from './main.ts';
import { whole } from './options.ts';
import { printLines, readTraceArguments, withTrace } from './trace-input.ts';

/** `nearest-relay explain`: a trace as a story, or one report of it with its evidence. */
export async function explain({ args, signal }: CommandContext): Promise<number> {
  const { file, values } = readTraceArguments('explain', args, ['at']);
  const at = values['at'] === undefined ? undefined : whole('--at', values['at'], 1, Number.MAX_SAFE_INTEGER);
  if (at === undefined) await withTrace(file, signal, (trace) => printLines(explainTrace(trace), signal));
  else process.stdout.write(`${formatEvidence(await withTrace(file, signal, (trace) => explainStep(trace, at)))}\n`);
  return exitCodes.homeChosen;
}
