import { describe, expect, it } from 'vitest';
import { spreadOver } from '../../../../core/choice/spread.ts';
import type { Context, Preferences } from '../../../../core/model/context.ts';
import type { RegionReport, Report } from '../../../../core/model/report.ts';
import { bar, isBarred, lift, type Bars } from '../../../../core/strategy/steady/bars.ts';
import { steady, type SteadyState } from '../../../../core/strategy/steady/steady.ts';
import { addPair, newTrial, proofOf, weightOf, type Trial } from '../../../../core/strategy/steady/trial.ts';
import { isUpheaval } from '../../../../core/strategy/steady/upheaval.ts';
import { mapOf } from '../../../maps.ts';

const minute = 60_000;
const codes = ['fra', 'par', 'lon'];

describe('votes', () => {
  const trialOf = (pairs: readonly (readonly [number, number])[]): Trial =>
    pairs.reduce((trial, [homeMs, candidateMs], index) => addPair(trial, [index * 20_000, homeMs, candidateMs, 1], 2), newTrial);

  it.each<[string, [number, number][], number]>([
    ['a wild report is one vote', [[500, 10]], 1],
    ['twice the least gain is a vote', [[14, 10], [14, 10]], 2],
    ['the least gain is none', [[12, 10], [12, 10]], 0],
    ['never below none', [[10, 10], [10, 10], [14, 10]], 1],
  ])('%s', (_, pairs, votes) => expect(trialOf(pairs).votes).toBeCloseTo(votes));

  it('are bounded, and so are the pairs', () => {
    const trial = trialOf(Array.from({ length: 100 }, () => [50, 10]));
    expect(trial.votes).toBe(16);
    expect(trial.pairs.length).toBe(32);
  });

  it('count by the pace', () => expect([1_000, 7_500, 20_000, 26_000, 60_000, 600_000].map(weightOf)).toEqual([0.5, 0.5, 1, 1, 2, 2]));

  it('a gain is between the lowest of the same reports, less luck, over time enough', () => {
    const { pairs } = trialOf([[30, 10], [30, 10], [30, 10], [26, 10], [30, 10], [30, 10], [30, 10]]);
    expect(proofOf(pairs, 7, 'long')?.gainMs).toBeCloseTo(16 - 8 / 6 / 7);
    expect(proofOf(pairs, 3, 'any')?.gainMs).toBe(20);
    expect(proofOf(pairs.slice(-6), 6, 'long')).toBeUndefined();
    expect(proofOf(pairs, 8, 'any')).toBeUndefined();
  });
});

it('a relay that dies again and again is barred twice as long each time', () => {
  let bars: Bars = {};
  const lengths: number[] = [];
  let at = 0;
  for (let death = 0; death < 8; death++) {
    bars = bar(bars, '1', at);
    lengths.push((bars['1']?.forMs ?? 0) / minute);
    expect(isBarred(bars, '1', at + 1)).toBe(true);
    at = (bars['1']?.until ?? 0) + minute;
    expect(isBarred(bars, '1', at)).toBe(false);
  }
  expect(lengths).toEqual([10, 20, 40, 80, 160, 320, 360, 360]);
  expect(bar(bars, '1', at + 400 * minute)['1']?.forMs).toBe(10 * minute);
  // The clock was set back by a year: no bar is that long.
  expect(isBarred(bars, '1', at - 525_600 * minute)).toBe(false);
});

it.each([
  { name: 'silent', deaths: 1, atMs: 60_000, heardMs: undefined, barred: true },
  { name: 'heard before it died', deaths: 1, atMs: 60_000, heardMs: -1_000, barred: true },
  { name: 'alive again, but just so', deaths: 1, atMs: 29_000, heardMs: 28_000, barred: true },
  { name: 'alive again, and still', deaths: 1, atMs: 30_000, heardMs: 28_000, barred: false },
  { name: 'alive again after its second death', deaths: 2, atMs: 60_000, heardMs: 59_000, barred: true },
])('a barred relay that is $name: barred $barred', ({ deaths, atMs, heardMs, barred }) => {
  let bars: Bars = {};
  let diedAt = minute;
  for (let death = 0; death < deaths; death++) {
    if (death > 0) diedAt = (lift(bars, { 1: diedAt + 30_000 }, diedAt + 30_000)['1']?.until ?? 0) + minute;
    bars = bar(death > 0 ? lift(bars, { 1: diedAt - minute }, diedAt - minute) : bars, '1', diedAt);
  }
  const at = diedAt + atMs;
  expect(isBarred(lift(bars, heardMs === undefined ? {} : { 1: diedAt + heardMs }, at), '1', at)).toBe(barred);
});

