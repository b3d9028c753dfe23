import { fileURLToPath } from 'node:url';
import { offline } from '../workers/project.ts';
import { freePorts } from './ports.ts';
import { makeFolder, startProgram, type Program } from './programs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const wrangler = fileURLToPath(new URL('../../node_modules/wrangler/bin/wrangler.js', import.meta.url));

export interface LocalWorker extends Program {
  readonly url: string;
}

/** The Worker of that configuration, served by `wrangler dev` on loopback with these variables; what it keeps goes into a folder of its own. */
export async function startWorker(variables: Readonly<Record<string, string>>, { config = 'wrangler.toml' }: { readonly config?: string } = {}): Promise<LocalWorker> {
  Object.assign(process.env, offline);
  const [port = 0, inspector = 0] = await freePorts(2);
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram(process.execPath, [
    wrangler, 'dev', '--config', config, '--local', '--ip', '127.0.0.1', '--port', String(port), '--inspector-port', String(inspector), '--persist-to', makeFolder(), '--show-interactive-dev-session=false', '--log-level', 'warn',
    ...Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}:${value}`]),
  ], { cwd: root, withinMs: 60_000, serves: () => isHealthy(url) });
  return { ...program, url };
}

/** It answers its first request late, when it has built itself. */
async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
