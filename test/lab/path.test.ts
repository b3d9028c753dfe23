import { expect, test } from 'vitest';
import { seededChance } from '../../lab/chance.ts';
import { createPath } from '../../lab/path.ts';
import type { Weather } from '../../lab/weather.ts';

const DRAWS = 20_000;
const draw = (weather: Partial<Weather>, rttMs = 10) => {
  const path = createPath(rttMs, weather, seededChance(1, 'fra'));
  return Array.from({ length: DRAWS }, () => path.datagramMs());
};
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('calm: half the round trip each way, with what the weather adds', () => {
  expect(new Set(draw({}))).toEqual(new Set([5]));
  expect(new Set(draw({ delayMs: 30 }))).toEqual(new Set([20]));
});

test.each([0.01, 0.1, 0.5, 0.9])('a lossRate of %d is the share of round trips without an answer, both ways alike', (lossRate) => {
  const oneWay = draw({ lossRate }).filter((delay) => delay === undefined).length / DRAWS;
  const roundTrip = 1 - (1 - oneWay) ** 2;
  // Six standard deviations of a one-way share, which the square at most doubles.
  expect(Math.abs(roundTrip - lossRate)).toBeLessThan(12 * Math.sqrt(0.25 / DRAWS));
});

test('a lossRate of 0 loses nothing, of 1 everything', () => {
  expect(draw({ lossRate: 0 })).not.toContain(undefined);
  expect(new Set(draw({ lossRate: 1 }))).toEqual(new Set([undefined]));
});

test('jitter is exponential on top of the floor: mean, spread and median fit', () => {
  const over = draw({ jitterMs: 8 }).map((delay) => (delay ?? NaN) - 5);
  expect(Math.min(...over)).toBeGreaterThanOrEqual(0);
  expect(mean(over)).toBeCloseTo(4, 0);
  expect(Math.sqrt(mean(over.map((value) => (value - 4) ** 2)))).toBeCloseTo(4, 0);
  expect(over.toSorted((a, b) => a - b)[DRAWS / 2]).toBeCloseTo(4 * Math.LN2, 0);
});

test('the same seed and label give the same fate, another label another', () => {
  const fate = (seed: number, label: string) => Array.from({ length: 20 }, seededChance(seed, label));
  expect(fate(7, 'fra')).toEqual(fate(7, 'fra'));
  expect(fate(7, 'fra')).not.toEqual(fate(7, 'ams'));
  expect(fate(7, 'fra')).not.toEqual(fate(8, 'fra'));
});

test('chance covers [0, 1) evenly', () => {
  const chance = seededChance(3, 'x');
  const values = Array.from({ length: DRAWS }, chance);
  for (let tenth = 0; tenth < 10; tenth++) {
    const count = values.filter((value) => value >= tenth / 10 && value < (tenth + 1) / 10).length;
    expect(Math.abs(count - DRAWS / 10)).toBeLessThan(6 * Math.sqrt(DRAWS * 0.09));
  }
});

test('a lost TCP segment comes after 200 ms and the round trip, doubling', () => {
  // Lost, lost, through.
  const chances = [0, 0, 0.99];
  const path = createPath(50, { delayMs: 50, lossRate: 0.5 }, () => chances.shift() ?? 0.99);
  expect(path.segmentMs()).toEqual({ delayMs: 300 + 600 + 50, retransmits: 2 });
  expect(path.segmentMs()).toEqual({ delayMs: 50, retransmits: 0 });
});

test.each<[Partial<Weather>, boolean]>([
  [{}, true],
  [{ udp: false }, true],
  [{ lossRate: 1 }, false],
  [{ tcp: 'silent' }, false],
  [{ tcp: 'refused' }, false],
  [{ dead: true }, false],
])('TCP bytes arrive in %o: %s', (weather, arrives) => {
  expect(createPath(10, weather, seededChance(1, 'a')).segmentMs() !== undefined).toBe(arrives);
});

test('what a change does not name stays', () => {
  const path = createPath(10, { delayMs: 4, jitterMs: 3 }, () => 0);
  path.change({ jitterMs: 0 });
  expect(path.weather()).toMatchObject({ delayMs: 4, jitterMs: 0, udp: true, tcp: 'open' });
  expect(path.datagramMs()).toBe(7);
});
