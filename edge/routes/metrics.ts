import { answer, cache } from '../answer.ts';
import type { Edge, Routes } from '../edge.ts';
import type { Description } from '../openapi/description.ts';

export const description: Description = {
  name: 'metrics', method: 'get', path: '/metrics', summary: 'Metrics in the Prometheus text format 0.0.4',
  guarded: true, answers: { 200: { description: 'The metrics', type: 'text/plain' } }, problems: [401, 403, 429, 503],
};

export function metrics(routes: Routes, edge: Edge): void {
  routes.get('/metrics', async (c) => {
    const ofLocations = await edge.fleetFacts.tell('metrics', await edge.map(), c.req.raw);
    return answer(c, edge.metrics.text() + ofLocations, { type: 'text/plain; version=0.0.4; charset=utf-8', cache: cache.never });
  });
}
