import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceKm, leastRttMs, placeOf, type Place } from '../../../core/choice/light.ts';

const at = (latitude: number, longitude: number): Place => ({ latitude, longitude });
const anywhere = fc.record({ latitude: fc.double({ min: -90, max: 90, noNaN: true }), longitude: fc.double({ min: -180, max: 180, noNaN: true }) });

describe('distanceKm', () => {
  it.each([
    { name: 'Frankfurt to Paris', a: at(50.11, 8.68), b: at(48.86, 2.35), km: 477.8 },
    { name: 'London to New York', a: at(51.51, -0.13), b: at(40.71, -74.01), km: 5_570 },
    { name: 'over the date line', a: at(0, 179), b: at(0, -179), km: 222.4 },
    { name: 'over the pole', a: at(89, 0), b: at(89, 180), km: 222.4 },
    { name: 'half around', a: at(0, 0), b: at(0, 180), km: 20_015 },
  ])('$name: $km km', ({ a, b, km }) => {
    expect(Math.abs(distanceKm(a, b) / km - 1)).toBeLessThan(0.002);
  });

  it('is a distance: the same both ways, nothing to itself, no shorter by way of a third', () => {
    fc.assert(fc.property(anywhere, anywhere, anywhere, (a, b, c) => {
      expect(distanceKm(a, b)).toBeCloseTo(distanceKm(b, a), 6);
      expect(distanceKm(a, a)).toBe(0);
      expect(distanceKm(a, c)).toBeLessThanOrEqual(distanceKm(a, b) + distanceKm(b, c) + 1e-3);
    }));
  });
});

it('light needs 66.7 ms half around the Earth, and as long back', () => {
  expect(leastRttMs(20_015)).toBeCloseTo(133.5, 1);
  expect(leastRttMs(0)).toBe(0);
});

it('a place needs both its figures', () => {
  expect(placeOf({ latitude: 1, longitude: 2 })).toEqual(at(1, 2));
  expect(placeOf({ latitude: 0, longitude: 0 })).toEqual(at(0, 0));
  expect(placeOf({ latitude: 1 })).toBeUndefined();
});
