import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runVirtually } from '../../../core/judge/virtual-run.ts';
import type { Context } from '../../../core/model/context.ts';
import { answerDueMs, type Kind } from '../../../core/model/kind.ts';
import type { RelayMap } from '../../../core/model/map.ts';
import type { Report } from '../../../core/model/report.ts';
import type { Strategy } from '../../../core/model/strategy.ts';
import { createRunner } from '../../../core/probe/run.ts';
import type { Transport } from '../../../core/probe/transport.ts';
import { netcheck } from '../../../core/strategy/netcheck/netcheck.ts';
import { steady } from '../../../core/strategy/steady/steady.ts';
import { ProbeFailure } from '../../../core/errors.ts';
import { mapOf } from '../../maps.ts';
import { virtualClock } from '../../virtual-clock.ts';

const map = mapOf(['fra', 'par', 'lon', 'nyc', 'tyo', 'syd']);

/** What the n-th probe of each region meets, by turns: ms, or nothing. */
type Fates = readonly (readonly (number | undefined)[])[];
const fate = fc.option(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 900 })), { nil: undefined, freq: 4 });
const fates: fc.Arbitrary<Fates> = fc.array(fc.array(fate, { minLength: 1, maxLength: 4 }), { minLength: map.regions.length, maxLength: map.regions.length });

const meets = (of: Fates, region: number, attempt: number): number => of[region]?.[attempt % (of[region]?.length ?? 1)] ?? Infinity;

async function runReally(strategy: Strategy, context: Context, of: Fates): Promise<{ report: Report; stop: string; udp: object; estimated: object }> {
  const clock = virtualClock();
  const attempts = new Map<number, number>();
  const transport = (kind: Kind): Transport => ({
    name: kind, kind, supports: () => true, close() {},
    async probe(node, { family, signal }) {
      const region = Number.parseInt(node.name, 10) - 1;
      const attempt = attempts.get(region) ?? 0;
      attempts.set(region, attempt + 1);
      const latencyMs = meets(of, region, attempt);
      await clock.sleep(answerDueMs(kind, latencyMs), signal);
      if (signal.aborted || latencyMs === Infinity) throw new ProbeFailure('no-answer', 'no answer', true);
      return { kind, latencyMs, ...(family && { family }), ...(kind === 'stun' && { mapped: family === 6 ? '[2001:db8::1]:1' : '192.0.2.1:1' }) };
    },
  });
  const runner = createRunner({ transports: (['stun', 'https', 'icmp', 'tcp', 'websocket'] as const).map(transport), clock });
  const state = strategy.start();
  return clock.until(runner.run({ plan: strategy.plan(state, context), context, strategy: strategy.name, next: (progress) => strategy.next(state, progress) }));
}

function runFast(strategy: Strategy, context: Context, of: Fates): ReturnType<typeof runVirtually> {
  const state = strategy.start();
  const nodeOf = (region: string, name: string) => context.map.regions.find(({ id }) => id === region)?.nodes.find((node) => node.name === name);
  return runVirtually({ plan: strategy.plan(state, context), context, strategy: strategy.name, next: (progress) => strategy.next(state, progress), nodeOf, probe: (region, _kind, _at, attempt) => meets(of, Number(region) - 1, attempt) });
}

/** Sums of ms in another order differ in their last digits. */
const rounded = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_, item: unknown) => (typeof item === 'number' ? Math.round(item * 1e3) / 1e3 : item)));

const contextOf = (of: RelayMap, given: Partial<Context> = {}): Context => ({ now: 1_000_000, full: true, map: of, families: { v4: true, v6: false }, clientKey: 'k', chance: 0.5, ...given });

describe('a report in no time is the report of the real runner', () => {
  it.each<[string, () => Strategy]>([['netcheck', () => netcheck() as Strategy], ['steady', () => steady() as Strategy]])('%s', async (_, make) => {
    await fc.assert(fc.asyncProperty(fates, fates, fc.boolean(), async (first, second, v6) => {
      const full = contextOf(map, { families: { v4: true, v6 } });
      const real = await runReally(make(), full, first);
      const fast = runFast(make(), full, first);
      expect(rounded(fast)).toEqual(rounded(real));
      const short = contextOf(map, { full: false, last: real.report, home: { region: '2' }, families: { v4: true, v6 } });
      expect(rounded(runFast(make(), short, second))).toEqual(rounded(await runReally(make(), short, second)));
    }), { numRuns: 60 });
  }, 60_000);
});
