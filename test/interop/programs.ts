import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

const builtByCi = fileURLToPath(new URL('../../.cache/bin', import.meta.url));

/**
 * Tests that need somebody else's program. It is looked for in `.cache/bin` of the repository, where CI builds, then by the
 * variable of its name in capitals, then on PATH. Where it is absent they are skipped, and the run says how to get it.
 */
export function describeWith(name: string, howToGet: string, tests: (path: string) => void): void {
  const path = findProgram(name);
  if (path === undefined) console.warn(`${name} is not here, so the tests against it are skipped. ${howToGet}`);
  describe.skipIf(path === undefined)(name, () => tests(path ?? name));
}

function findProgram(name: string): string | undefined {
  const variable = name.toUpperCase();
  const given = process.env[variable];
  const built = join(builtByCi, name);
  if (isProgram(built)) return built;
  // A mistake must not pass for an absence, which skips tests.
  if (given && !isProgram(given)) throw new Error(`${variable}=${given}: there is no program`);
  return given || (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '').map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export interface Program {
  /** The last of what it has written, standard output and error in one. */
  log(): string;
  /** Sends it a signal, such as one that kills it, or holds it up. */
  signal(name: NodeJS.Signals): void;
  /** Ends it; resolves when it is gone. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Whether it serves, as far as one look tells. Asked until it says yes; must settle soon by itself. */
  readonly serves: () => Promise<boolean>;
  /** Where it leaves what it writes. */
  readonly cwd: string;
  /** How long it may take to serve. */
  readonly withinMs?: number;
}

/** Generous: a machine may be busy. The programs take some 20 ms. */
const startMs = 15_000;
/** A program that ignores SIGTERM for so long is killed. */
const stopMs = 2_000;
const betweenLooksMs = 5;
const maxLogCharacters = 20_000;

const running = new Map<ChildProcess, Program>();
const folders: string[] = [];
const removeFolders = (): void => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};
const giveUp = (): void => {
  for (const child of running.keys()) child.kill('SIGKILL');
  removeFolders();
};
// Nobody else ends them where the run is given up: the runner ends this process by a signal, or is itself ended by one.
process.once('exit', giveUp).once('disconnect', giveUp);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    giveUp();
    process.kill(process.pid, signal);
  });
}

/** Starts a program; resolves once it serves. If it ends before, or does not serve in time, it is gone when this rejects, and the error has its log. */
export async function startProgram(path: string, args: readonly string[], { serves, cwd, withinMs = startMs }: StartOptions): Promise<Program> {
  const child = spawn(path, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { log = (log + text).slice(-maxLogCharacters); });
  let end: string | undefined;
  const gone = new Promise<void>((resolve) => {
    const over = (how: string): void => {
      end ??= how;
      running.delete(child);
      resolve();
    };
    // `close` and not `exit`: then its last words are in the log.
    child.on('error', (error) => over(error.message)).once('close', (code, signal) => over(signal ?? `exit code ${code}`));
  });
  const program: Program = {
    log: () => log,
    signal: (name) => void child.kill(name),
    async stop() {
      if (end !== undefined) return;
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), stopMs);
      await gone;
      clearTimeout(kill);
    },
  };
  running.set(child, program);
  try {
    const lastLook = performance.now() + withinMs;
    while (!(await serves())) {
      if (end !== undefined) break;
      if (performance.now() > lastLook) throw new Error(`does not serve within ${withinMs} ms`);
      await pause(betweenLooksMs);
    }
    // Where somebody else serves there this one cannot have the port, and ends.
    await pause(betweenLooksMs);
    if (end !== undefined) throw new Error(`ended with ${end}`);
    return program;
  } catch (error) {
    await program.stop();
    throw new Error(`${basename(path)} ${args.join(' ')}: ${String(error)}\n${log}`, { cause: error });
  }
}

/** A folder for what programs read and write. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nearest-relay-interop-'));
  folders.push(folder);
  return folder;
}

/** Stops all that were started and removes the folders. For `afterAll`. */
export async function cleanUp(): Promise<void> {
  await Promise.all([...running.values()].map((program) => program.stop()));
  removeFolders();
}
