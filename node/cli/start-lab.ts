import { readFile } from 'node:fs/promises';
import { createLab, fleet, parseFleet, type Lab, type LabOptions } from '../../lab/index.ts';
import { UsageError } from './errors.ts';

/** What `--fleet` says, else the built-in fleet. Throws `UsageError`. */
export async function readFleet(file: string | undefined): Promise<LabOptions> {
  if (file === undefined) return { relays: fleet };
  try {
    return parseFleet(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--fleet ${file}: ${(error as Error).message}`);
  }
}

/** Ports that are taken, an address that is not this machine's: the user's to mend, so a `UsageError`. */
export async function startLab(options: LabOptions, signal: AbortSignal): Promise<Lab> {
  try {
    return await createLab(options, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new UsageError(`the lab cannot start: ${(error as Error).message}`);
  }
}
