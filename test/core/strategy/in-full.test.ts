import { describe, expect, it } from 'vitest';
import { createPicker } from '../../../core/picker/picker.ts';
import type { Report } from '../../../core/model/report.ts';
import type { LeastProgress, Strategy } from '../../../core/model/strategy.ts';
import { netcheck } from '../../../core/strategy/netcheck/netcheck.ts';
import { steady } from '../../../core/strategy/steady/steady.ts';
import { mapOf } from '../../maps.ts';
import { scriptedTransport, type Script } from '../../scripted-transport.ts';
import { virtualClock } from '../../virtual-clock.ts';

const strategies: Readonly<Record<string, Strategy>> = { steady: steady() as Strategy, netcheck: netcheck() as Strategy, 'netcheck-2022': netcheck({ edition: 2022 }) as Strategy };
const map = mapOf(['fra', 'par', 'nyc', 'syd']);

/** What a runner must tell, and no more. */
const least = ({ plan, elapsedMs, sets, sent, report, context, due }: LeastProgress): LeastProgress => ({
  plan: { ...plan, sets: sets ?? plan.sets }, elapsedMs, report, context, ...(due && { due }),
  sent: sent.map(({ set, node, atMs }) => ({ set, node, atMs })),
});

interface World {
  readonly stun: readonly Script[];
  readonly https: readonly Script[];
}

async function reports(strategy: Strategy, { stun, https }: World) {
  const clock = virtualClock();
  const meets = (list: readonly Script[]) => (node: string): Script => list[Number.parseInt(node, 10) - 1] ?? 'silent';
  const picker = createPicker({ map, clock, strategy, random: () => 0.5, transports: [scriptedTransport('stun', clock, meets(stun)), scriptedTransport('https', clock, meets(https))] });
  const told = [];
  for (let report = 0; report < 2; report++) {
    const { decision, timing: { totalMs: _, ...timing } } = await clock.until(picker.report());
    told.push({ home: decision.home, reason: decision.reason, timing });
    await clock.advance(20_000);
  }
  await picker.close();
  return told;
}

describe.each(Object.entries(strategies))('%s, with the least that a runner may tell', (_, strategy) => {
  it.each<[string, World]>([
    // When a report ends may differ a little: which of two tries was answered is not known.
    ['all answer', { stun: [8, 12, 90, 250], https: [] }],
    ['one is silent', { stun: [8, 12, 90, 'silent'], https: [10, 14, 95, 260] }],
    ['UDP is blocked', { stun: [], https: [10, 14, 95, 260] }],
    ['nothing answers', { stun: [], https: [] }],
  ])('ends and chooses as ever: %s', async (__, world) => {
    expect(await reports({ ...strategy, next: (state, progress) => strategy.next(state, least(progress)) }, world)).toEqual(await reports(strategy, world));
  });

  const context = { now: 0, full: true, map, families: { v4: true, v6: false }, clientKey: 'k', chance: 0 };
  const plan = strategy.plan(strategy.start(), context);
  /** By hand, without kinds or families; regions without a latency are under way. */
  const reportOf = (ms: readonly (number | undefined)[]): Report => ({
    at: 0, full: true, durationMs: 0, strategy: '', partial: true, notes: [],
    regions: Object.fromEntries(map.regions.map(({ id, code }, index) => [id, ms[index] === undefined ? { code, samples: 0, lost: 0, doubt: [], pending: true } : { code, latencyMs: ms[index], kind: 'stun', samples: 1, lost: 0, doubt: [] }])),
  });
  const at = (elapsedMs: number, ms: readonly (number | undefined)[], due?: LeastProgress['due']) => strategy.next(strategy.start(), {
    plan, elapsedMs, report: reportOf(ms), context, ...(due && { due }),
    sent: elapsedMs === 0 ? [] : plan.sets.map(({ probes }, set) => ({ set, node: probes[0]?.node ?? '', atMs: 0 })),
  });

  it('is asked by hand', () => {
    expect(at(0, [])).not.toHaveProperty('stop');
    expect(at(9, [8])).not.toHaveProperty('stop');
    expect(at(280, [8, 12, 90, 250])).toHaveProperty('stop', 'enough');
    expect(at(3_000, []).add?.map(({ region, kind }) => `${region} ${kind}`)).toEqual(expect.arrayContaining(['1 https', '4 https']));
  });
});
