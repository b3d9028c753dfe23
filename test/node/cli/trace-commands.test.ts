import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WhatIf } from '../../../core/judge/index.ts';
import { formatRelayMap } from '../../../core/index.ts';
import { createLab, type Lab } from '../../../lab/index.ts';
import { eventful, record, recordable } from '../../core/judge/recorded.ts';
import { linesOf, run, start } from './run-command.ts';

let lab: Lab;
let folder: string;
let day: string;
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trace-'));
  lab = await createLab({ relays: [{ code: 'fra', rttMs: 5, jitterMs: 2 }, { code: 'par', rttMs: 8, lossRate: 0.2 }, { code: 'nyc', rttMs: 50 }] });
  await writeFile(file('lab.json'), JSON.stringify(formatRelayMap(lab.map)));
  day = await record(recordable['netcheck']?.() ?? expect.unreachable(), eventful);
  await writeFile(file('day.jsonl'), day);
  await writeFile(file('broken.jsonl'), day.replace('"at":', '"at"'));
  await writeFile(file('cut.jsonl'), day.slice(0, -9));
  await writeFile(file('bare.jsonl'), day.split('\n').slice(0, 1).join('\n'));
  await writeFile(file('empty.jsonl'), '');
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true, force: true });
});

const decisionsIn = (trace: string): string => linesOf(trace).filter((line) => line.startsWith('{"type":"decision"')).map((line) => `${line}\n`).join('');

describe('replay', () => {
  it.each(['steady', 'netcheck', 'netcheck-2022'])('prints the decisions of what check recorded with %s, byte for byte', async (strategy) => {
    const trace = file(`${strategy}.jsonl`);
    expect(await run(['check', '--map', file('lab.json'), '--strategy', strategy, '--no-checks', '--repeat', '6', '--interval', '0', '--trace', trace])).toMatchObject({ code: 0 });
    const replayed = await run(['replay', trace, '--format', 'json-line']);
    expect(replayed).toEqual({ code: 0, stdout: decisionsIn(await readFile(trace, 'utf8')), stderr: '' });
    expect(linesOf(replayed.stdout)).toHaveLength(6);
  });

  it('reads standard input', async () => {
    expect(await run(['replay', '-', '--format', 'json-line'], { input: day })).toEqual({ code: 0, stdout: decisionsIn(day), stderr: '' });
  });

  it('decides by another strategy', async () => {
    const { code, stdout } = await run(['replay', file('day.jsonl'), '--strategy', 'steady', '--format', 'json-line']);
    expect([code, linesOf(stdout).length]).toEqual([0, 53]);
    expect(stdout).not.toBe(decisionsIn(day));
  });

  it('says them in words, a line each', async () => {
    const { code, stdout } = await run(['replay', file('day.jsonl')]);
    expect([code, linesOf(stdout).length]).toEqual([0, 53]);
    expect(linesOf(stdout)[18]).toBe('2023-11-14T22:20:51Z     19  short  * moved to par from fra: 28.6 ms nearer; 99 % sure');
  });

  it('ends with a reader that has seen enough', async () => {
    await writeFile(file('long.jsonl'), [...linesOf(day).slice(0, 1), ...Array.from({ length: 300 }, () => linesOf(day).slice(1, 30)).flat()].join('\n'));
    const running = start(['replay', file('long.jsonl'), '--format', 'json-line']);
    await running.until((printed) => printed.includes('\n'));
    running.stopReading();
    expect((await running.ended).stderr).toBe('');
  });

  it('ends when it is interrupted', async () => {
    const running = start(['replay', '-'], { inputStaysOpen: true, input: day });
    await running.until((printed) => linesOf(printed).length === 53);
    running.interrupt();
    expect(await running.ended).toMatchObject({ code: 130, stderr: '' });
  });
});

describe('explain', () => {
  it('tells the story', async () => {
    const { code, stdout, stderr } = await run(['explain', file('day.jsonl')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Report 19: moved to par from fra: 28.6 ms nearer.');
    expect(linesOf(stdout).at(-1)).toMatch(/^In all 53 reports /);
  });

  it('shows one report', async () => {
    const { code, stdout } = await run(['explain', file('day.jsonl'), '--at', '17']);
    expect([code, linesOf(stdout).length]).toEqual([0, 9]);
    expect(stdout).toContain('2 more reports like this one');
  });
});

describe('what-if', () => {
  it('says it in a sentence and figures', async () => {
    const { code, stdout } = await run(['what-if', file('day.jsonl'), '--strategy', 'steady,netcheck-2022']);
    expect(code).toBe(0);
    expect(linesOf(stdout).slice(1, 3)).toEqual([
      expect.stringMatching(/^steady would have moved (\d times|twice|once), netcheck 5 times, \d+(\.\d)? ms (worse|better)\.$/),
      expect.stringMatching(/^netcheck-2022 would have moved (\d times|twice|once), netcheck 5 times, \d+(\.\d)? ms (worse|better)\.$/),
    ]);
  });

  it('as JSON for machines', async () => {
    const { code, stdout } = await run(['what-if', file('day.jsonl'), '--strategy', 'steady', '--format', 'json']);
    const result = JSON.parse(stdout) as WhatIf & { version: number };
    expect([code, result.version, result.reports, result.recorded.strategy, result.recorded.moves, Object.keys(result.strategies)]).toEqual([0, 1, 53, 'netcheck', 5, ['steady']]);
  });
});

describe('what cannot be', () => {
  it.each<[string[], string]>([
    [['replay'], 'replay needs a file: a trace that --trace recorded, or - for standard input'],
    [['replay', 'a', 'b'], 'replay takes one file, not 2'],
    [['replay', '{none}'], '{none}: there is no such file'],
    [['replay', '{empty.jsonl}'], '{empty.jsonl}: line 1: the trace is empty'],
    [['replay', '{broken.jsonl}'], '{broken.jsonl}: line 2: not JSON'],
    [['replay', '{cut.jsonl}'], '{cut.jsonl}: line 111: not JSON'],
    [['replay', '{lab.json}'], '{lab.json}: line 1: type: is missing'],
    [['replay', '{day.jsonl}', '--strategy', 'best'], '--strategy best: not one of steady, netcheck, netcheck-2022'],
    [['replay', '{day.jsonl}', '--strategy', 'steady,netcheck'], 'replay decides by one --strategy: what-if takes several'],
    [['replay', '{day.jsonl}', '--format', 'json'], '--format json: not one of text, json-line'],
    [['explain', '{day.jsonl}', '--at', '54'], '{day.jsonl}: the trace has no report 54, only 53'],
    [['explain', '{bare.jsonl}', '--at', '1'], '{bare.jsonl}: the trace has no report 1, only 0'],
    [['explain', '{day.jsonl}', '--at', '0'], '--at 0: must be a whole number from 1'],
    [['what-if', '{day.jsonl}'], 'what-if needs --strategy NAME[,NAME…]'],
    [['what-if', '{cut.jsonl}', '--strategy', 'steady'], '{cut.jsonl}: line 111: not JSON'],
  ])('%j', async (args, message) => {
    const named = (text: string): string => text.replace(/\{(.*?)\}/, (_, name: string) => file(name));
    const { code, stderr } = await run(args.map(named));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^nearest-relay: [^\n]*\n$/) });
    expect(stderr).toContain(named(message));
  });
});
