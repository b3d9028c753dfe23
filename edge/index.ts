/** nearest-relay at the edge: a latency endpoint in every location, and a hint before the first probe. */
export type * from './deps.ts';
export type * from './fleet/facts.ts';
export type * from './storage/store.ts';
