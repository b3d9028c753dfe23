import { describe, expect, it } from 'vitest';
import { createLedger, type Budget } from '../../../core/picker/budget.ts';
import { createPicker } from '../../../core/picker/picker.ts';
import type { Picked } from '../../../core/picker/series.ts';
import { costOf } from '../../../core/probe/cost.ts';
import { netcheck } from '../../../core/strategy/netcheck/netcheck.ts';
import { steady } from '../../../core/strategy/steady/steady.ts';
import type { Strategy } from '../../../core/model/strategy.ts';
import { mapOf } from '../../maps.ts';
import { scriptedTransport, type Script } from '../../scripted-transport.ts';
import { virtualClock } from '../../virtual-clock.ts';

const hourMs = 3_600_000;

describe('the ledger', () => {
  function setUp(budget: Budget | undefined) {
    let nowMs = 0;
    return { ledger: createLedger(budget, () => nowMs), later: (ms: number) => { nowMs += ms; } };
  }

  it('lets through what there is room for, and again an hour after it was spent', () => {
    const { ledger, later } = setUp({ packetsPerHour: 10, bytesPerHour: 1_000 });
    expect(ledger.take({ packets: 6, bytes: 600 })).toBe(true);
    later(600_000);
    expect(ledger.take({ packets: 5, bytes: 100 })).toBe(false);
    expect(ledger.take({ packets: 1, bytes: 500 })).toBe(false);
    expect(ledger.take({ packets: 4, bytes: 400 })).toBe(true);
    expect(ledger.left()).toEqual({ packetsLeft: 0, bytesLeft: 0 });
    later(hourMs - 600_000);
    expect(ledger.left()).toEqual({ packetsLeft: 0, bytesLeft: 0 });
    later(10_000);
    expect(ledger.left()).toEqual({ packetsLeft: 6, bytesLeft: 600 });
    later(hourMs);
    expect(ledger.left()).toEqual({ packetsLeft: 10, bytesLeft: 1_000 });
  });

  it('takes back what was not sent', () => {
    const { ledger } = setUp({ packetsPerHour: 1 });
    expect([ledger.take({ packets: 1, bytes: 48 }), ledger.take({ packets: 1, bytes: 48 })]).toEqual([true, false]);
    ledger.giveBack({ packets: 1, bytes: 48 });
    expect(ledger.take({ packets: 1, bytes: 48 })).toBe(true);
  });

  it('bounds one side where one is given, and counts for a budget that comes later', () => {
    const { ledger } = setUp(undefined);
    expect(ledger.left()).toBeUndefined();
    ledger.take({ packets: 3, bytes: 300 });
    ledger.setBudget({ bytesPerHour: 400 });
    expect(ledger.left()).toEqual({ packetsLeft: Number.MAX_SAFE_INTEGER - 3, bytesLeft: 100 });
    expect(JSON.parse(JSON.stringify(ledger.left()))).toEqual(ledger.left());
  });
});

const regions = 28;
const map = mapOf(Array.from({ length: regions }, (_, index) => `r${index + 1}`));

async function watch(strategy: Strategy, budget: Budget, hours: number, script: (region: number) => Script = (region) => 5 + 4 * region) {
  const clock = virtualClock();
  const sent: { atMs: number; packets: number; bytes: number }[] = [];
  const transports = (['stun', 'https'] as const).map((kind) => {
    const transport = scriptedTransport(kind, clock, (node) => script(Number(node.slice(0, -1))));
    const probe = transport.probe.bind(transport);
    transport.probe = (node, options) => {
      sent.push({ atMs: clock.now(), ...costOf(kind, node, options.family) });
      return probe(node, options);
    };
    return transport;
  });
  const picker = createPicker({ map, clock, transports, strategy, budget, random: () => 0.5, network: { families: () => ({ v4: true, v6: false }), id: async () => 'n', online: () => true, onChange: () => () => {} } });
  const made: Picked[] = [];
  const done = (async () => {
    for await (const picked of picker.watch()) {
      made.push(picked);
      if (clock.now() > hours * hourMs) return;
    }
  })();
  await clock.until(done, (hours + 1) * hourMs);
  return { made, sent };
}

