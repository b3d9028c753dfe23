import { describe, expect, it } from 'vitest';
import { cover, noCoverage, type Coverage } from '../../../core/judge/coverage.ts';
import { formatWhatIf, replay, whatIf, type ReplayStep, type WhatIf, type WhatIfComparison } from '../../../core/judge/index.ts';
import type { ProbeSet } from '../../../core/model/plan.ts';
import type { KindReport, Report } from '../../../core/model/report.ts';
import type { Strategy } from '../../../core/model/strategy.ts';
import { mapOf } from '../../maps.ts';
import { eventful, record, recordable } from './recorded.ts';

const made = (name: string): Strategy => recordable[name]?.() ?? expect.unreachable();

async function stepsOf(trace: string, strategy: Strategy): Promise<ReplayStep[]> {
  const steps: ReplayStep[] = [];
  for await (const step of replay(trace, { strategy })) steps.push(step);
  return steps;
}

/** What the measures mean, once more and plainly: by the homes of a whole replay, each judged by the report after it. */
function reckon(steps: readonly ReplayStep[], beside: readonly ReplayStep[]): { moves: number; meanMs: number; silentSeconds: number; recordedWorseMs: number } {
  let [moves, seconds, sum, silentSeconds, both, difference] = [0, 0, 0, 0, 0, 0];
  const homesOf = (all: readonly ReplayStep[]): (string | undefined)[] => {
    let home: string | undefined;
    return all.map(({ decision, context }) => (home = decision.home ?? (context.network?.changed ? undefined : home)));
  };
  const [homes, others] = [homesOf(steps), homesOf(beside)];
  for (let at = 1; at < steps.length; at++) {
    const [step, before] = [steps[at], steps[at - 1]];
    const [home, other] = [homes[at - 1], others[at - 1]];
    if (!step || !before || home === undefined || other === undefined || step.context.network?.changed) continue;
    if (homes[at] !== home) moves++;
    const span = (step.at - before.at) / 1_000;
    if (span > 600) continue;
    const [ms, otherMs] = [step.report.regions[home]?.latencyMs, step.report.regions[other]?.latencyMs];
    if (ms === undefined) silentSeconds += step.report.regions[home]?.lost && Object.values(step.report.regions).some(({ latencyMs }) => latencyMs !== undefined) ? span : 0;
    else [seconds, sum] = [seconds + span, sum + span * ms];
    if (ms !== undefined && otherMs !== undefined) [both, difference] = [both + span, difference + span * (otherMs - ms)];
  }
  return { moves, meanMs: sum / seconds, silentSeconds, recordedWorseMs: difference / both };
}

describe('what another strategy would have done', () => {
  it.each(['steady', 'netcheck', 'netcheck-2022'])('on a day that %s recorded', async (name) => {
    const trace = await record(made(name), eventful);
    const strategies = ['steady', 'netcheck', 'netcheck-2022'].map(made);
    const result = await whatIf(trace, { strategies });
    const own = await stepsOf(trace, made(name));
    expect(result).toMatchObject({ reports: 53, from: own[0]?.at, to: own.at(-1)?.at, recorded: { strategy: name } });
    expect(Object.keys(result.strategies)).toEqual(strategies.map((strategy) => strategy.name));
    for (const strategy of strategies) {
      const outcome = result.strategies[strategy.name];
      const { moves, meanMs, silentSeconds, recordedWorseMs } = reckon(await stepsOf(trace, strategy), own);
      expect(outcome).toMatchObject({ moves, meanMs: expect.closeTo(meanMs, 6), silentSeconds: expect.closeTo(silentSeconds, 6), recordedWorseMs: expect.closeTo(recordedWorseMs, 6) });
    }
    const { recordedWorseMs, comparedSeconds, ...same } = result.strategies[name] ?? expect.unreachable();
    expect({ strategy: name, ...same }).toEqual(result.recorded);
    expect([recordedWorseMs, comparedSeconds > 0]).toEqual([0, true]);
    expect(result.recorded.plan).toMatchObject({ covered: result.recorded.plan.planned, share: 1 });
  });

  it('of a plan that was not measured it says how much', async () => {
    const trace = await record(made('netcheck'), [{ act: 'reports', count: 6, ms: [10, 20, 30, 40, 50], apartMs: 30_000 }]);
    const eager: Strategy = { ...made('netcheck'), name: 'eager', full: () => true };
    const { strategies } = await whatIf(trace, { strategies: [eager] });
    // Five regions each time; the first report asked all of them, the others three.
    expect(strategies['eager']?.plan).toMatchObject({ planned: 30, covered: 20, share: 20 / 30 });
  });
});

