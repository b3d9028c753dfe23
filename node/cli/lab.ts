import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { formatRelayMap } from '../../universal/index.ts';
import { createLab, fleet, parseFleet, type Lab, type LabOptions } from '../../lab/index.ts';
import { exitCodes, UsageError } from './errors.ts';
import type { CommandContext } from './main.ts';
import { parse, whole } from './options.ts';

/** `nearest-relay lab`: relays on loopback until interrupted. Prints their relay map once they answer. */
export async function lab({ args, signal }: CommandContext): Promise<number> {
  const values = parse(args, { fleet: { type: 'string' }, port: { type: 'string' } });
  const file = values['fleet'] as string | undefined;
  const port = values['port'] as string | undefined;
  const options: LabOptions = file === undefined ? { relays: fleet } : await readFleet(file);
  const relays = await start({ ...options, ...(port !== undefined && { port: whole('--port', port, 1, 65_000) }) }, signal);
  try {
    process.stdout.write(`${JSON.stringify(formatRelayMap(relays.map), undefined, 2)}\n`);
    if (process.stderr.isTTY) process.stderr.write(`${relays.map.regions.length} relays on loopback; Ctrl-C ends them\n`);
    if (!signal.aborted) await once(signal, 'abort');
    return exitCodes.interrupted;
  } finally {
    await relays.close();
  }
}

/** Ports that are taken, an address that is not this machine's: the user's to mend. */
async function start(options: LabOptions, signal: AbortSignal): Promise<Lab> {
  try {
    return await createLab(options, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new UsageError(`the lab cannot start: ${(error as Error).message}`);
  }
}

async function readFleet(file: string): Promise<LabOptions> {
  try {
    return parseFleet(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--fleet ${file}: ${(error as Error).message}`);
  }
}
