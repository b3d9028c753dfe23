import { formatWhatIf, whatIf as askWhatIf } from '../../core/judge/index.ts';
import { exitCodes, UsageError } from './errors.ts';
import type { CommandContext } from './main.ts';
import { oneOf, readStrategies } from './options.ts';
import { readTraceArguments, withTrace } from './trace-input.ts';

/** `nearest-relay what-if`: a recorded day under other strategies. */
export async function whatIf({ args, signal }: CommandContext): Promise<number> {
  const { file, values } = readTraceArguments('what-if', args, ['strategy', 'format']);
  if (values['strategy'] === undefined) throw new UsageError('what-if needs --strategy NAME[,NAME…]: what would have decided instead');
  const strategies = readStrategies(values['strategy']);
  const format = oneOf('--format', values['format'] ?? 'text', ['text', 'json']);
  const result = await withTrace(file, signal, (trace) => askWhatIf(trace, { strategies }));
  process.stdout.write(format === 'json' ? `${JSON.stringify({ version: 1, ...result }, undefined, 2)}\n` : `${formatWhatIf(result)}\n`);
  return exitCodes.homeChosen;
}
