import { answer, cache, jsonType } from '../answer.ts';
import type { Edge, Routes } from '../edge.ts';
import type { Description } from '../openapi/description.ts';
import { hint as schema } from '../schema/answers.ts';
import { when } from '../soon.ts';

/** As long as a page may take to begin measuring by itself. */
const cacheControl = cache.here(5_000);

export const description: Description = {
  name: 'hint', method: 'get', path: '/v1/hint', summary: 'Regions for this client, nearest first, before it has measured anything',
  description: 'From what this location measured, corrected by what clients of it reported; else from places.',
  answers: { 200: { description: 'A ranking to begin with, to be confirmed by probes of the first few', schema } }, problems: [503],
};

export function hint(routes: Routes, { hints }: Edge): void {
  routes.get('/v1/hint', (c) => when(hints.for(c.req.raw), ({ json, ageMs }) => answer(c, `${json},"ageMs":${ageMs}}`, { type: jsonType, cache: cacheControl })));
}