describe('cover', () => {
  const map = mapOf(['fra', 'par']);
  const set = (region: string, given: Partial<ProbeSet> = {}): ProbeSet => ({ region, kind: 'stun', family: 4, probes: [0, 100, 200].map((delayMs) => ({ node: `${region}a`, delayMs })), ...given });
  const reportOf = (kinds: Record<string, Partial<KindReport>>): Report => ({
    at: 1, full: true, durationMs: 1, strategy: 's', notes: [],
    regions: { '1': { code: 'fra', samples: 0, lost: 0, doubt: [], kinds: Object.fromEntries(Object.entries(kinds).map(([kind, of]) => [kind, { samples: 0, lost: 0, ...of }])) } },
  });
  // A plain request over IPv4 is 48 bytes, over IPv6 68.
  it.each<{ name: string; sets: ProbeSet[]; kinds: Record<string, Partial<KindReport>>; is: Partial<Coverage> }>([
    { name: 'asked once', sets: [set('1')], kinds: { stun: { samples: 1, ms: 8, v4Ms: 8 } }, is: { planned: 1, covered: 1, packets: 1, bytes: 48 } },
    { name: 'lost twice, then answered', sets: [set('1')], kinds: { stun: { samples: 1, lost: 2, ms: 8, v4Ms: 8 } }, is: { planned: 1, covered: 1, packets: 3, bytes: 144 } },
    { name: 'asked more often than planned', sets: [set('1')], kinds: { stun: { samples: 1, lost: 9 } }, is: { planned: 1, covered: 1, packets: 3, bytes: 144 } },
    { name: 'another region', sets: [set('2')], kinds: { stun: { samples: 1, ms: 8, v4Ms: 8 } }, is: { planned: 1, covered: 0, packets: 0, bytes: 0 } },
    { name: 'another kind', sets: [set('1', { kind: 'https' })], kinds: { stun: { samples: 1, ms: 8, v4Ms: 8 } }, is: { planned: 1, covered: 0, packets: 0, bytes: 0 } },
    { name: 'another family', sets: [set('1', { family: 6 })], kinds: { stun: { samples: 1, ms: 8, v4Ms: 8 } }, is: { planned: 1, covered: 0, packets: 0, bytes: 0 } },
    { name: 'both families', sets: [set('1'), set('1', { family: 6 })], kinds: { stun: { samples: 2, ms: 8, v4Ms: 9, v6Ms: 8 } }, is: { planned: 2, covered: 2, packets: 2, bytes: 48 + 68 } },
    { name: 'not asked', sets: [set('1')], kinds: { stun: {} }, is: { planned: 1, covered: 0, packets: 0, bytes: 0 } },
    { name: 'HTTPS', sets: [set('1', { kind: 'https' })], kinds: { https: { samples: 1, ms: 9 } }, is: { planned: 1, covered: 1, packets: 0, bytes: 0, estimatedPackets: 12 } },
  ])('$name', ({ sets, kinds, is }) => {
    expect(cover(noCoverage, { full: true, timeoutMs: 1, sets, skipped: {} }, reportOf(kinds), map)).toMatchObject(is);
  });
});

describe('in a sentence', () => {
  const plan = { planned: 100, covered: 90, share: 0.9, packets: 1_200, bytes: 57_600, estimatedPackets: 0, estimatedBytes: 0 };
  const outcome = { moves: 1, meanMs: 12.34, knownSeconds: 1, silentSeconds: 0, plan };
  const day = (given: Partial<WhatIfComparison>): WhatIf => ({ reports: 2_880, from: 0, to: 86_400_000, recorded: { strategy: 'steady', ...outcome }, strategies: { netcheck: { ...outcome, comparedSeconds: 1, ...given } } });

  it.each<[string, Partial<WhatIfComparison>]>([
    ['netcheck would have moved 5 times, steady once, 0.4 ms worse.', { moves: 5, recordedWorseMs: 0.4 }],
    ['netcheck would have moved twice, steady once, 0.4 ms better.', { moves: 2, recordedWorseMs: -0.41 }],
    ['netcheck would never have moved, steady once, as near.', { moves: 0, recordedWorseMs: 0.04 }],
    ['netcheck would have moved 5 times, steady once.', { moves: 5 }],
  ])('%s', (sentence, given) => {
    expect(formatWhatIf(day(given)).split('\n').slice(0, 2)).toEqual(['steady was recorded: 2880 reports over 1 d.', sentence]);
  });

  it('with the figures below', () => {
    expect(formatWhatIf(day({ moves: 5, silentSeconds: 60 })).split('\n').slice(3)).toEqual([
      '                            steady*  netcheck',
      'moves                             1         5',
      'mean ms of the home            12.3      12.3',
      'home silent, s                    0        60',
      'its plan that was measured     90 %      90 %',
      'packets of that part          1,200     1,200',
      'kB of that part                57.6      57.6',
      '* as recorded',
    ]);
  });
});
