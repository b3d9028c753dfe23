/**
 * Real relays with a bad network in one process, for tests and for a first look: nothing leaves the machine.
 *
 * @example
 * import { createLab, weather } from 'nearest-relay/lab';
 *
 * await using lab = await createLab({ relays: [{ code: 'fra', rttMs: 8 }, { code: 'par', rttMs: 15 }] });
 * // measure lab.map with any client, then change what it meets:
 * await lab.set('fra', weather.bufferbloat);
 * await lab.set('par', weather.serviceDead);
 *
 * @module
 */
export { createLab } from './create-lab.ts';
export { parseFleet } from './check-fleet.ts';
export { FleetError } from './fleet-error.ts';
export { fleet } from './fleet.ts';
export { weather } from './presets.ts';
export type { Lab } from './create-lab.ts';
export type { RelayStats } from './counters.ts';
export type { LabStats } from './messages.ts';
export type { RelayNotice } from './notice.ts';
export type { LabOptions, LabRelay } from './options.ts';
export type { AccessWeather } from './presets.ts';
export type { Weather } from './weather.ts';
