/**
 * nearest-relay on Cloudflare, for Workers alone (`cloudflare:sockets`). The default export is the Worker as it is deployed: its
 * `fetch` may be called from a Worker of one's own. `workerDeps` makes what `createApp` wants of a Worker's bindings, for whoever
 * changes some of it.
 */
export { default, HomeStore } from '../worker.ts';
export { workerDeps, type WorkerDeps } from './deps.ts';
export type { Env } from './env.ts';
