// Its router tries one route after another: for a dozen of them that does, and the Worker is 2.4 kB smaller.
import { Hono } from 'hono/tiny';
import { createGuard, isGuarded } from './access.ts';
import { answer, answerProblem, cache } from './answer.ts';
import type { EdgeDeps } from './deps.ts';
import { createEdge, nameOf, type EdgeContext, type EdgeEnv } from './edge.ts';
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

/** The edge as a Hono app: `app.fetch` serves it, `app.request` tests it without a socket. */
export type EdgeApp = Hono<EdgeEnv>;

/** How long a page may remember that it may ask (browsers take no more than some hours). */
const preflightMaxAge = '7200';

/** The edge endpoint, the same on a Worker, on Node and in a test: all that differs is in `deps`. */
export function createApp(deps: EdgeDeps): EdgeApp {
  const edge = createEdge(deps);
  const guard = createGuard(deps);
  const app: EdgeApp = new Hono<EdgeEnv>();

  app.use(async (c, next) => {
    const startedAt = deps.wall();
    // Preflights carry no credentials and learn nothing.
    if (isGuarded(c.req.path) && c.req.method !== 'OPTIONS') guard(c.req.raw);
    // Routers differ in what they take for a path, such as with a slash at its end: what is not written down is not there.
    if (methods.has(c.req.path)) await next();
    else c.res = await c.notFound();
    count(c, c.res.status, startedAt);
  });

  for (const add of [dashboard, relays, latency, hint, reports, fleet, settingsRegions, probe, echo, healthz, metrics, openapi]) add(app, edge);

  const methods = methodsByPath(app);
  /** Bounded: the paths that there are, and one word for all others. */
  const routeOf = (c: EdgeContext): string => (methods.has(c.req.path) ? c.req.path : 'other');

  function count(c: EdgeContext, status: number, startedAt: number): void {
    edge.metrics.request(routeOf(c), status);
    deps.count?.({ route: routeOf(c), status, location: deps.locate(c.req.raw).code, ms: deps.wall() - startedAt });
  }

  app.notFound((c) => {
    const allowed = methods.get(c.req.path);
    if (!allowed) return answerProblem(c, new Problem(404, 'there is no such route; /openapi.json lists them'));
    const allow = allowed.join(', ');
    if (c.req.method !== 'OPTIONS') return answerProblem(c, new Problem(405, `there is ${allow} only`, { headers: { allow } }));
    const preflight: Record<string, string> = isGuarded(c.req.path) ? {} : { 'access-control-allow-methods': allow, 'access-control-allow-headers': 'content-type', 'access-control-max-age': preflightMaxAge };
    return answer(c, null, { status: 204, cache: cache.never, headers: { allow, ...preflight } });
  });

  app.onError((error, c) => {
    if (error instanceof Problem) return answerProblem(c, error);
    // Where it happened, without the message: that may hold text of a client.
    deps.log({ level: 'error', event: 'request-failed', route: routeOf(c), error: nameOf(error), at: placeIn(error) });
    return answerProblem(c, new Problem(500, 'this is a fault of the edge, and has been logged'));
  });
  return app;
}

/** The first line of the stack. The message stands before it, and may look like one. */
function placeIn({ stack = '', message }: Error): string | undefined {
  const at = stack.indexOf(message);
  return /\n +at (.*)/.exec(at < 0 ? '' : stack.slice(at + message.length))?.[1];
}

/** As `Allow` wants them: HEAD goes with GET, OPTIONS with all. */
function methodsByPath(app: EdgeApp): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { method, path } of app.routes) {
    if (method === 'ALL') continue;
    const methods = found.get(path) ?? ['OPTIONS'];
    if (!methods.includes(method)) methods.unshift(...(method === 'GET' ? ['GET', 'HEAD'] : [method]));
    found.set(path, methods);
  }
  return found;
}
