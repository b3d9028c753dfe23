import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { matrixWorld, readAccess, readMatrix, type World } from '../../core/judge/index.ts';
import { climates, drawnWorld } from './drawn-world.ts';
import { formatRows, judgeWorld } from './rows.ts';

/** What to judge on, from the environment. */
export interface ChoiceBenchOptions {
  /** A latency matrix over time; without it worlds are drawn. */
  readonly data?: string | undefined;
  readonly base?: string | undefined;
  readonly access?: string | undefined;
  readonly clients?: number;
  readonly seed?: number;
}

async function load<T>(file: string, read: (document: unknown) => T): Promise<T> {
  const bytes = await readFile(file);
  return read(JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()) as unknown);
}

/** The tables of `npm run bench -- choice`, as they come. */
export async function choiceBench({ data, base, access, clients = 12, seed = 1 }: ChoiceBenchOptions, print: (table: string) => void): Promise<void> {
  const worlds: [string, World][] = data === undefined
    ? Object.entries(climates).map(([name, climate]) => [name, drawnWorld(climate, { seed, clients })])
    : [[data.replace(/.*\//, ''), matrixWorld(await load(data, readMatrix), { seed, clients, ...(base !== undefined && { base: await load(base, readMatrix) }), ...(access !== undefined && { access: await load(access, readAccess) }) })]];
  for (const [name, world] of worlds) for (const compare of ['choice', 'whole'] as const) print(formatRows(judgeWorld(name, world, compare, seed)));
}
