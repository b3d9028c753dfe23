import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The command as users get it. */
const main = fileURLToPath(new URL('../../dist/node/cli/main.js', import.meta.url));

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A report ends by 5 s. */
const maxMs = 15_000;

/** Runs the built command, without what this machine's environment may say to it. It is killed if it does not end. */
export function runCommand(args: readonly string[]): Promise<Outcome> {
  if (!existsSync(main)) throw new Error(`${main} is not there: npm run build`);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NEAREST_RELAY_')));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], { env, timeout: maxMs, killSignal: 'SIGKILL' }, (_error, stdout, stderr) => {
      resolve({ exitCode: child.exitCode, stdout, stderr });
    });
  });
}
