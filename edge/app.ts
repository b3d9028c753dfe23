// Its router tries one route after another: for a dozen of them that does, and the Worker is 2.4 kB smaller.
import { Hono } from 'hono/tiny';
import { createGuard, isGuarded } from './access.ts';
import { answer, answerProblem, cache } from './answer.ts';
import type { EdgeDeps } from './deps.ts';
import { createEdge, nameOf, type EdgeContext, type EdgeEnv, type Handler, type Routes } from './edge.ts';
import { Problem } from './problem.ts';
import { dashboard } from './routes/dashboard.ts';
import { echo } from './routes/echo.ts';
import { fleet } from './routes/fleet.ts';
import { healthz } from './routes/healthz.ts';
import { hint } from './routes/hint.ts';
import { latency } from './routes/latency.ts';
import { metrics } from './routes/metrics.ts';
import { openapi } from './routes/openapi.ts';
import { probe } from './routes/probe.ts';
import { relays } from './routes/relays.ts';
import { reports } from './routes/reports.ts';
import { settingsRegions } from './routes/settings-regions.ts';
import type { Soon } from './soon.ts';

/** The edge as a Hono app: `app.fetch` serves it, `app.request` tests it without a socket. */
export type EdgeApp = Hono<EdgeEnv>;

/** How long a page may remember that it may ask (browsers take no more than some hours). */
const preflightMaxAge = '7200';

/** The edge endpoint, the same on a Worker, on Node and in a test: all that differs is in `deps`. */
export function createApp(deps: EdgeDeps): EdgeApp {
  const edge = createEdge(deps);
  const guard = createGuard(deps);
  const app: EdgeApp = new Hono<EdgeEnv>();
  const methods = new Map<string, string[]>();
  /** Bounded: the paths that there are, and one word for all others. */
  const routeOf = (c: EdgeContext): string => (methods.has(c.req.path) ? c.req.path : 'other');

  /** Guards a route and counts its answers. No middleware: with one Hono makes promises for every request, and most need none. */
  function serve(c: EdgeContext, handle: Handler): Soon<Response> {
    const startedAt = deps.wall();
    const counted = (response: Response): Response => {
      edge.metrics.request(routeOf(c), response.status);
      deps.count?.({ route: routeOf(c), status: response.status, location: deps.locate(c.req.raw).code, ms: deps.wall() - startedAt });
      return response;
    };
    const failed = (error: unknown): Response => counted(answerError(c, error));
    try {
      // Preflights carry no credentials and learn nothing.
      if (isGuarded(c.req.path) && c.req.method !== 'OPTIONS') guard(c.req.raw);
      const answered = handle(c);
      return answered instanceof Promise ? answered.then(counted, failed) : counted(answered);
    } catch (error) {
      return failed(error);
    }
  }

  /** As `Allow` wants them: HEAD goes with GET, OPTIONS with all. */
  const add = (method: 'get' | 'post', names: readonly string[]) => (path: string, handle: Handler): void => {
    methods.set(path, [...names, ...(methods.get(path) ?? ['OPTIONS'])]);
    // Routers differ in what they take for a path, such as with a slash at its end: what is not written down is not there.
    app[method](path, (c) => serve(c, c.req.path === path ? handle : notFound));
  };
  const routes: Routes = { get: add('get', ['GET', 'HEAD']), post: add('post', ['POST']) };
  for (const route of [dashboard, relays, latency, hint, reports, fleet, settingsRegions, probe, echo, healthz, metrics, openapi]) route(routes, edge);

  function notFound(c: EdgeContext): Response {
    const allowed = methods.get(c.req.path);
    if (!allowed) return answerProblem(c, new Problem(404, 'there is no such route; /openapi.json lists them'));
    const allow = allowed.join(', ');
    if (c.req.method !== 'OPTIONS') return answerProblem(c, new Problem(405, `there is ${allow} only`, { headers: { allow } }));
    const preflight: Record<string, string> = isGuarded(c.req.path) ? {} : { 'access-control-allow-methods': allow, 'access-control-allow-headers': 'content-type', 'access-control-max-age': preflightMaxAge };
    return answer(c, null, { status: 204, cache: cache.never, headers: { allow, ...preflight } });
  }

  function answerError(c: EdgeContext, error: unknown): Response {
    if (error instanceof Problem) return answerProblem(c, error);
    // Where it happened, without the message: that may hold text of a client.
    deps.log({ level: 'error', event: 'request-failed', route: routeOf(c), error: nameOf(error), at: error instanceof Error ? placeIn(error) : undefined });
    return answerProblem(c, new Problem(500, 'this is a fault of the edge, and has been logged'));
  }

  app.notFound((c) => serve(c, notFound));
  app.onError((error, c) => answerError(c, error));
  return app;
}

/** The first line of the stack. The message stands before it, and may look like one. */
function placeIn({ stack = '', message }: Error): string | undefined {
  const at = stack.indexOf(message);
  return /\n +at (.*)/.exec(at < 0 ? '' : stack.slice(at + message.length))?.[1];
}
