import { describe, expect, it } from 'vitest';
import { ConcurrentRunError, ProbeFailure } from '../../../core/errors.ts';
import type { ProbeEvent } from '../../../core/events.ts';
import type { Context } from '../../../core/model/context.ts';
import type { ProbePlan, ProbeSet } from '../../../core/model/plan.ts';
import type { Follow, Progress } from '../../../core/model/strategy.ts';
import { createRunner } from '../../../core/probe/run.ts';
import { mapOf } from '../../maps.ts';
import { scriptedTransport, type Script } from '../../scripted-transport.ts';
import { virtualClock } from '../../virtual-clock.ts';

const map = mapOf(['fra', 'par', 'nyc']);
const context: Context = { now: 1_000_000, full: true, map, families: { v4: true, v6: false }, clientKey: 'k', chance: 0 };
const set = (region: string, ...delays: number[]): ProbeSet => ({ region, kind: 'stun', family: 4, probes: delays.map((delayMs) => ({ node: `${region}a`, delayMs })) });
const planOf = (sets: readonly ProbeSet[], timeoutMs = 5_000): ProbePlan => ({ full: true, timeoutMs, sets, skipped: {} });
/** Stops when all sets are over. */
const untilOver = ({ over }: Progress): Follow => (over.every(Boolean) ? { stop: 'enough' } : {});

function setUp(script: (node: string, attempt: number) => Script) {
  const clock = virtualClock();
  const transport = scriptedTransport('stun', clock, script, (node) => node.stun !== undefined);
  const runner = createRunner({ transports: [transport], clock });
  const events: ProbeEvent[] = [];
  const run = (plan: ProbePlan, next = untilOver, signal?: AbortSignal) => runner.run({ plan, context, strategy: 'test', next, onEvent: (event) => events.push(event), ...(signal && { signal }) });
  return { clock, transport, runner, run, events };
}

