import { describe, expect, it } from 'vitest';
import { createSimulator, MatrixError, matrixWorld, readAccess, readMatrix, simulate, simulateSteps } from '../../../core/judge/index.ts';
import { draw } from '../../../core/judge/draw.ts';
import { createScorer } from '../../../core/judge/score.ts';
import { floorOf, truthOf } from '../../../core/judge/series-truth.ts';
import type { Strategy } from '../../../core/model/strategy.ts';
import { netcheck } from '../../../core/strategy/netcheck/netcheck.ts';
import { steady } from '../../../core/strategy/steady/steady.ts';

const hourOf = (ms: number, later = ms): number[] => Array.from({ length: 60 }, (_, minute) => (minute < 30 ? ms : later));
/** Two clients, three relays, an hour by the minute; for the first client the nearest gets slow after half of it. */
const document = { unit: 'ms', stepSeconds: 60, clients: ['x', 'y'], relays: ['a', 'b', 'c'], rtt: [[hourOf(10, 80), hourOf(20), hourOf(90)], [hourOf(30), hourOf(15), hourOf(90)]] };
const both = (): Strategy[] => [steady() as Strategy, netcheck() as Strategy];

describe('simulate', () => {
  it('plays each client under each strategy, and adds up', () => {
    const result = simulate({ world: matrixWorld(readMatrix(document)), strategies: both(), seed: 7 });
    expect(result).toMatchObject({ seed: 7, clients: 2, regions: 3, hours: 1, compare: 'whole' });
    const { steady: ours, netcheck: theirs } = result.strategies;
    // One of two clients moves, once, in an hour.
    expect(ours?.movesPerDay).toBeCloseTo(12, 5);
    expect(theirs?.movesPerDay).toBeCloseTo(12, 5);
    expect(ours?.uselessMovesPerDay).toBe(0);
    expect(ours?.rightMoves.count).toBe(1);
    expect(ours?.rightMoves.meanSeconds).toBeLessThan(300);
    // 60 ms too far for the time until the move, of two hours.
    expect(ours?.meanRegretMs).toBeCloseTo((60 * (ours?.rightMoves.meanSeconds ?? 0)) / 7_200, 1);
    expect(ours?.packetsPerDay).toBeGreaterThan(ours?.reportsPerDay ?? 0);
    expect(ours?.calibration[0]).toMatchObject({ sure: 0.5 });
  });

  it('says the same for the same seed, and yields how far it is', () => {
    const run = (seed: number) => simulate({ world: matrixWorld(readMatrix(document), { seed }), strategies: both(), seed, compare: 'choice' });
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect([...simulateSteps({ world: matrixWorld(readMatrix(document)), strategies: both() })]).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it('is the same when its turns are played in another order, and sent as plain data', () => {
    const options = { world: matrixWorld(readMatrix(document), { seed: 3 }), strategies: both(), seed: 3 };
    const simulator = createSimulator(options);
    const played = Array.from({ length: simulator.turns }, (_, back) => structuredClone(createSimulator(options).play(simulator.turns - 1 - back))).reverse();
    for (const [turn, one] of played.entries()) simulator.add(turn, one);
    expect(simulator.result()).toEqual(simulate(options));
    expect(() => simulator.play(simulator.turns)).toThrow(RangeError);
  });

  it('compares choices alone on the same reports while homes are the same', () => {
    const still = { ...document, rtt: [[hourOf(10), hourOf(20), hourOf(90)]], clients: ['x'] };
    const { strategies } = simulate({ world: matrixWorld(readMatrix(still)), strategies: both(), compare: 'choice' });
    expect(strategies['steady']?.packetsPerDay).toBe(strategies['netcheck']?.packetsPerDay);
  });

  it('composes paths, base times and an access line', () => {
    const paths = { kind: 'paths', stepSeconds: 60, relays: ['p', 'q'], rtt: [[hourOf(100, 110), hourOf(50)]] };
    const base = { rtt: [[0, 12, 40], [12, 0, 60], [40, 60, 0]], nodes: [1, 2, 3] };
    const access = { kind: 'access-bursts', stepSeconds: 60, best: [1], mean: [3], worst: [9], lossPercent: [50] };
    const world = matrixWorld(readMatrix(paths), { base: readMatrix(base), access: readAccess(access), clients: 3, regions: 4, hours: 2 });
    expect(world).toMatchObject({ clients: 3, durationMs: 7_200_000, regions: ['r1', 'r2', 'r3', 'r4'] });
    const client = world.client(0);
    const reads = Array.from({ length: 400 }, (_, second) => client.probe(0, second * 1_000, 0, 'stun'));
    const lost = reads.filter((ms) => ms === Infinity).length;
    expect(lost).toBeGreaterThan(120);
    expect(lost).toBeLessThan(280);
    const trueMs = client.truthMs[0]?.[0] ?? 0;
    for (const ms of reads) if (ms < Infinity) expect(ms).toBeGreaterThanOrEqual(Math.min(trueMs, 12) + 0.9);
    expect(client.probe(0, 5_000, 0, 'https')).toBeLessThan(Infinity);
  });
});

describe('a latency matrix', () => {
  it.each<[string, unknown, string]>([
    ['not an object', [], ''],
    ['another unit', { ...document, unit: 's' }, 'unit'],
    ['no clients', { ...document, rtt: [] }, 'rtt'],
    ['no steps', { ...document, stepSeconds: 0 }, 'stepSeconds'],
    ['rows of different length', { ...document, rtt: [...document.rtt, [hourOf(1)]] }, 'rtt[2]'],
    ['series of different length', { ...document, rtt: [[hourOf(1), hourOf(1), [1, 2]]] }, 'rtt'],
    ['text for a time', { ...document, rtt: [[['10'], [1], [1]]] }, 'rtt[0][0][0]'],
    ['a negative time', { ...document, rtt: [[[1, -1], [1, 1], [1, 1]]] }, 'rtt[0][0][1]'],
    ['bursts', { ...document, kind: 'access-bursts' }, 'kind'],
  ])('is refused: %s', (_, wrong, path) => {
    let thrown: unknown;
    try {
      readMatrix(wrong);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(MatrixError);
    expect((thrown as MatrixError).path).toBe(path);
  });

  it('without a time axis holds still', () => {
    const world = matrixWorld(readMatrix({ rtt: [[5, 10], [10, null]] }));
    expect(world).toMatchObject({ clients: 2, durationMs: 86_400_000, regions: ['r1', 'r2'] });
    expect(world.client(1).truthMs[1]?.[0]).toBe(Infinity);
  });

  it('takes a number beside lists as one that holds for ever', () => {
    const { rtt, stepMs } = readMatrix({ stepSeconds: 60, rtt: [[[5, 6, 7], 10, null]] });
    expect([stepMs, rtt[0]?.map((cell) => [...cell])]).toEqual([60_000, [[5, 6, 7], [10, 10, 10], [NaN, NaN, NaN]]]);
  });

  it('has as truth the median of five, and is dead where three of them are missing', () => {
    const nan = NaN;
    expect([...truthOf(Float64Array.from([10, 10, 99, 10, 12, 12, 12]))]).toEqual([10, 10, 10, 12, 12, 12, 12]);
    expect([...truthOf(Float64Array.from([10, 10, nan, nan, nan, 10, 10]))]).toEqual([10, 10, Infinity, Infinity, Infinity, 10, 10]);
    expect(floorOf(Float64Array.from([5, nan, ...Array.from({ length: 98 }, () => 20)]))).toBe(20);
  });
});

it('draws evenly, and from the keys alone', () => {
  const drawn = Array.from({ length: 10_000 }, (_, index) => draw(1, index, 3));
  expect(drawn.reduce((sum, chance) => sum + chance, 0) / drawn.length).toBeCloseTo(0.5, 1);
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...drawn)).toBeLessThan(1);
  expect(draw(1, 2, 3)).toBe(draw(1, 2, 3));
  expect(new Set([draw(1, 2, 3), draw(2, 2, 3), draw(1, 3, 3), draw(1, 2, 4), draw(1, 2, 3, 1)]).size).toBe(5);
});

it('scores by time: quantiles, dead homes, and time asleep not at all', () => {
  const hourMs = 3_600_000;
  const scorer = createScorer({ stepMs: hourMs, durationMs: 10 * hourMs });
  const near = new Float64Array(10).fill(10);
  const home = Float64Array.from([10, 10, 10, 15, 15, Infinity, 10, 10, 40, 40]);
  scorer.add({ truthMs: [near, home], probe: () => 1 }, { homes: [{ atMs: 0, region: 1 }], decisions: [{ sure: 0.9, right: true }, { sure: 0.9, right: false }], asleep: [{ atMs: 8 * hourMs, forMs: 2 * hourMs }], reports: 8, udp: { packets: 80, bytes: 800 }, estimated: { packets: 0, bytes: 0 } });
  const score = scorer.score();
  expect(score.meanRegretMs).toBeCloseTo(10 / 7, 5);
  expect(score.p99RegretMs).toBeCloseTo(5, 1);
  expect(score.deadSecondsPerDay).toBeCloseTo(3_600 * 3, 5);
  expect(score.reportsPerDay).toBeCloseTo(24, 5);
  expect(score.calibration.at(-1)).toEqual({ sure: 0.9, decisions: 2, right: 0.5 });
});