it.each<[string, Record<string, number>, boolean]>([
  ['all off, one nearer', { 1: 160, 2: 12, 3: 150 }, true],
  ['all queue alike', { 1: 200, 2: 160, 3: 190 }, false],
  ['a queue that all stood in is gone', { 1: 40, 2: 20, 3: 30 }, false],
  ['one as it was', { 1: 160, 2: 60, 3: 20 }, false],
  ['too few to tell', { 1: 160, 2: 12 }, false],
])('another network: %s', (_, now, expected) => expect(isUpheaval(now, { 1: 100, 2: 60, 3: 90 })).toBe(expected));

describe('spread', () => {
  const map = { ...mapOf(codes), regions: mapOf(codes).regions.map((region, index) => ({ ...region, weight: [1, 3, 0][index] ?? 1 })) };
  const clients = Array.from({ length: 4_000 }, (_, index) => `client ${index}`);
  it('is by weight, and stable', () => {
    const chosen = clients.map((key) => spreadOver(map, ['1', '2', '3'], key));
    const share = (id: string): number => chosen.filter((one) => one === id).length / clients.length;
    expect(share('1')).toBeCloseTo(0.25, 1);
    expect(share('2')).toBeCloseTo(0.75, 1);
    expect(share('3')).toBe(0);
    expect(clients.map((key) => spreadOver(map, ['2', '1'], key))).toEqual(chosen);
  });
  it('only of the region that left its own clients move', () => {
    const even = mapOf(codes);
    for (const key of clients.slice(0, 200)) {
      const before = spreadOver(even, ['1', '2', '3'], key);
      if (before !== '3') expect(spreadOver(even, ['1', '2'], key)).toBe(before);
    }
  });
});

