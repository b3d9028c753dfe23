import type { Hono } from 'hono';
import { regionById } from '../../core/model/map.ts';
import { answer, cache } from '../answer.ts';
import { readJson } from '../body.ts';
import { clientKey, coarsePlaceOf } from '../client.ts';
import type { Edge, EdgeEnv } from '../edge.ts';
import { acceptReport } from '../fleet/accept.ts';
import type { Description } from '../openapi/description.ts';
import { Problem, type ProblemAt } from '../problem.ts';
import { createRateLimit } from '../rate-limit.ts';
import { createCheck } from '../schema/check.ts';
import { reportSchema } from '../schema/report.ts';

/** A client reports every 20 to 26 s; what stands behind one address may be a few of them. */
const perClient = { burst: 10, everyMs: 3_000 };
const mostBytes = 16_384;

export const description: Description = {
  name: 'report', method: 'post', path: '/v1/reports', summary: 'What a client measured',
  description: 'Checked for shape and plausibility and aggregated. No address is kept, and nothing in it is ever contacted.',
  body: { schema: reportSchema, description: 'A report as the library makes it, up to 16 KiB' },
  answers: { 202: { description: 'Taken' } }, problems: [400, 413, 415, 422, 429, 503],
};

export function reports(app: Hono<EdgeEnv>, edge: Edge): void {
  const { deps, metrics } = edge;
  const limit = createRateLimit(perClient);
  const check = createCheck(reportSchema);

  app.post('/v1/reports', async (c) => {
    const request = c.req.raw;
    const client = deps.clientOf(request);
    const now = deps.wall();
    const waitMs = limit.take(clientKey(client), now);
    if (waitMs > 0) {
      metrics.report('limited');
      throw new Problem(429, 'too many reports from this client', { headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) } });
    }
    const report = await readJson(c, mostBytes);
    const map = await edge.map();
    const problems = check(report, (key) => regionById(map, key) !== undefined);
    if (problems.length > 0) throw refused('the body is not a report', problems);
    const location = deps.locate(request);
    const place = coarsePlaceOf(client);
    const pseudonym = await edge.pseudonyms.both(client, location).catch((error: unknown) => {
      edge.storeFailed('key', location, error);
      throw new Problem(503, 'the store does not answer', { headers: { 'retry-after': '10' } });
    });
    const accepted = acceptReport({ report, map, location, client: place ? { ...pseudonym, place } : pseudonym, now });
    if ('errors' in accepted) throw refused('the report cannot be true, or is about another map', accepted.errors);
    metrics.report('accepted');
    // Notes are for the moment: nothing that grows is kept of them.
    const { notes: _, ...kept } = accepted;
    deps.background(deps.store.location(location.code).saveReport(kept).catch((error: unknown) => edge.storeFailed('save-report', location, error)), request);
    return answer(c, null, { status: 202, cache: cache.never });
  });

  function refused(detail: string, errors: readonly ProblemAt[]): Problem {
    metrics.report('refused');
    return new Problem(422, detail, { errors });
  }
}