/** The most that any hour saw. */
function mostOf(sent: readonly { readonly atMs: number; readonly packets: number; readonly bytes: number }[]): { packets: number; bytes: number } {
  let [from, packets, bytes] = [0, 0, 0];
  const most = { packets: 0, bytes: 0 };
  for (const probe of sent) {
    packets += probe.packets;
    bytes += probe.bytes;
    for (let first = sent[from]; first && first.atMs <= probe.atMs - hourMs; first = sent[++from]) {
      packets -= first.packets;
      bytes -= first.bytes;
    }
    most.packets = Math.max(most.packets, packets);
    most.bytes = Math.max(most.bytes, bytes);
  }
  return most;
}

describe('a budget holds in every hour', () => {
  it.each<{ name: string; strategy: () => Strategy; budget: Budget; script?: (region: number) => Script }>([
    { name: 'steady', strategy: () => steady() as Strategy, budget: { packetsPerHour: 400, bytesPerHour: 40_000 } },
    { name: 'steady, and little of it', strategy: () => steady() as Strategy, budget: { packetsPerHour: 40 } },
    { name: 'steady, in bytes', strategy: () => steady() as Strategy, budget: { bytesPerHour: 5_000 } },
    { name: 'netcheck, which knows none', strategy: () => netcheck() as Strategy, budget: { packetsPerHour: 200 } },
    { name: 'steady, where UDP is blocked', strategy: () => steady() as Strategy, budget: { packetsPerHour: 600 }, script: (region) => ({ failsAfterMs: 20 + region, code: 'no-answer' }) },
  ])('$name', async ({ strategy, budget, script }) => {
    const { made, sent } = await watch(strategy(), budget, 4, script);
    const most = mostOf(sent);
    expect(most.packets).toBeLessThanOrEqual(budget.packetsPerHour ?? Infinity);
    expect(most.bytes).toBeLessThanOrEqual(budget.bytesPerHour ?? Infinity);
    expect(made.length).toBeGreaterThan(10);
  }, 60_000);

  it('and is used: steady keeps its home and looks at it in every quarter of an hour', async () => {
    const { made, sent } = await watch(steady() as Strategy, { packetsPerHour: 40 }, 4);
    expect(sent.length).toBeGreaterThan(100);
    expect(new Set(made.map(({ decision }) => decision.home))).toEqual(new Set(['1']));
    const seen = made.filter(({ report }) => report.regions['1']?.latencyMs !== undefined).map(({ report }) => report.at);
    expect(Math.max(...seen.slice(1).map((at, index) => at - (seen[index] ?? 0)))).toBeLessThan(15 * 60_000);
  }, 60_000);

  it('is said where it runs out', async () => {
    const clock = virtualClock();
    const transport = scriptedTransport('stun', clock, () => 10);
    const picker = createPicker({ map, clock, transports: [transport], strategy: steady(), budget: { packetsPerHour: 12 }, random: () => 0.5, network: { families: () => ({ v4: true, v6: false }), id: async () => 'n', online: () => true, onChange: () => () => {} } });
    const { report } = await clock.until(picker.report());
    expect(Object.values(report.regions).filter(({ skipped }) => skipped === 'budget').length).toBe(regions - 6);
    expect(report.notes).toEqual([{ code: 'budget', message: 'the budget for this hour is used up: 22 of 28 regions were not asked' }]);
    for (let turn = 0; turn < 8; turn++) await clock.until(picker.report());
    expect(transport.probes.length).toBeLessThanOrEqual(12);
    expect(picker.decision).toMatchObject({ home: '1', changed: false, reason: 'not-asked', sentence: 'kept r1: not asked, the budget for measurements is used up' });
    // One that grows takes effect with the next report.
    picker.update({ budget: { packetsPerHour: 1_000 } });
    expect((await clock.until(picker.report({ full: true }))).report.notes).toEqual([]);
  });
});
