import type { Hono } from 'hono';
import { answerJson, cache } from '../answer.ts';
import type { Edge, EdgeEnv } from '../edge.ts';
import type { Description } from '../openapi/description.ts';
import { hint as schema } from '../schema/answers.ts';

/** As long as a page may take to begin measuring by itself. */
const maxAgeMs = 5_000;

export const description: Description = {
  name: 'hint', method: 'get', path: '/v1/hint', summary: 'Regions for this client, nearest first, before it has measured anything',
  description: 'From what this location measured, corrected by what clients of it reported; else from places.',
  answers: { 200: { description: 'A ranking to begin with, to be confirmed by probes of the first few', schema } }, problems: [503],
};

export function hint(app: Hono<EdgeEnv>, { hints }: Edge): void {
  app.get('/v1/hint', async (c) => {
    const { location, hint } = await hints.for(c.req.raw);
    return answerJson(c, { location: location.code, ...hint }, { cache: cache.here(maxAgeMs) });
  });
}
