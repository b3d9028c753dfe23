/**
 * nearest-relay: which relay is nearest, is it really, and how to stay on a good one.
 *
 * ```ts
 * import { createPicker, parseRelayMap } from 'nearest-relay';
 * import { nodeTransports } from 'nearest-relay/node';
 *
 * const picker = createPicker({ map: parseRelayMap(text), transports: nodeTransports() });
 * for await (const { decision } of picker.watch()) console.log(decision.home, decision.sentence);
 * ```
 */
export * from '../core/index.ts';
export { createPicker, type DefaultedPickerOptions } from './picker.ts';
export { createHome, type DefaultedHomeOptions } from './home.ts';
export { createIceServers, type DefaultedIceServersOptions } from './ice-servers.ts';
export { sharedSecretCredentials, type SharedSecretOptions } from './shared-secret.ts';
export { systemClock } from './clock.ts';
export { reportTo, type ReportToOptions } from './report-to.ts';
