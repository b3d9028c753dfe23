import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../../dist/node/cli/main.js');

/** How a command ended. */
export interface Ended {
  /** Absent: a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** What it has printed so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Waits until it has printed this much; fails when it ends before. */
  until(printed: (stdout: string) => boolean): Promise<void>;
  /** More input than any pipe holds: resolves when it reads. */
  untilItReads(): Promise<void>;
  interrupt(): void;
  /** As a reader that has seen enough. */
  stopReading(): void;
  readonly ended: Promise<Ended>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** All of its standard input. */
  readonly input?: string;
  /** That input does not end. */
  readonly inputStaysOpen?: boolean;
  /** On a terminal, where there is a program to make one: both its outputs are `stdout` then. */
  readonly terminal?: boolean;
  /** A command that takes longer hangs. */
  readonly mostMs?: number;
}

/** Of util-linux; other systems' takes other flags. */
const script = '/usr/bin/script';
export const canMakeTerminal: boolean = spawnSync(script, ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Starts the built command as a user's shell does, but with nothing of this process's environment. */
export function start(args: readonly string[], { env = {}, input = '', inputStaysOpen = false, terminal = false, mostMs = 15_000 }: RunOptions = {}): Running {
  const words = [process.execPath, main, ...args];
  const child = terminal
    ? spawn(script, ['-qec', `stty columns 100 rows 40; exec ${words.map(quoted).join(' ')}`, '/dev/null'], { env: { ...env, SHELL: '/bin/sh', PATH: '/usr/bin:/bin', TERM: 'xterm' }, stdio: 'pipe' })
    : spawn(process.execPath, words.slice(1), { env, stdio: 'pipe' });
  const out = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  const print = (to: keyof typeof out) => (text: string): void => {
    out[to] += text;
    for (const look of watchers) look();
  };
  child.stdout.setEncoding('utf8').on('data', print('stdout'));
  child.stderr.setEncoding('utf8').on('data', print('stderr'));
  child.stdin.on('error', () => {});
  child.stdin.write(input);
  // A terminal's input has no end, only keys.
  if (!inputStaysOpen && !terminal) child.stdin.end();
  const ended = new Promise<Ended>((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`still running after ${mostMs} ms: ${args.join(' ')}\n${out.stdout.slice(-500)}${out.stderr}`));
    }, mostMs);
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ code, ...out });
    });
  });
  return {
    get stdout() { return out.stdout; },
    get stderr() { return out.stderr; },
    async until(printed) {
      const seen = new Promise<void>((resolve) => {
        const look = (): void => {
          if (!printed(out.stdout)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      });
      const early = ended.then(({ code, stderr }): never => { throw new Error(`ended with ${code} before: ${stderr}${out.stdout.slice(-500)}`); });
      await Promise.race([seen, early]);
    },
    untilItReads: () => new Promise((resolve) => { child.stdin.write(' '.repeat(4 << 20), () => resolve()); }),
    interrupt: () => void (terminal ? child.stdin.write('\u0003') : child.kill('SIGINT')),
    stopReading: () => void child.stdout.destroy(),
    ended,
  };
}

export const run = (args: readonly string[], options?: RunOptions): Promise<Ended> => start(args, options).ended;

/** The lines of an output that is whole. */
export const linesOf = (text: string): string[] => text.split('\n').slice(0, -1);

export const jsonLinesOf = (text: string): Record<string, unknown>[] => linesOf(text).map((line) => JSON.parse(line) as Record<string, unknown>);
