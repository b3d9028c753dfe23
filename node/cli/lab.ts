import { once } from 'node:events';
import { formatRelayMap } from '../../universal/index.ts';
import { exitCodes } from './errors.ts';
import type { CommandContext } from './main.ts';
import { parse, whole } from './options.ts';
import { readFleet, startLab } from './start-lab.ts';

/** `nearest-relay lab`: relays on loopback until interrupted. Prints their relay map once they answer. */
export async function lab({ args, signal }: CommandContext): Promise<number> {
  const values = parse(args, { fleet: { type: 'string' }, port: { type: 'string' } });
  const port = values['port'] as string | undefined;
  const options = await readFleet(values['fleet'] as string | undefined);
  const relays = await startLab({ ...options, ...(port !== undefined && { port: whole('--port', port, 1, 65_000) }) }, signal);
  try {
    process.stdout.write(`${JSON.stringify(formatRelayMap(relays.map), undefined, 2)}\n`);
    if (process.stderr.isTTY) process.stderr.write(`${relays.map.regions.length} relays on loopback; Ctrl-C ends them\n`);
    if (!signal.aborted) await once(signal, 'abort');
    return exitCodes.interrupted;
  } finally {
    await relays.close();
  }
}
