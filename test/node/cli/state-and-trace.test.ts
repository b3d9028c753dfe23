import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatRelayMap, type Report } from '../../../core/index.ts';
import { createLab, type Lab } from '../../../lab/index.ts';
import { canMakeTerminal, jsonLinesOf, run } from './run-command.ts';
import { objectOf, readResult, type Result } from './results.ts';

let lab: Lab;
let folder: string;
let labFile: string;

beforeAll(async () => {
  lab = await createLab({ relays: [{ code: 'fra', rttMs: 5 }, { code: 'par', rttMs: 40 }, { code: 'nyc', rttMs: 50 }] });
});
afterAll(() => lab.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'state-'));
  labFile = join(folder, 'lab.json');
  await writeFile(labFile, JSON.stringify(formatRelayMap(lab.map)));
  return () => rm(folder, { recursive: true });
});

async function check(...flags: string[]): Promise<Result[]> {
  const { code, stdout, stderr } = await run(['check', '--map', labFile, '--no-checks', '--format', 'json-line', ...flags]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return jsonLinesOf(stdout).map(readResult);
}

describe('--state', () => {
  const corrupt = '{"version":1,"clientKey":';
  const newer = '{"version":2,"of":"the future"}';

  it('the home is remembered by the next process, which begins with all regions all the same', async () => {
    const file = join(folder, 'state');
    const [first] = await check('--state', file);
    const [second] = await check('--state', file);
    expect([first?.report.full, first?.decision.changed]).toEqual([true, true]);
    expect(second).toMatchObject({ report: { full: true }, decision: { home: '1', previous: '1', changed: false, reason: 'nearest' } });
    const saved = await readFile(file, 'utf8');
    expect(JSON.parse(saved)).toMatchObject({ version: 1, networks: [{ home: '1', strategy: 'steady' }] });
    for (const { report } of [first, second].filter((result) => result !== undefined)) expect(saved).not.toContain(report.globalV4);
    expect(await readdir(folder)).toEqual(['lab.json', 'state']);
  });

  it.each([['corrupt', corrupt], ['corrupt', '\u0000'], ['newer', newer]])('%s: it is kept aside, and a new one begun', async (reason, text) => {
    const file = join(folder, 'state');
    await writeFile(file, text);
    const [result] = await check('--state', file);
    expect(result).toMatchObject({ report: { full: true }, decision: { home: '1', changed: true } });
    expect(await readFile(`${file}.${reason}.1`, 'utf8')).toBe(text);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: 1 });
  });

  it.each([
    ['a folder that is not there', 'none/state'],
    ['a file where a folder should be', 'lab.json/state'],
    ['a folder in its place', 'taken'],
  ])('%s: nothing is remembered, and it goes on', async (_, name) => {
    await mkdir(join(folder, 'taken'));
    const before = await readdir(folder);
    const results = await check('--state', join(folder, name), '--repeat', '2', '--interval', '0');
    expect(results.map(({ decision }) => decision.home)).toEqual(['1', '1']);
    expect(await readdir(folder)).toEqual(before);
  });
});

it.runIf(canMakeTerminal)('says on a terminal that nothing could be remembered', async () => {
  const { stdout } = await run(['check', '--map', labFile, '--no-checks', '--format', 'concise', '--state', join(folder, 'none/state')], { terminal: true });
  expect(stdout).toContain('note: not remembered: ');
});

describe('--trace', () => {
  const linesIn = async (file: string) => jsonLinesOf(await readFile(file, 'utf8'));

  it('records what was seen and decided, line by line, without public addresses', async () => {
    const file = join(folder, 'trace.jsonl');
    const results = await check('--trace', file, '--repeat', '2', '--interval', '0');
    const lines = await linesIn(file);
    expect(lines.map(({ type }) => type)).toEqual(['trace', 'report', 'decision', 'report', 'decision']);
    expect(lines[0]).toMatchObject({ version: 1, strategy: 'steady', options: {}, state: { window: [] }, map: { version: 1, regions: [{ code: 'fra' }, { code: 'par' }, { code: 'nyc' }] } });
    const reports = lines.filter(({ type }) => type === 'report');
    for (const [index, { at, report, context }] of reports.entries()) {
      const { globalV4, globalV6: _v6, globalCounters: _counters, ...shown } = results[index]?.report ?? objectOf(undefined) as Report;
      expect(globalV4).toBeDefined();
      // The result has its figures to the nanosecond.
      expect(JSON.parse(JSON.stringify(report, (_key, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(6)) : value)))).toEqual({ ...shown, mapSource: labFile });
      expect(at).toBe((report as Report).at);
      expect(context).toMatchObject({ full: index === 0, families: {}, clientKey: expect.any(String), chance: expect.any(Number) });
      for (const name of ['map', 'last']) expect(context).not.toHaveProperty(name);
      for (const name of ['globalV4', 'globalV6', 'globalCounters']) expect(report).not.toHaveProperty(name);
    }
    const decisions = lines.filter(({ type }) => type === 'decision').map(({ decision }) => decision as Result['decision']);
    expect(decisions.map(({ home, sentence }) => [home, sentence])).toEqual(results.map(({ decision }) => [decision.home, decision.sentence]));
    const text = await readFile(file, 'utf8');
    for (const { report } of results) expect(text).not.toContain(report.globalV4);
  });

  it('with them where asked', async () => {
    const file = join(folder, 'trace.jsonl');
    const [result] = await check('--trace', file, '--trace-addresses');
    expect((await linesIn(file))[1]).toMatchObject({ report: { globalV4: result?.report.globalV4, globalCounters: result?.report.globalCounters } });
  });

  it('an old one is replaced by a run, and left alone by a command that is refused', async () => {
    const file = join(folder, 'trace.jsonl');
    await check('--trace', file);
    const text = await readFile(file, 'utf8');
    expect(await run(['check', '--map', labFile, '--trace', file, '--force', 'nowhere'])).toMatchObject({ code: 2 });
    expect(await run(['check', '--map', labFile, '--trace', file, '--fake', 'nowhere=1'])).toMatchObject({ code: 2 });
    expect(await readFile(file, 'utf8')).toBe(text);
    await check('--trace', file);
    expect((await linesIn(file)).filter(({ type }) => type === 'trace')).toHaveLength(1);
  });
});
