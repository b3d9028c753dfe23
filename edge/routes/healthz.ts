import { answerJson, cache } from '../answer.ts';
import type { Edge, Routes } from '../edge.ts';
import type { Description } from '../openapi/description.ts';
import { health } from '../schema/answers.ts';

export const description: Description = {
  name: 'health', method: 'get', path: '/healthz', summary: 'Whether it can serve',
  answers: { 200: { description: 'It has a map', schema: health } }, problems: [503],
};

export function healthz(routes: Routes, edge: Edge): void {
  routes.get('/healthz', async (c) => answerJson(c, { status: 'ok', regions: (await edge.map()).regions.length }, { cache: cache.never }));
}
