import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decisionLine, replay, TraceError, type ReplayStep } from '../../../core/judge/index.ts';
import type { Strategy } from '../../../core/model/strategy.ts';
import { netcheck } from '../../../core/strategy/netcheck/netcheck.ts';
import { steady } from '../../../core/strategy/steady/steady.ts';
import { memoryStore } from '../picker/rig.ts';
import { eventful, record, recordable, type Act } from './recorded.ts';

async function stepsOf(trace: Parameters<typeof replay>[0], strategy?: Strategy): Promise<ReplayStep[]> {
  const steps: ReplayStep[] = [];
  for await (const step of replay(trace, strategy && { strategy })) steps.push(step);
  return steps;
}

const replayed = async (trace: string, strategy?: Strategy): Promise<string[]> => (await stepsOf(trace, strategy)).map(decisionLine);
const recordedIn = (trace: string): string[] => trace.split('\n').filter((line) => line.startsWith('{"type":"decision"'));
const withoutDecisions = (trace: string): string => trace.split('\n').filter((line) => !line.startsWith('{"type":"decision"')).join('\n');

describe('a replay is the recording, byte for byte', () => {
  it.each(Object.entries(recordable))('%s, through an eventful day', async (_, make) => {
    const trace = await record(make(), eventful);
    const decisions = recordedIn(trace);
    expect(decisions.length).toBe(53);
    expect(new Set(decisions.map((line) => JSON.parse(line).decision.home)).size).toBeGreaterThanOrEqual(3);
    expect(await replayed(withoutDecisions(trace))).toEqual(decisions);
  });

  const latency = fc.option(fc.double({ min: 0.1, max: 400, noNaN: true }), { nil: undefined, freq: 6 });
  const reports = fc.record({ act: fc.constant('reports' as const), count: fc.integer({ min: 1, max: 14 }), ms: fc.array(latency, { minLength: 5, maxLength: 5 }), jitterMs: fc.constantFrom(0, 2, 40), apartMs: fc.constantFrom(1_000, 25_000, 700_000) });
  const region = fc.constantFrom('1', '2', '3');
  const act: fc.Arbitrary<Act> = fc.oneof(
    { weight: 4, arbitrary: reports },
    fc.record({ act: fc.constant('network' as const), id: fc.constantFrom('home', 'hotel', 'train') }),
    fc.record({ act: fc.constant('suspend' as const), ms: fc.constantFrom(-60_000, 30_000, 7_200_000) }),
    fc.record({ act: fc.constant('note' as const), region, type: fc.constantFrom('heard', 'up', 'dead', 'draining') }),
    fc.record({ act: fc.constant('map' as const), codes: fc.constantFrom(['fra', 'par', 'nyc', 'tyo', 'syd'], ['fra', 'lon', 'nyc'], ['ams', 'par']) }),
    fc.record({ act: fc.constant('preferences' as const), preferences: fc.record({ pin: region, prefer: fc.array(region), avoid: fc.array(region), drain: fc.array(region), latencyFactor: fc.constant({ '1': 2 }), nodes: fc.dictionary(fc.constantFrom('1a', '2a', '9z'), fc.constantFrom('prefer', 'avoid', 'drain')) }, { requiredKeys: [] }) }),
    fc.record({ act: fc.constant('budget' as const), budget: fc.record({ packetsPerHour: fc.integer({ min: 5, max: 200 }), bytesPerHour: fc.integer({ min: 500, max: 20_000 }) }, { requiredKeys: [] }) }),
    fc.constant({ act: 'abort' as const }),
  );

  it.each(Object.entries(recordable))('%s, whatever happens', async (_, make) => {
    await fc.assert(fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), async (acts) => {
      const trace = await record(make(), [...acts, { act: 'reports', count: 1, ms: [10, 20, 30] }]);
      expect(await replayed(trace)).toEqual(recordedIn(trace));
    }), { numRuns: 25 });
  }, 60_000);

  it.each(Object.entries(recordable))('%s, from what an earlier process remembered', async (_, make) => {
    const store = memoryStore();
    await record(make(), eventful.slice(0, 3), { store });
    const trace = await record(make(), eventful.slice(3), { store });
    expect(JSON.parse(trace.split('\n')[0] ?? '')).toHaveProperty('last.regions');
    expect(await replayed(trace)).toEqual(recordedIn(trace));
  });

  it('with the options of the strategy, which matter', async () => {
    const trace = await record(steady({ spread: true }) as Strategy, [{ act: 'reports', count: 3, ms: [10, 10.1, 10.2, 10.3, 10.4] }]);
    expect(JSON.parse(trace.split('\n')[0] ?? '')).toMatchObject({ options: { spread: true } });
    expect(await replayed(trace)).toEqual(recordedIn(trace));
    expect(await replayed(trace.replace('"options":{"spread":true}', '"options":{}'))).not.toEqual(recordedIn(trace));
  });

  it('however it is cut into pieces', async () => {
    const trace = await record(steady() as Strategy, eventful.slice(0, 2));
    const bytes = new TextEncoder().encode(trace.replaceAll('FRA', 'Fränkfürt'));
    const whole = await replayed(new TextDecoder().decode(bytes));
    const buffer = new Uint8Array(7);
    /** One buffer for all pieces, as some sources have. */
    function* pieces(): Generator<Uint8Array> {
      for (let from = 0; from < bytes.length; from += buffer.length) {
        const piece = bytes.subarray(from, from + buffer.length);
        buffer.set(piece);
        yield buffer.subarray(0, piece.length);
      }
    }
    expect((await stepsOf(pieces())).map(decisionLine)).toEqual(whole);
    expect(whole).toEqual(recordedIn(trace));
  });
});

describe('by another strategy', () => {
  let trace: string;
  beforeAll(async () => { trace = await record(netcheck() as Strategy, eventful); });

  it('it has homes of its own, and begins without one', async () => {
    const steps = await stepsOf(trace, steady() as Strategy);
    const homes = steps.map(({ decision }) => decision.home);
    expect(steps[0]?.context.home).toBeUndefined();
    for (const [index, { context }] of steps.entries()) expect(context.home?.region).toBe(homes[index - 1]);
    expect(homes).not.toEqual(recordedIn(trace).map((line) => JSON.parse(line).decision.home));
  });

  it('it remembers each network', async () => {
    const steps = await stepsOf(trace, steady() as Strategy);
    const places = steps.map(({ context }) => context.network?.id);
    const hotel = places.indexOf('hotel');
    const back = places.indexOf('home', hotel);
    expect(steps[hotel]?.state).toEqual(steady().start());
    expect(steps[hotel]?.context.last).toBeUndefined();
    expect(steps[back]?.state).toEqual({ ...steps[hotel]?.state as object, ...stateAfter(steps, hotel - 1) });
    expect(steps[back]?.context.last?.at).toBe(steps[hotel - 1]?.report.at);
  });

  const stateAfter = (steps: readonly ReplayStep[], index: number): object => {
    const step = steps[index];
    return step ? (steady() as Strategy).choose(step.state, step.report, step.context).state as object : {};
  };

  it('of the recorded name it is the recorded one', async () => {
    expect(await replayed(trace, netcheck() as Strategy)).toEqual(recordedIn(trace));
  });

  it('one of another author replays when it is given', async () => {
    const own: Strategy = { ...netcheck() as Strategy, name: 'mine' };
    const mine = await record(own, eventful.slice(0, 2));
    await expect(replayed(mine)).rejects.toThrow(new TraceError(1, 'strategy', '"mine" is not known here'));
    expect(await replayed(mine, own)).toEqual(recordedIn(mine));
  });
});
