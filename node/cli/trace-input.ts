import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { addAbortSignal, type Readable } from 'node:stream';
import { TraceError } from '../../core/judge/index.ts';
import { UsageError } from './errors.ts';
import { parseWithFiles } from './options.ts';

/** What a command that reads a trace was given. */
export interface TraceArguments {
  readonly file: string;
  readonly values: Readonly<Record<string, string | undefined>>;
}

/** Reads flags that all take a value, and the one file. Throws `UsageError`. */
export function readTraceArguments(command: string, args: readonly string[], flags: readonly string[]): TraceArguments {
  const { values, positionals } = parseWithFiles(args, Object.fromEntries(flags.map((flag) => [flag, { type: 'string' }])));
  const [file, ...more] = positionals;
  if (file === undefined) throw new UsageError(`${command} needs a file: a trace that --trace recorded, or - for standard input`);
  if (more.length) throw new UsageError(`${command} takes one file, not ${positionals.length}`);
  return { file, values: values as TraceArguments['values'] };
}

/** Reads the trace as it comes, by `read`. What is wrong with it is a `UsageError` that names the file and the line. */
export async function withTrace<T>(file: string, signal: AbortSignal, read: (trace: Readable) => Promise<T>): Promise<T> {
  const stream: Readable = addAbortSignal(signal, file === '-' ? process.stdin : createReadStream(file));
  try {
    return await read(stream);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TraceError || error instanceof RangeError) throw new UsageError(`${file}: ${error.message}`);
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new UsageError(`${file}: ${code === 'ENOENT' ? 'there is no such file' : message}`);
  } finally {
    stream.destroy();
  }
}

/** Prints line by line, no faster than the reader takes them. */
export async function printLines(lines: AsyncIterable<string>, signal: AbortSignal): Promise<void> {
  for await (const line of lines) {
    signal.throwIfAborted();
    if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain', { signal });
  }
}
