import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Score, Simulation } from '../../../core/judge/index.ts';
import { cells } from '../../../core/report/cells.ts';
import { UsageError } from '../../../node/cli/errors.ts';
import { readSimulateOptions } from '../../../node/cli/simulate-options.ts';
import { formatSimulation } from '../../../node/cli/simulate-view.ts';
import { canMakeTerminal, start } from './run-command.ts';

const score = (factor: number): Score => ({
  movesPerDay: 2 * factor, uselessMovesPerDay: factor, meanRegretMs: 0.1 * factor, p95RegretMs: factor, p99RegretMs: 3 * factor, rightMoves: { count: factor > 1 ? 0 : 4, meanSeconds: 150, medianSeconds: 140 },
  deadSecondsPerDay: 0, packetsPerDay: 15_000, bytesPerDay: 720_000, estimatedPacketsPerDay: 0, estimatedBytesPerDay: 0, reportsPerDay: 3_750, calibration: [],
});
const simulation: Simulation = { seed: 1, clients: 240, regions: 16, hours: 24, compare: 'whole', strategies: { steady: score(1), netcheck: score(8), 'netcheck-2022': score(20) } };

describe('the table', () => {
  it.each([40, 60, 80, 100, 160])('keeps to %i cells, with bars where there is room', (width) => {
    const lines = formatSimulation(simulation, { colour: false, charts: true, width }).split('\n');
    for (const line of lines.slice(2)) expect(cells(line)).toBeLessThanOrEqual(Math.max(width, 64));
    expect(lines.some((line) => line.includes('█'))).toBe(width >= 60);
  });
  it('is plain where it goes to a file', () => {
    const lines = formatSimulation(simulation, { colour: false, charts: false, width: 100 }).split('\n');
    expect(lines.find((line) => line.startsWith('moves a day'))?.trim().split(/\s{2,}/)).toEqual(['moves a day', '2', '16', '40']);
    expect(lines.find((line) => line.startsWith('to a right move'))?.trim().split(/\s{2,}/)).toEqual(['to a right move, s', '150', '–', '–']);
  });
});

it.each([
  [[], /needs a file/], [['a', 'b'], /one file/], [['a', '--strategy', 'steady,best'], /not one of/], [['a', '--seed', '-1'], /seed/],
  [['a', '--seed', 'x'], /whole number/], [['a', '--format', 'xml'], /not one of/], [['a', '--clients', '0'], /--clients 0/], [['a', '--hours', '1.5'], /--hours/], [['a', '--no-such'], /no-such/],
])('refuses %j', (args, message) => {
  expect(() => readSimulateOptions(args as string[])).toThrow(UsageError);
  expect(() => readSimulateOptions(args as string[])).toThrow(message as RegExp);
});

describe('the command', () => {
  let folder: string;
  const series = (ms: number): number[] => Array.from({ length: 30 }, () => ms);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'simulate-'));
    const day = { unit: 'ms', stepSeconds: 60, clients: ['x'], relays: ['a', 'b', 'c'], rtt: [[series(10), series(20), series(30)]] };
    await writeFile(join(folder, 'day.json'), JSON.stringify(day));
    await writeFile(join(folder, 'day.json.gz'), gzipSync(JSON.stringify(day)));
    await writeFile(join(folder, 'many.json'), JSON.stringify({ rtt: Array.from({ length: 20 }, (_, client) => [10 + client, 20, 40 - client]) }));
    await writeFile(join(folder, 'wrong.json'), JSON.stringify({ ...day, stepSeconds: 0 }));
    await writeFile(join(folder, 'broken.json'), '{');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('prints JSON for machines, the same for plain and gzipped files', async () => {
    const [plain, zipped] = await Promise.all(['day.json', 'day.json.gz'].map((file) => start(['simulate', join(folder, file), '--strategy', 'steady,netcheck', '--format', 'json']).ended));
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(zipped?.stdout).toBe(plain?.stdout);
    const result = JSON.parse(plain?.stdout ?? '') as Simulation & { version: number };
    expect(result).toMatchObject({ version: 1, clients: 1, regions: 3, hours: 0.5, seed: 1 });
    expect(Object.keys(result.strategies)).toEqual(['steady', 'netcheck']);
    expect(result.strategies['steady']).toMatchObject({ movesPerDay: 0, meanRegretMs: 0 });
  });

  it('says the same by one thread and by several', async () => {
    const [one, several] = await Promise.all(['1', '2'].map((threads) => start(['simulate', join(folder, 'many.json'), '--clients', '8', '--strategy', 'steady,netcheck', '--format', 'json', '--threads', threads], { mostMs: 60_000 }).ended));
    expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(several).toEqual(one);
    expect(JSON.parse(one?.stdout ?? '')).toMatchObject({ clients: 8, hours: 24 });
  }, 60_000);

  it.skipIf(!canMakeTerminal)('shows how far its threads are, and ends them when it is interrupted', async () => {
    const command = start(['simulate', join(folder, 'many.json'), '--threads', '2', '--hours', '48'], { terminal: true, mostMs: 60_000 });
    await command.until((stdout) => stdout.includes(' %'));
    command.interrupt();
    const { code, stdout } = await command.ended;
    expect(code).toBe(130);
    expect(stdout).not.toContain('moves a day');
  }, 60_000);

  it.each([['wrong.json', /wrong\.json: stepSeconds: must be above 0/], ['broken.json', /broken\.json: not a JSON document/], ['none.json', /none\.json: there is no such file/]])('says what is wrong with %s, in one line', async (file, message) => {
    const { code, stdout, stderr } = await start(['simulate', join(folder, file)]).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(message);
  });
});
