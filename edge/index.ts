/**
 * nearest-relay at the edge: a latency endpoint in every location, and a hint before the first probe.
 *
 * `createApp` makes the Hono app of what a platform hands in (`EdgeDeps`); `edge/worker.ts` hands in Cloudflare's means, the
 * command `serve` Node's.
 */
export { createApp, type EdgeApp } from './app.ts';
export { createLiveMap, type LiveMap, type LiveMapOptions } from './map/live-map.ts';
export { createSweep, type SweepOptions } from './measure/sweep.ts';
export { HomeStore } from './storage/home-store.ts';
export { sqlFleetStore, type SqlStoreOptions } from './storage/location-store.ts';
export { memoryFleetStore } from './storage/memory-store.ts';
export type { Sql } from './storage/sql.ts';
export type { EdgeEnv } from './edge.ts';
export type * from './deps.ts';
export type * from './fleet/facts.ts';
export type * from './storage/store.ts';
