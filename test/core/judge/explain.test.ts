import { describe, expect, it } from 'vitest';
import { explain, whatIf } from '../../../core/judge/index.ts';
import { sayDuration, sayTimes } from '../../../core/judge/story-words.ts';
import type { Preferences } from '../../../core/model/context.ts';
import { eventful, record, recordable, type Act } from './recorded.ts';

async function storyIn(trace: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of explain(trace)) lines.push(line);
  return lines;
}

const recordBy = (name: string, acts: readonly Act[]): Promise<string> => record(recordable[name]?.() ?? expect.unreachable(), acts);
const storyOf = async (name: string, acts: readonly Act[]): Promise<string[]> => storyIn(await recordBy(name, acts));

describe('a story in sentences', () => {
  it('tells an eventful day', async () => {
    expect(await storyOf('netcheck', eventful)).toMatchInlineSnapshot(`
      [
        "2023-11-14T22:13:20Z  Report 1: chose fra: nearest of 4 that answered at 10.1 ms. 99 % sure.",
        "2023-11-14T22:13:45Z  Reports 2 to 18, 6 min 41 s: fra stayed home at 10.4 to 42.9 ms, 29.2 on average. It counted as the nearest in all.",
        "2023-11-14T22:20:51Z  Report 19: moved to par from fra: 28.6 ms nearer. In this report par 14.1 ms, fra 40.6 ms. 99 % sure.",
        "2023-11-14T22:21:16Z  Reports 20 to 24, 100 s: par stayed home at 12.3 to 13.7 ms, 12.8 on average. That was 28.5 ms nearer than fra on average, over 5 reports with both. It counted as the nearest in all.",
        "2023-11-14T22:23:22Z  Report 25: kept par: no answer, but its relay was heard 0.3 s ago; its connection lives.",
        "2023-11-14T22:23:47Z  Until now par had not answered for 25 s, 1 report.",
        "2023-11-14T22:23:47Z  Report 26: moved to fra: par did not answer. 99 % sure.",
        "2023-11-14T22:24:12Z  From here on: avoid par.",
        "2023-11-14T22:24:12Z  Reports 27 to 29, 50 s: fra stayed home at 40 ms. It counted as the nearest in all.",
        "2023-11-14T22:25:27Z  Another network, hotel: what was measured before does not count.",
        "2023-11-14T22:25:28Z  Report 30: chose nyc: nearest of 5 that answered at 26.7 ms. 100 % sure.",
        "2023-11-14T22:25:53Z  Reports 31 to 33, 50 s: nyc stayed home at 11.6 to 16.7 ms, 13.9 on average. It counted as the nearest in all.",
        "2023-11-14T22:27:08Z  Another network, home: what was measured before does not count.",
        "2023-11-14T22:27:08Z  Report 34: kept fra: nearest at 11 ms. 99 % sure.",
        "2023-11-14T22:27:33Z  Reports 35 to 37, 50 s: fra stayed home at 11 ms. It counted as the nearest in all.",
        "2023-11-14T23:28:48Z  The machine slept for 1 h, or its clock was set forward.",
        "2023-11-14T23:28:49Z  Reports 38 to 41, 75 s: fra stayed home at 11 ms. par looked nearer in 4 of them, by 0.5 ms at most, where a move asks 10 ms.",
        "2023-11-14T23:30:29Z  Another relay map, of 5 regions.",
        "2023-11-14T23:30:29Z  From here on nothing is asked for or avoided.",
        "2023-11-14T23:30:29Z  Report 42: moved to lon from fra: 20.8 ms nearer. In this report lon 9.9 ms, fra 30.7 ms. 99 % sure.",
        "2023-11-14T23:30:54Z  Reports 43 to 45, 50 s: lon stayed home at 9.4 to 9.9 ms, 9.6 on average. That was 21 ms nearer than fra on average, over 3 reports with both. It counted as the nearest in all.",
        "2023-11-14T23:32:09Z  From here on: avoid fra; drain fra; multiply lon by 3.",
        "2023-11-14T23:32:09Z  Report 46: moved to fra from lon: 17 ms nearer. In this report fra 10 ms, lon 9 ms. 99 % sure.",
        "2023-11-14T23:32:34Z  Reports 47 to 49, 50 s: fra stayed home at 10 ms. That was a loss of 1 ms against lon on average, over 3 reports with both. It counted as the nearest in all.",
        "2023-11-14T23:33:49Z  From here on: pin nyc; drain fra.",
        "2023-11-14T23:33:49Z  Report 50: pinned to nyc. In this report nyc 60 ms, fra 10 ms. 100 % sure.",
        "2023-11-14T23:34:14Z  Report 51: nyc stayed home at 60 ms. That was a loss of 50 ms against fra on average, over 1 report with both. lon looked nearer in 1 of them, by 51 ms at most, where a move asks 20 ms.",
        "2023-11-14T23:34:44Z  Report 52: no home: nyc did not answer, nor did another.",
        "2023-11-14T23:35:14Z  Until now there was no home for 30 s, 2 reports.",
        "In all 53 reports over 1 h 21 min on 2 networks: it moved 5 times; without an answer of a home for 55 s.",
      ]
    `);
  });

  it.each(Object.keys(recordable))('%s: each report is told once, in order', async (name) => {
    const story = await storyOf(name, eventful);
    const told = story.flatMap((line) => {
      const [, from, to = from] = /Reports? (\d+)(?: to (\d+))?[,:]/.exec(line) ?? [];
      return from === undefined ? [] : [[Number(from), Number(to)] as const];
    });
    let next = 1;
    for (const [from, to] of told) {
      // Reports of a silence are counted where it ends.
      expect(from).toBeGreaterThanOrEqual(next);
      expect(to).toBeGreaterThanOrEqual(from);
      next = to + 1;
    }
    const instants = story.slice(0, -1).map((line) => line.slice(0, 20));
    expect(instants).toEqual([...instants].sort());
    expect(story.at(-1)).toMatch(/^In all 53 reports over 1 h 21 min on 2 networks: it moved (\d times|twice|once)/);
  });

  it('of a map whose names would write on the terminal', async () => {
    const trace = await recordBy('netcheck', [{ act: 'reports', count: 12, ms: [10, 11] }, { act: 'reports', count: 20, ms: [90, 11] }]);
    const story = await storyIn(trace.replaceAll('"code":"fra"', '"code":"\\u001b[31mfra\\u0007"').replaceAll('"code":"par"', '"code":"p\\na\\u202er"'));
    expect(story.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(story.join('\n')).toContain('moved to p ar from fra');
  });

  it('of a trace without a report', async () => {
    expect(await storyOf('netcheck', [{ act: 'abort' }])).toEqual(['The trace has no report.']);
  });
});

describe('preferences', () => {
  it('are told when they change, those of nodes with those of regions', async () => {
    const reports = (count: number): Act => ({ act: 'reports', count, ms: [10, 14, 60] });
    const wish = (preferences: Preferences): Act => ({ act: 'preferences', preferences });
    const story = await storyOf('steady', [reports(3), wish({ nodes: { '1a': 'drain', '3a': 'drain', '9z': 'avoid' }, drain: ['3'] }), reports(2), wish({ nodes: { '2a': 'prefer' }, prefer: ['2', '2'] }), reports(1), wish({}), reports(1)]);
    expect(story.map((line) => line.slice(22)).filter((line) => /From here|moved to/.test(line))).toEqual([
      'From here on: avoid node 9z; drain nyc, node 1a, node 3a.',
      'Report 4: moved to par: fra is being drained. In this report par 14 ms, fra 10 ms. 98 % sure.',
      'From here on: prefer par, node 2a.',
      'From here on nothing is asked for or avoided.',
    ]);
  });

  it('are asked of every strategy', async () => {
    const trace = await recordBy('netcheck', [{ act: 'reports', count: 3, ms: [10, 14, 60] }, { act: 'preferences', preferences: { nodes: { '1a': 'drain' } } }, { act: 'reports', count: 3, ms: [10, 14, 60] }]);
    const judged = await whatIf(trace, { strategies: ['steady', 'netcheck'].map((name) => recordable[name]?.() ?? expect.unreachable()) });
    expect(Object.entries(judged.strategies).map(([name, { moves }]) => [name, moves])).toEqual([['steady', 1], ['netcheck', 0]]);
  });
});

describe('words', () => {
  it.each([[0, '0 s'], [119_499, '119 s'], [120_000, '2 min'], [125_000, '2 min 5 s'], [3_600_000, '1 h'], [5_220_000, '1 h 27 min'], [86_400_000, '1 d'], [97_200_000, '1 d 3 h']])('%i ms: %s', (ms, words) => {
    expect(sayDuration(ms)).toBe(words);
  });
  it.each([[0, 'never'], [1, 'once'], [2, 'twice'], [5, '5 times'], [1_234, '1,234 times']])('%i: %s', (count, words) => {
    expect(sayTimes(count)).toBe(words);
  });
});
