/**
 * nearest-relay in Node: what measures with UDP, TCP, TLS and ping.
 *
 * ```ts
 * import { parseRelayMap } from 'nearest-relay';
 * import { nearest } from 'nearest-relay/node';
 *
 * const { home, decision } = await nearest({ map: parseRelayMap(await readFile('relays.json', 'utf8')) });
 * console.log(home?.region.name, decision.sentence);
 * ```
 */
export * from './nearest.ts';
export * from './transports/index.ts';
export * from './network/network.ts';
export * from './checks/index.ts';
export * from './store/file.ts';
export { derpStream, type DerpStreamOptions } from './derp-stream.ts';
