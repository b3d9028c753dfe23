import { beforeAll, describe, expect, it } from 'vitest';
import { explainStep, formatEvidence, replay, type Candidate } from '../../../core/judge/index.ts';
import type { Report } from '../../../core/model/report.ts';
import type { Context } from '../../../core/model/context.ts';
import { linesOf } from '../../node/cli/run-command.ts';
import { eventful, record, recordable } from './recorded.ts';

/** Lines of a trace up to and with the report, without what was decided. */
function upTo(trace: string, number: number): string[] {
  const lines = linesOf(trace).filter((line) => !line.startsWith('{"type":"decision"'));
  let reports = 0;
  return lines.slice(0, lines.findIndex((line) => line.startsWith('{"type":"report"') && ++reports === number) + 1);
}

type ReportLine = { at: number; report: Report; context: Context };

/** The line with the region at that latency, and later. */
function changed(line: string, region: string, ms: number | undefined, laterMs: number): string {
  const { at, report, context, ...rest } = JSON.parse(line) as ReportLine;
  const { kind = 'stun', ...before } = report.regions[region] ?? { code: '', samples: 0, lost: 0, doubt: [] };
  const regions = ms === undefined ? report.regions : { ...report.regions, [region]: { ...before, kind, latencyMs: ms, samples: 1, kinds: { [kind]: { ms, samples: 1, lost: 0 } } } };
  const { changed: _changed, gapMs: _gap, ...network } = context.network ?? { id: '' };
  return JSON.stringify({ ...rest, at: at + laterMs, report: { ...report, at: report.at + laterMs, regions }, context: { ...context, now: context.now + laterMs, network: laterMs ? network : context.network } });
}

/** After how many of those reports the region is home, by a replay of the changed trace. */
async function homeAfter(lines: readonly string[], region: string, ms: number | undefined, most: number): Promise<number | undefined> {
  const last = lines.at(-1) ?? '';
  const before = lines.length - 1;
  const trace = [...lines.slice(0, before), ...Array.from({ length: most }, (_, count) => changed(last, region, ms, count * 23_000))];
  const homes: (string | undefined)[] = [];
  for await (const { decision } of replay(trace.join('\n'))) homes.push(decision.home);
  const found = homes.slice(-most).indexOf(region);
  return found < 0 ? undefined : found + 1;
}

const known = new Map<string, Promise<string>>();

/** The eventful day, recorded once by each. */
function recorded(name: string): Promise<string> {
  const trace = known.get(name) ?? record(recordable[name]?.() ?? expect.unreachable(), eventful);
  known.set(name, trace);
  return trace;
}

describe('what would have made it home is what does, in a replay', () => {
  const cases = Object.keys(recordable).flatMap((name) => [3, 12, 17, 36, 45, 47].map((number) => ({ name, number })));

  it.each(cases)('$name, report $number', async ({ name, number }) => {
    const trace = await recorded(name);
    const lines = upTo(trace, number);
    const { candidates, decision } = await explainStep(trace, number);
    expect(candidates.map(({ region }) => region).sort()).toEqual(['1', '2', '3', '4', '5']);
    expect(candidates[0]).toMatchObject({ region: decision.home, wouldWin: { how: 'home' } });
    for (const { region, wouldWin: wins } of candidates.slice(1)) {
      const after = (ms: number | undefined, most: number): Promise<number | undefined> => homeAfter(lines, region, ms, most);
      switch (wins?.how) {
        case 'wait':
          expect(await after(undefined, 60), region).toBe(wins.reports + 1);
          break;
        case 'nearer':
          if (wins.atMs !== undefined) expect([await after(wins.atMs, 1), await after(wins.atMs + 0.2, 1)], region).toEqual([1, undefined]);
          if (wins.lastingMs !== undefined) expect([await after(wins.lastingMs, 60), await after(wins.lastingMs + 0.2, 60)], region).toEqual([wins.reports, undefined]);
          break;
        default:
          expect([wins, await after(0.1, 60)], region).toEqual([{ how: 'never' }, undefined]);
      }
    }
  });
});

describe('a report as text', () => {
  let trace: string;
  beforeAll(async () => { trace = await recorded('netcheck'); });

  it('says the evidence of each candidate', async () => {
    expect(formatEvidence(await explainStep(trace, 17)).split('\n')).toEqual([
      '2023-11-14T22:20:01Z  Report 17, by netcheck: incremental, 3 regions asked, 62.7 ms.',
      'kept fra: nearest at 42.2 ms; 0 % sure.',
      '',
      'rank  region    ms  kind  lost  ahead ms  doubt   what would have made it home',
      '   2  fra     42.2  stun   0/1         –  single  it is',
      '   1  par     14.8  stun   0/1      27.4  single  2 more reports like this one',
      '   3  nyc     62.7  stun   0/1     -20.5  single  10.3 ms in this report, or 12 ms in 3 reports',
      '   –  tyo        –  –        –         –  –       an answer of 10.3 ms in this report, or 12 ms in 3 reports',
      '   –  syd        –  –        –         –  –       an answer of 10.3 ms in this report, or 12 ms in 3 reports',
    ]);
  });

  it('has votes where the strategy counts them', async () => {
    const { candidates } = await explainStep(await recorded('steady'), 12);
    const votes = Object.fromEntries(candidates.map((candidate: Candidate) => [candidate.code, candidate.votes]));
    expect(votes['par']).toBeGreaterThan(0);
    expect(votes['nyc']).toBe(0);
    expect(votes['fra']).toBeUndefined();
  });

  it.each([0, 54])('there is no report %i', async (number) => {
    await expect(explainStep(trace, number)).rejects.toThrow(new RangeError(`the trace has no report ${number}, only 53`));
  });
});
