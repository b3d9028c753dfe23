import type { Hono } from 'hono';
import { safeParse } from 'valibot';
import type { RelayMap } from '../../core/model/map.ts';
import { answer, cache } from '../answer.ts';
import { readJson } from '../body.ts';
import { clientKey, coarsePlaceOf } from '../client.ts';
import type { Edge, EdgeEnv } from '../edge.ts';
import { acceptReport } from '../fleet/accept.ts';
import type { Description } from '../openapi/description.ts';
import { Problem, type ProblemAt } from '../problem.ts';
import { createRateLimit } from '../rate-limit.ts';
import { isReport } from '../schema/is-report.ts';
import { problemsAt } from '../schema/problems-at.ts';
import { reportSchema } from '../schema/report.ts';

/** A client reports every 20 to 26 s; what stands behind one address may be a few of them. */
const perClient = { burst: 10, everyMs: 3_000 };
const mostBytes = 16_384;
const mostCharactersForAll = 2_048;

export const description: Description = {
  name: 'report', method: 'post', path: '/v1/reports', summary: 'What a client measured',
  description: 'Checked for shape and plausibility and aggregated. No address is kept, and nothing in it is ever contacted.',
  body: { schema: reportSchema, description: 'A report as the library makes it, up to 16 KiB' },
  answers: { 202: { description: 'Taken' } }, problems: [400, 413, 415, 422, 429, 503],
};

export function reports(app: Hono<EdgeEnv>, edge: Edge): void {
  const { deps, metrics } = edge;
  const limit = createRateLimit(perClient);

  app.post('/v1/reports', async (c) => {
    const request = c.req.raw;
    const client = deps.clientOf(request);
    const now = deps.wall();
    const waitMs = limit.take(clientKey(client), now);
    if (waitMs > 0) {
      metrics.report('limited');
      throw new Problem(429, 'too many reports from this client', { headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) } });
    }
    const { json: report, characters } = await readJson(c, mostBytes);
    const map = await edge.map();
    if (!isReport(report)) throw refused('the body is not a report', problemsOf(report, characters, map));
    const location = deps.locate(request);
    const place = coarsePlaceOf(client);
    const pseudonym = await edge.pseudonyms.both(client, location);
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

/**
 * What the schema finds wrong: all of it, or of a long body the first thing. To find the thousands that 16 KiB may hold would
 * take 30 ms of a process that others wait for. It may take what `isReport` does not: names that every object has, which it drops.
 */
function problemsOf(report: unknown, characters: number, map: RelayMap): readonly ProblemAt[] {
  const { issues } = safeParse(reportSchema, report, { abortEarly: characters > mostCharactersForAll });
  return issues ? problemsAt(issues, map) : [{ path: 'regions', message: 'is not valid' }];
}
