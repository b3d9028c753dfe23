/** The Worker that `wrangler.toml` deploys: the edge app, made once an isolate, and the objects that it keeps its facts in. */
import { createApp, type EdgeApp } from './app.ts';
import { workerDeps, type WorkerDeps } from './cloudflare/deps.ts';
import type { Env } from './cloudflare/env.ts';

export { HomeStore } from './storage/home-store.ts';

/** What is used of the platform's `ExecutionContext`. */
interface ExecutionContext {
  waitUntil(work: Promise<unknown>): void;
}

/** The context of each request that is being served: what is to outlive an answer belongs to the request that began it. */
const contexts = new WeakMap<Request, ExecutionContext>();

let made: { readonly app: EdgeApp; readonly deps: WorkerDeps } | undefined;

function makeOnce(env: Env): NonNullable<typeof made> {
  if (made) return made;
  const deps = workerDeps(env, (work, request) => contexts.get(request)?.waitUntil(work));
  made = { deps, app: createApp(deps) };
  return made;
}

const worker: { fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> } = {
  async fetch(request, env, context) {
    contexts.set(request, context);
    const { app, deps } = makeOnce(env);
    // Other requests may wait for the same reading: it must not end with this one's client.
    context.waitUntil(deps.liveMap.refresh());
    return app.fetch(request);
  },
};

export default worker;
