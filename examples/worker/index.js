import { createApp, HomeStore } from 'nearest-relay/edge';
import { workerDeps } from 'nearest-relay/worker';

// The Durable Objects: wrangler.toml binds the class.
export { HomeStore };

/** @type {WeakMap<Request, { waitUntil(work: Promise<unknown>): void }>} */
const contexts = new WeakMap();
/** @type {ReturnType<typeof make> | undefined} */
let made;

/** @param {import('nearest-relay/worker').Env} env */
function make(env) {
  const deps = workerDeps(env, (work, request) => contexts.get(request)?.waitUntil(work));
  // All as it is deployed, but for what is put in its place.
  const app = createApp({ ...deps, log: ({ level, event }) => console.log('edge', level, event) });
  return { app, liveMap: deps.liveMap };
}

export default {
  /**
   * @param {Request} request
   * @param {import('nearest-relay/worker').Env} env
   * @param {{ waitUntil(work: Promise<unknown>): void }} context
   */
  async fetch(request, env, context) {
    if (new URL(request.url).pathname === '/') return new Response('a page of your own');
    made ??= make(env);
    contexts.set(request, context);
    context.waitUntil(made.liveMap.refresh());
    return made.app.fetch(request);
  },
};
