import { expect, test } from 'vitest';
import { fleet } from '../../lab/index.ts';

const LIGHT_KM_PER_MS = 299.792458;
const EARTH_KM = 6371;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

type Place = { readonly latitude?: number; readonly longitude?: number };
function distanceKm(a: Place, b: Place): number {
  const [aLat, aLon, bLat, bLon] = [a.latitude ?? NaN, a.longitude ?? NaN, b.latitude ?? NaN, b.longitude ?? NaN].map(radians) as [number, number, number, number];
  const half = Math.sin((bLat - aLat) / 2) ** 2 + Math.cos(aLat) * Math.cos(bLat) * Math.sin((bLon - aLon) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(half));
}

test('round trips are at least 5 ms apart', () => {
  const sorted = fleet.map((relay) => relay.rttMs).toSorted((a, b) => a - b);
  for (const [index, rttMs] of sorted.entries()) expect(rttMs - (sorted[index - 1] ?? -Infinity)).toBeGreaterThanOrEqual(5);
});

test('no pair of round trips is shorter than light takes between the places', () => {
  for (const a of fleet) for (const b of fleet) expect(a.rttMs + b.rttMs).toBeGreaterThanOrEqual((2 * distanceKm(a, b)) / LIGHT_KM_PER_MS);
});
