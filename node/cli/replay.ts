import { decisionLine, formatStep, replay as replayTrace } from '../../core/judge/index.ts';
import { exitCodes, UsageError } from './errors.ts';
import type { CommandContext } from './main.ts';
import { oneOf, readStrategies } from './options.ts';
import { printLines, readTraceArguments, withTrace } from './trace-input.ts';

/** `nearest-relay replay`: the decisions of a trace, line by line. */
export async function replay({ args, signal }: CommandContext): Promise<number> {
  const { file, values } = readTraceArguments('replay', args, ['strategy', 'format']);
  const format = oneOf('--format', values['format'] ?? 'text', ['text', 'json-line']);
  const [strategy, ...more] = values['strategy'] === undefined ? [] : readStrategies(values['strategy']);
  if (more.length) throw new UsageError('replay decides by one --strategy: what-if takes several');
  const say = format === 'text' ? formatStep : decisionLine;
  await withTrace(file, signal, (trace) => printLines(said(trace), signal));
  return exitCodes.homeChosen;

  async function* said(trace: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
    for await (const step of replayTrace(trace, strategy && { strategy })) yield say(step);
  }
}
