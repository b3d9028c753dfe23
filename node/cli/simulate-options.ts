import { UsageError } from './errors.ts';
import { oneOf, parseWithFiles, readStrategies, strategies, whole } from './options.ts';

/** What `simulate` understands. */
export interface SimulateCommandOptions {
  readonly file: string;
  /** Names, joined by commas. */
  readonly strategies: string;
  readonly seed: number;
  readonly format: 'text' | 'json';
  readonly compare: 'whole' | 'choice';
  readonly connected: boolean;
  readonly base?: string;
  readonly access?: string;
  readonly clients?: number;
  readonly regions?: number;
  readonly hours?: number;
  /** Default: one a processor. */
  readonly threads?: number;
}

const flags = {
  strategy: { type: 'string' },
  seed: { type: 'string' },
  format: { type: 'string' },
  choice: { type: 'boolean' },
  unconnected: { type: 'boolean' },
  base: { type: 'string' },
  access: { type: 'string' },
  clients: { type: 'string' },
  regions: { type: 'string' },
  hours: { type: 'string' },
  threads: { type: 'string' },
} as const;

/** Reads the flags of `simulate`. Throws `UsageError`. */
export function readSimulateOptions(args: readonly string[]): SimulateCommandOptions {
  const { values, positionals } = parseWithFiles(args, flags);
  const text = (name: keyof typeof flags): string | undefined => values[name] as string | undefined;
  const count = (name: 'clients' | 'regions' | 'hours' | 'threads', most: number): number | undefined => (text(name) === undefined ? undefined : whole(`--${name}`, text(name) ?? '', 1, most));
  const [file, ...more] = positionals;
  if (file === undefined) throw new UsageError('simulate needs a file: a latency matrix over time, or - for standard input');
  if (more.length) throw new UsageError(`simulate takes one file, not ${positionals.length}`);
  const [base, access, clients, regions, hours, threads] = [text('base'), text('access'), count('clients', 100_000), count('regions', 200), count('hours', 24 * 366), count('threads', 256)];
  return {
    file,
    strategies: readStrategies(text('strategy') ?? Object.keys(strategies).join(',')).map(({ name }) => name).join(','),
    seed: whole('--seed', text('seed') ?? '1', 0, 2 ** 31 - 1),
    format: oneOf('--format', text('format') ?? 'text', ['text', 'json']),
    compare: values['choice'] === true ? 'choice' : 'whole',
    connected: values['unconnected'] !== true,
    ...(base !== undefined && { base }),
    ...(access !== undefined && { access }),
    ...(clients !== undefined && { clients }),
    ...(regions !== undefined && { regions }),
    ...(hours !== undefined && { hours }),
    ...(threads !== undefined && { threads }),
  };
}
