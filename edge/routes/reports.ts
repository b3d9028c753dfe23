import { sValidator } from '@hono/standard-validator';
import type { Hono } from 'hono';
import { answer, cache } from '../answer.ts';
import { limitBody } from '../body.ts';
import { clientKey, coarsePlaceOf } from '../client.ts';
import type { Edge, EdgeEnv } from '../edge.ts';
import { acceptReport } from '../fleet/accept.ts';
import type { Description } from '../openapi/description.ts';
import { Problem } from '../problem.ts';
import { createRateLimit } from '../rate-limit.ts';
import { problemsAt } from '../schema/problems-at.ts';
import { reportSchema } from '../schema/report.ts';

/** A client reports every 20 to 26 s; what stands behind one address may be a few of them. */
const perClient = { burst: 10, everyMs: 3_000 };
const mostBytes = 16_384;

export const description: Description = {
  name: 'report', method: 'post', path: '/v1/reports', summary: 'What a client measured',
  description: 'Checked for shape and plausibility and aggregated. No address is kept, and nothing in it is ever contacted.',
  body: { schema: reportSchema, description: `A report as the library makes it, up to ${mostBytes} bytes` },
  answers: { 202: { description: 'Taken' } }, problems: [400, 413, 415, 422, 429, 503],
};

export function reports(app: Hono<EdgeEnv>, edge: Edge): void {
  const { deps, metrics } = edge;
  const limit = createRateLimit(perClient);

  app.post('/v1/reports', async (c, next) => {
    c.set('request', c.req.raw);
    const waitMs = limit.take(clientKey(deps.clientOf(c.req.raw)), deps.wall());
    if (waitMs > 0) {
      metrics.report('limited');
      throw new Problem(429, 'too many reports from this client', { headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) } });
    }
    await limitBody(c, mostBytes);
    await next();
  }, sValidator('json', reportSchema, async (result) => {
    if (result.success) return;
    metrics.report('refused');
    throw new Problem(422, 'the body is not a report', { errors: problemsAt(result.error, await edge.map()) });
  }), async (c) => {
    const request = c.get('request');
    const location = deps.locate(request);
    const client = deps.clientOf(request);
    const [map, pseudonym] = await Promise.all([edge.map(), edge.pseudonyms.both(client, location)]);
    const place = coarsePlaceOf(client);
    const accepted = acceptReport({ report: c.req.valid('json'), map, location, client: { ...pseudonym, ...(place && { place }) }, now: deps.wall() });
    if ('errors' in accepted) {
      metrics.report('refused');
      throw new Problem(422, 'the report cannot be true, or is about another map', { errors: accepted.errors });
    }
    metrics.report('accepted');
    // Notes are for the moment: nothing that grows is kept of them.
    const { notes: _, ...kept } = accepted;
    deps.background(deps.store.location(location.code).saveReport(kept).catch((error: unknown) => edge.storeFailed('save-report', location, error)), request);
    return answer(c, null, { status: 202, cache: cache.never });
  });
}
