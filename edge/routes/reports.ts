import { regionById } from '../../core/model/map.ts';
import { answer, cache } from '../answer.ts';
import { readJson } from '../body.ts';
import { clientKey, coarsePlaceOf } from '../client.ts';
import type { Client } from '../deps.ts';
import type { Edge, EdgeContext, Routes } from '../edge.ts';
import { acceptReport, type AcceptedReport, type PostedReport } from '../fleet/accept.ts';
import type { ClientReport, Location } from '../fleet/facts.ts';
import type { Description } from '../openapi/description.ts';
import { Problem, type ProblemAt } from '../problem.ts';
import { createRateLimit } from '../rate-limit.ts';
import { createCheck } from '../schema/check.ts';
import { reportSchema } from '../schema/report.ts';
import { or, when, type Soon } from '../soon.ts';

/** A client reports every 20 to 26 s; what stands behind one address may be a few of them. */
const perClient = { burst: 10, everyMs: 3_000 };
const mostBytes = 16_384;
/** Else Node ends an empty body with a chunk that says so. */
const nothingFollows = { 'content-length': '0' };

export const description: Description = {
  name: 'report', method: 'post', path: '/v1/reports', summary: 'What a client measured',
  description: 'Checked for shape and plausibility and aggregated. No address is kept, and nothing in it is ever contacted.',
  body: { schema: reportSchema, description: 'A report as the library makes it, up to 16 KiB' },
  answers: { 202: { description: 'Taken' } }, problems: [400, 413, 415, 422, 429, 503],
};

export function reports(routes: Routes, edge: Edge): void {
  const { deps, metrics } = edge;
  const limit = createRateLimit(perClient);
  const check = createCheck(reportSchema);

  routes.post('/v1/reports', (c) => {
    const client = deps.clientOf(c.req.raw);
    const now = deps.wall();
    const waitMs = limit.take(clientKey(client), now);
    if (waitMs > 0) {
      metrics.report('limited');
      throw new Problem(429, 'too many reports from this client', { headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) } });
    }
    return readJson(c, mostBytes).then((report) => when(edge.map(), (map) => {
      const problems = check(report, (key) => regionById(map, key) !== undefined);
      if (problems.length > 0) throw refused('the body is not a report', problems);
      const location = deps.locate(c.req.raw);
      return when(pseudonymOf(client, location), (pseudonym) => take(c, { report, map, location, client: pseudonym, now }));
    }));
  });

  function pseudonymOf(client: Client, location: Location): Soon<PostedReport['client']> {
    const place = coarsePlaceOf(client);
    const pseudonym = or(edge.pseudonyms.both(client, location), (error): never => {
      edge.storeFailed('key', location, error);
      throw new Problem(503, 'the store does not answer', { headers: { 'retry-after': '10' } });
    });
    return when(pseudonym, (hashes) => (place ? { ...hashes, place } : hashes));
  }

  function take(c: EdgeContext, posted: PostedReport): Response {
    const accepted = acceptReport(posted);
    if ('errors' in accepted) throw refused('the report cannot be true, or is about another map', accepted.errors);
    metrics.report('accepted');
    const { location } = posted;
    const saving = deps.store.location(location.code).saveReport(withoutNotes(accepted));
    if (saving) deps.background(saving.catch((error: unknown) => edge.storeFailed('save-report', location, error)), c.req.raw);
    return answer(c, null, { status: 202, cache: cache.never, headers: nothingFollows });
  }

  function refused(detail: string, errors: readonly ProblemAt[]): Problem {
    metrics.report('refused');
    return new Problem(422, detail, { errors });
  }
}

/** Notes are for the moment: nothing that grows is kept of them. Few have any, and a copy of all others would be for nothing. */
function withoutNotes(accepted: AcceptedReport): ClientReport {
  if (!accepted.notes) return accepted;
  const { notes: _, ...kept } = accepted;
  return kept;
}
