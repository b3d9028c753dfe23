import type { LabRelay } from './options.ts';

/**
 * The relays of `--map lab`: a client near Frankfurt. Round trips are round figures of what such a client sees, at least
 * 5 ms apart, so that there is one right answer; none is shorter than light allows between the places.
 */
export const fleet: readonly LabRelay[] = [
  { code: 'fra', name: 'Frankfurt', rttMs: 8, latitude: 50.1, longitude: 8.7 },
  { code: 'ams', name: 'Amsterdam', rttMs: 14, latitude: 52.4, longitude: 4.9 },
  { code: 'lon', name: 'London', rttMs: 21, latitude: 51.5, longitude: -0.1 },
  { code: 'mad', name: 'Madrid', rttMs: 34, latitude: 40.4, longitude: -3.7 },
  { code: 'nyc', name: 'New York City', rttMs: 88, latitude: 40.7, longitude: -74 },
  { code: 'sfo', name: 'San Francisco', rttMs: 148, latitude: 37.8, longitude: -122.4 },
  { code: 'sin', name: 'Singapore', rttMs: 170, latitude: 1.4, longitude: 103.8 },
  { code: 'syd', name: 'Sydney', rttMs: 260, latitude: -33.9, longitude: 151.2 },
];
