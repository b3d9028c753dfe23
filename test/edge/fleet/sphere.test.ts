import fc from 'fast-check';
import { expect, it } from 'vitest';
import { distanceKm } from '../../../core/choice/light.ts';
import { kmBetween, pointOf } from '../../../edge/fleet/sphere.ts';

const place = fc.record({ latitude: fc.double({ min: -90, max: 90, noNaN: true }), longitude: fc.double({ min: -180, max: 180, noNaN: true }) });

it('points are as far from one another as their places', () => {
  fc.assert(fc.property(place, place, (a, b) => {
    expect(Math.abs(kmBetween(pointOf(a), pointOf(b)) - distanceKm(a, b))).toBeLessThan(1e-3);
  }));
});
