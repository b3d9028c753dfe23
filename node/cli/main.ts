#!/usr/bin/env node
import { UsageError, exitCodes, namesSource } from './errors.ts';

/** What a command is run with. */
export interface CommandContext {
  readonly args: readonly string[];
  /** Aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

type Command = (context: CommandContext) => Promise<number>;

// Loaded when asked for: the start of the command is part of its answer's time.
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  check: async () => (await import('./check.ts')).check,
  watch: async () => (await import('./watch.ts')).watch,
  lab: async () => (await import('./lab.ts')).lab,
  replay: async () => (await import('./replay.ts')).replay,
  explain: async () => (await import('./explain.ts')).explain,
  'what-if': async () => (await import('./what-if.ts')).whatIf,
  simulate: async () => (await import('./simulate.ts')).simulate,
  demo: async () => (await import('./demo.ts')).demo,
  serve: async () => (await import('./serve.ts')).serve,
};

async function main(argv: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort(new Error('interrupted'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  // A reader that has seen enough (`| head -1`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    interrupt.abort(error);
  });
  const [first, ...rest] = argv;
  if (first === '--version') return print((await import('./help.ts')).version);
  if (first === 'help' || first === '--help' || first === '-h') return print((await import('./help.ts')).help(rest[0]));
  const isNamed = first !== undefined && !first.startsWith('-');
  const name = isNamed ? first : 'check';
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) throw new UsageError(`no command ${name}: there are ${Object.keys(commands).join(', ')}; see nearest-relay --help`);
  const args = isNamed ? rest : argv;
  if (args.includes('--help') || args.includes('-h')) return print((await import('./help.ts')).help(name));
  // The library's timers keep no process alive; a command that rests between two reports is not over.
  const alive = setInterval(() => {}, 2 ** 30);
  try {
    return await (await load())({ args, signal: interrupt.signal });
  } catch (error) {
    if (interrupt.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    clearInterval(alive);
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return exitCodes.homeChosen;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`nearest-relay: ${namesSource(error.message, process.argv.slice(2), process.env)}\n`);
  process.exitCode = exitCodes.badInput;
}