describe('run', () => {
  it('reports what answered, in the report’s own time', async () => {
    const { clock, run, transport } = setUp((node) => ({ '1a': 8, '2a': 12, '3a': 90 })[node] ?? 'silent');
    const { report, stop, udp } = await clock.until(run(planOf([set('1', 0), set('2', 0), set('3', 0)])));
    expect(stop).toBe('enough');
    expect(Object.values(report.regions).map(({ latencyMs, kind, samples, lost }) => ({ latencyMs, kind, samples, lost }))).toEqual([
      { latencyMs: 8, kind: 'stun', samples: 1, lost: 0 }, { latencyMs: 12, kind: 'stun', samples: 1, lost: 0 }, { latencyMs: 90, kind: 'stun', samples: 1, lost: 0 },
    ]);
    expect(report).toMatchObject({ at: 1_000_090, durationMs: 90, full: true, udp: true, ipv4: true, ipv4CanSend: true, mappingVariesByDestIp: false, globalV4: '192.0.2.7:1' });
    expect(report.partial).toBeUndefined();
    expect(udp.packets).toBe(3);
    expect(transport.underWay).toBe(0);
    expect(clock.sleeping).toBe(0);
  });

  it.each<{ name: string; delays: number[]; script: Script[]; sentAt: number[] }>([
    { name: 'ends a set with its first answer', delays: [0, 100, 200], script: [8], sentAt: [0] },
    { name: 'sends the next try when the first is silent', delays: [0, 100, 200], script: ['silent', 8], sentAt: [0, 100] },
    { name: 'takes the answer to an earlier try after a later one was sent', delays: [0, 100, 200], script: [150, 'silent'], sentAt: [0, 100] },
    { name: 'goes on after a failure', delays: [0, 100, 200], script: [{ failsAfterMs: 3, code: 'refused' }, 8], sentAt: [0, 100] },
  ])('$name', async ({ delays, script, sentAt }) => {
    const { clock, run, transport } = setUp((_node, attempt) => script[attempt] ?? 'silent');
    await clock.until(run(planOf([set('1', ...delays)])));
    expect(transport.probes.map(({ atMs }) => atMs)).toEqual(sentAt);
  });

  it('stops at the plan’s bound, and says what silence proves', async () => {
    const { clock, run } = setUp((node) => (node === '1a' ? 8 : 'silent'));
    const { report, stop } = await clock.until(run(planOf([set('1', 0), set('2', 0)], 700)));
    expect(stop).toBe('timeout');
    expect(report.regions['2']).toMatchObject({ lost: 1, samples: 0, atLeastMs: 700, atLeastBy: 'silence' });
    expect(report.regions['2']).not.toHaveProperty('latencyMs');
    expect(report.regions['3']).toMatchObject({ samples: 0, lost: 0, skipped: 'not-due' });
  });

  it('counts silence from when a probe leaves a transport that lets others go first', async () => {
    const clock = virtualClock();
    const waitsMs: Readonly<Record<string, number>> = { '1a': 0, '2a': 40, '3a': 1_000 };
    const runner = createRunner({ clock, transports: [{
      name: 'queue', kind: 'stun', queues: true, supports: () => true, close: () => {},
      async probe({ name }, { signal, onSent }) {
        await clock.sleep(waitsMs[name] ?? 0, signal);
        if (signal.aborted) throw new ProbeFailure('aborted', 'not sent', false);
        onSent?.();
        await clock.sleep(name === '1a' ? 30 : 500, signal);
        if (signal.aborted) throw new ProbeFailure('no-answer', 'no answer', true);
        return { kind: 'stun', latencyMs: 30 };
      },
    }] });
    const seen: Progress[] = [];
    const next = (progress: Progress): Follow => {
      seen.push(progress);
      return progress.elapsedMs < 70 ? { wakeMs: 70 } : { stop: 'enough' };
    };
    const { report, udp } = await clock.until(runner.run({ plan: planOf([set('1', 0), set('2', 0), set('3', 0)]), context, strategy: 'test', next }));
    const at = (ms: number) => seen.find(({ elapsedMs }) => elapsedMs === ms);
    expect(at(30)?.report.regions['2']).toMatchObject({ pending: true, samples: 0 });
    expect(at(30)?.report.regions['2']?.atLeastMs).toBeUndefined();
    // It is told at once when one leaves.
    expect(at(40)?.report.regions['2']).toMatchObject({ atLeastMs: 0 });
    expect(at(70)?.report.regions['2']).toMatchObject({ atLeastMs: 30 });
    expect(at(70)?.sent.map(({ atMs }) => atMs)).toEqual([0, 40, 0]);
    expect(report.regions['3']?.atLeastMs).toBeUndefined();
    expect(udp.packets).toBe(2);
  });

  it('asks at the start, after answers and losses, at wakeMs, and before each delayed probe', async () => {
    const asked: { at: number; due?: Progress['due'] }[] = [];
    const { clock, run } = setUp((node, attempt) => (node === '1a' ? (attempt === 0 ? { failsAfterMs: 5, code: 'refused' } : 7) : 20));
    const next = (progress: Progress): Follow => {
      asked.push({ at: progress.elapsedMs, ...(progress.due && { due: progress.due }) });
      return { ...untilOver(progress), wakeMs: progress.elapsedMs < 50 ? 50 : 10_000 };
    };
    await clock.until(run(planOf([set('1', 0, 100), set('2', 0)]), next));
    expect(asked).toEqual([{ at: 0 }, { at: 5 }, { at: 20 }, { at: 50 }, { at: 100 }, { at: 100, due: { set: 0, probe: 1 } }, { at: 107 }]);
  });

  it.each<{ name: string; follow: (progress: Progress) => Follow; sent: string[] }>([
    { name: 'skip ends the set of the probe that is due', follow: ({ due }) => (due ? { skip: true } : {}), sent: ['2a@0', '1a@0'] },
    { name: 'drop ends a set', follow: ({ elapsedMs }) => (elapsedMs === 0 ? { drop: [1] } : {}), sent: ['1a@0', '1a@100'] },
    { name: 'add brings a set, by its own clock', follow: ({ sets }) => (sets.length === 2 ? { add: [set('3', 30)] } : {}), sent: ['2a@0', '1a@0', '3a@30', '1a@100'] },
    { name: 'stop ends it', follow: ({ elapsedMs }) => (elapsedMs >= 60 ? { stop: 'certain' } : { wakeMs: 60 }), sent: ['2a@0', '1a@0'] },
  ])('$name', async ({ follow, sent }) => {
    const { clock, run, transport } = setUp((node) => (node === '1a' ? 'silent' : 40));
    await clock.until(run(planOf([set('1', 0, 100), set('2', 0)], 300), (progress) => ({ ...untilOver(progress), ...follow(progress) })));
    expect(transport.probes.map(({ node, atMs }) => `${node}@${atMs}`)).toEqual(sent);
  });

  it('drops a probe that no transport can send, and does not call it lost', async () => {
    const clock = virtualClock();
    const bare = mapOf(['fra'], { stun: undefined });
    const runner = createRunner({ transports: [scriptedTransport('stun', clock, () => 5, (node) => node.stun !== undefined)], clock });
    const { report } = await clock.until(runner.run({ plan: planOf([set('1', 0, 100)]), context: { ...context, map: bare }, strategy: 'test', next: untilOver }));
    expect(report.regions['1']).toMatchObject({ samples: 0, lost: 0 });
  });

  it('sends at the same instant those first that have fewest tries: a full queue drops the end of a burst', async () => {
    const { clock, run, transport } = setUp(() => 5);
    await clock.until(run(planOf([set('1', 0, 100, 200), set('2', 0, 100), set('3', 0)])));
    expect(transport.probes.map(({ node }) => node)).toEqual(['3a', '2a', '1a']);
  });

  it('refuses a second run while one is under way, and takes one afterwards', async () => {
    const { clock, run } = setUp(() => 8);
    const first = run(planOf([set('1', 0)]));
    await expect(run(planOf([set('1', 0)]))).rejects.toThrow(ConcurrentRunError);
    await clock.until(first);
    await expect(clock.until(run(planOf([set('1', 0)])))).resolves.toMatchObject({ stop: 'enough' });
  });

  it.each([0, 1, 4, 50, 101, 150])('leaves nothing when it is aborted after %i ms', async (afterMs) => {
    const { clock, run, transport } = setUp((node) => (node === '1a' ? 'silent' : 60));
    const abort = new AbortController();
    const result = run(planOf([set('1', 0, 100, 200), set('2', 0)]), untilOver, abort.signal);
    result.catch(() => {});
    await clock.advance(afterMs);
    abort.abort(new Error('enough of it'));
    await expect(clock.until(result)).rejects.toThrow('enough of it');
    expect(transport.underWay).toBe(0);
    expect(clock.sleeping).toBe(0);
  });

  it('ends although a transport does not let go of its probe', async () => {
    const clock = virtualClock();
    const stuck = { ...scriptedTransport('stun', clock, () => 1), probe: () => new Promise<never>(() => {}) };
    const runner = createRunner({ transports: [stuck], clock });
    const { report } = await clock.until(runner.run({ plan: planOf([set('1', 0)], 100), context, strategy: 'test', next: () => ({}) }));
    expect(report.durationMs).toBeLessThan(400);
  });

  it('keeps to its pace: a burst, then ten a ms', async () => {
    const clock = virtualClock();
    const many = mapOf(Array.from({ length: 200 }, (_, index) => `r${index}`));
    const transport = scriptedTransport('stun', clock, () => 50);
    const runner = createRunner({ transports: [transport], clock });
    await clock.until(runner.run({ plan: planOf(many.regions.map(({ id }) => set(id, 0))), context: { ...context, map: many }, strategy: 'test', next: untilOver }));
    const sentBy = (ms: number): number => transport.probes.filter(({ atMs }) => atMs <= ms).length;
    expect(sentBy(0)).toBe(40);
    expect(sentBy(10)).toBeLessThanOrEqual(141);
    expect(sentBy(17)).toBe(200);
  });

  it('says that a region cannot be measured here, where nothing speaks what the plan asks it by', async () => {
    const { clock, run } = setUp(() => 8);
    const { report } = await clock.until(run(planOf([set('1', 0), { ...set('2', 0), kind: 'icmp' }])));
    expect(report.regions['1']).not.toHaveProperty('skipped');
    expect(report.regions['2']).toMatchObject({ samples: 0, lost: 0, skipped: 'impossible' });
  });

  it.each<[string, Script[], number | undefined]>([
    ['a probe that did not leave', [{ failsAfterMs: 1, code: 'dns', sent: false }], undefined],
    ['one that left and failed', [{ failsAfterMs: 1, code: 'unreachable', sent: true }], 200],
    ['one that did not leave and one that did', [{ failsAfterMs: 1, code: 'dns', sent: false }, 'silent'], 100],
    ['two that did not leave', [{ failsAfterMs: 1, code: 'dns', sent: false }, { failsAfterMs: 1, code: 'dns', sent: false }], undefined],
  ])('silence proves a distance from when something left: %s', async (_, fates, atLeastMs) => {
    const { clock, run } = setUp((node, attempt) => (node === '1a' ? fates[attempt] ?? 'silent' : 200));
    const { report } = await clock.until(run(planOf([set('1', ...fates.map((_fate, index) => index * 100)), set('2', 0)], 200), () => ({})));
    expect(report.regions['1']).toMatchObject({ samples: 0, lost: fates.length });
    expect(report.regions['1']?.atLeastMs).toBe(atLeastMs);
    expect(report.regions['1']?.atLeastBy).toBe(atLeastMs === undefined ? undefined : 'silence');
  });

  it('says UDP does not work only when something was sent and another kind answered', async () => {
    const clock = virtualClock();
    const https = scriptedTransport('https', clock, () => 9);
    const failing = (sent: boolean) => scriptedTransport('stun', clock, () => ({ failsAfterMs: 1, code: 'unreachable', sent }));
    const both = planOf([set('1', 0), { region: '2', kind: 'https', probes: [{ node: '2a', delayMs: 0 }] }]);
    const reportOf = async (transports: Parameters<typeof createRunner>[0]['transports'], plan: ProbePlan) =>
      (await clock.until(createRunner({ transports, clock }).run({ plan, context, strategy: 'test', next: untilOver }))).report;
    expect((await reportOf([failing(true), https], both)).udp).toBe(false);
    expect(await reportOf([failing(false), https], both)).not.toHaveProperty('udp');
    expect(await reportOf([failing(true)], planOf([set('1', 0)]))).not.toHaveProperty('udp');
  });

  it.each<{ name: string; ways: Record<string, Record<string, number>>; atLeastMs: number | undefined }>([
    { name: 'silence over UDP is distance', ways: { stun: { '2a': 8 } }, atLeastMs: 400 },
    { name: 'where UDP does not work it is none', ways: { stun: {}, https: { '2a': 8 } }, atLeastMs: undefined },
    { name: 'silence over HTTPS is a fifth of it, less what TLS takes', ways: { https: { '2a': 8 } }, atLeastMs: (400 - 60) / 5 },
  ])('$name', async ({ ways, atLeastMs }) => {
    const clock = virtualClock();
    const transports = Object.entries(ways).map(([kind, ms]) => scriptedTransport(kind as 'stun', clock, (node) => ms[node] ?? 'silent'));
    const sets = Object.keys(ways).flatMap((kind) => ['1', '2'].map((id) => ({ ...set(id, 0), kind: kind as 'stun' })));
    // HTTPS of the region in question has not been tried where UDP has.
    const asked = sets.filter(({ kind, region }) => kind === 'stun' || region === '2' || !('stun' in ways));
    const { report } = await clock.until(createRunner({ transports, clock }).run({ plan: planOf(asked, 400), context, strategy: 'test', next: () => ({}) }));
    expect(report.regions['1']?.atLeastMs).toBe(atLeastMs);
  });

  it('lets a fake answer stand in for every kind', async () => {
    const clock = virtualClock();
    const real = scriptedTransport('stun', clock, () => 9);
    const fake = scriptedTransport('fake', clock, () => 32, (node) => node.name === '1a');
    const { report, udp } = await clock.until(createRunner({ transports: [real, fake], clock }).run({ plan: planOf([set('1', 0)]), context, strategy: 'test', next: untilOver }));
    expect(report.regions['1']).toMatchObject({ latencyMs: 32, kind: 'fake' });
    expect(real.probes).toEqual([]);
    expect(udp.packets).toBe(0);
    expect(report).not.toHaveProperty('udp');
  });
});