describe('steady', () => {
  const map = mapOf(codes);
  const report = (at: number, ms: readonly (number | undefined)[], lost: readonly number[] = []): Report => ({
    at, full: true, durationMs: 100, strategy: 'steady', notes: [],
    regions: Object.fromEntries(map.regions.map(({ id, code }, index): [string, RegionReport] => {
      const latencyMs = ms[index];
      const kinds = { stun: { samples: latencyMs === undefined ? 0 : 1, lost: lost[index] ?? 0, ...(latencyMs !== undefined && { ms: latencyMs }) } };
      return [id, { code, kinds, doubt: [], samples: latencyMs === undefined ? 0 : 1, lost: lost[index] ?? (latencyMs === undefined ? 3 : 0), ...(latencyMs !== undefined && { latencyMs, kind: 'stun' as const }) }];
    })),
  });
  interface Turn { readonly ms: readonly (number | undefined)[]; readonly lost?: readonly number[]; readonly times?: number; readonly given?: Partial<Context>; readonly alive?: boolean }
  function play(turns: readonly Turn[], options: { spread?: boolean } = {}): { homes: (string | undefined)[]; reasons: string[]; state: SteadyState } {
    const strategy = steady(options);
    let state = strategy.start();
    let at = 1_000_000;
    const homes: (string | undefined)[] = [];
    const reasons: string[] = [];
    for (const { ms, lost, times = 1, given = {}, alive } of turns) {
      for (let turn = 0; turn < times; turn++) {
        at += 20_000;
        const home = homes.at(-1);
        const context: Context = { now: at, full: true, map, families: { v4: true, v6: false }, clientKey: 'k', chance: 0, ...(home !== undefined && { home: { region: home, ...(alive !== undefined && { alive }) } }), ...given };
        const chosen = strategy.choose(state, report(at, ms, lost), context);
        state = JSON.parse(JSON.stringify(chosen.state)) as SteadyState;
        homes.push(chosen.decision.home);
        reasons.push(chosen.decision.reason);
      }
    }
    return { homes, reasons, state };
  }
  const preferring = (preferences: Preferences): Partial<Context> => ({ preferences });

  it('leaves a home that the owner comes to avoid, for one that answered before', () => {
    const { homes, reasons } = play([{ ms: [10, 14, 20] }, { ms: [10, 14, 20], given: preferring({ avoid: ['1'] }), times: 2 }]);
    expect(homes).toEqual(['1', '2', '2']);
    expect(reasons[1]).toBe('moved-avoided');
  });

  it('drains calmly: not to a region that answers for the first time', () => {
    const { homes, reasons } = play([{ ms: [10, undefined, undefined] }, { ms: [10, 14, undefined], given: preferring({ drain: ['1'] }), times: 2 }]);
    expect(homes).toEqual(['1', '1', '2']);
    expect(reasons[2]).toBe('moved-drained');
  });

  it('prefers where it costs little', () => {
    expect(play([{ ms: [10, 11, 30], given: preferring({ prefer: ['2'] }) }]).homes).toEqual(['2']);
    expect(play([{ ms: [10, 13, 30], given: preferring({ prefer: ['2'] }) }]).homes).toEqual(['1']);
  });

  it('does not come back to a relay whose connection died because its probes look good', () => {
    const { homes } = play([{ ms: [10, 14, 20] }, { ms: [10, 14, 20], alive: false }, { ms: [10, 14, 20], times: 28 }]);
    expect(new Set(homes.slice(1))).toEqual(new Set(['2']));
  });

  it('is left at the first miss where a second kind failed as well', () => {
    const silent = report(1_040_000, [undefined, 14, 20]);
    const both: Report = { ...silent, regions: { ...silent.regions, 1: { code: 'fra', samples: 0, lost: 5, doubt: [], kinds: { stun: { samples: 0, lost: 4 }, tcp: { samples: 0, lost: 1 } } } } };
    const { state } = play([{ ms: [10, 14, 20] }]);
    const context: Context = { now: both.at, full: false, map, families: { v4: true, v6: false }, clientKey: 'k', chance: 0, home: { region: '1' } };
    expect(steady().choose(state, both, context).decision).toMatchObject({ home: '2', reason: 'moved-home-silent' });
    expect(steady().choose(state, silent, context).decision).toMatchObject({ home: '1', reason: 'missed' });
  });

  it('moves to no region that loses what others do not', () => {
    const slow = [60, 14, 80] as const;
    expect(play([{ ms: [10, 14, 20], times: 10 }, { ms: slow, lost: [0, 2, 0], times: 20 }]).homes.at(-1)).toBe('1');
    expect(play([{ ms: [10, 14, 20], times: 10 }, { ms: slow, lost: [2, 2, 2], times: 20 }]).homes.at(-1)).toBe('2');
  });

  it('remembers nothing of a network that it left', () => {
    const { state } = play([{ ms: [10, 14, 20], times: 20 }, { ms: [20, 14, 20], times: 3 }, { ms: [20, 14, 20], given: { network: { id: 'other', changed: true } } }]);
    expect(state.window).toHaveLength(1);
    expect(state.evidence['2']?.pairs).toHaveLength(1);
  });

  it('chooses anew when all changed at once', () => {
    const { homes } = play([{ ms: [10, 40, 60], times: 20 }, { ms: [80, 12, 90], times: 2 }]);
    expect(homes.slice(19)).toEqual(['1', '1', '2']);
  });

  it('spreads over what cannot be told apart, and only with the option', () => {
    expect(play([{ ms: [10, 10.5, 30] }]).homes).toEqual(['1']);
    const keys = Array.from({ length: 40 }, (_, index) => play([{ ms: [10, 10.5, 30], given: { clientKey: `k${index}` } }], { spread: true }).homes[0]);
    expect(new Set(keys)).toEqual(new Set(['1', '2']));
  });
});
