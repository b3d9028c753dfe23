import { answer, cache } from '../answer.ts';
import type { Edge, Routes } from '../edge.ts';
import type { Description } from '../openapi/description.ts';

export const description: Description = {
  name: 'probe', method: 'get', path: '/v1/probe', summary: 'A target for the HTTPS timing of others',
  answers: { 204: { description: 'Nothing; the headers let a page read all of its timing' } }, problems: [],
};

/** Answers from memory alone. `Server-Timing` has what it took here, to be taken off what the client timed. */
export function probe(routes: Routes, { deps }: Edge): void {
  routes.get('/v1/probe', (c) => {
    const startedAt = performance.now();
    const location = deps.locate(c.req.raw).code.replace(/[^\w-]/g, '');
    const tookMs = (performance.now() - startedAt).toFixed(2);
    return answer(c, null, { status: 204, cache: cache.never, headers: { 'timing-allow-origin': '*', 'server-timing': `app;dur=${tookMs}, location;desc="${location}"` } });
  });
}
