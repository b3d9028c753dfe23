import { answer, cache, jsonType } from '../answer.ts';
import type { Edge, Routes } from '../edge.ts';
import type { Description } from '../openapi/description.ts';

export const description: Description = {
  name: 'fleet', method: 'get', path: '/v1/fleet', summary: 'Latencies of all locations, regret of the clients, and where a further relay would gain most',
  guarded: true, answers: { 200: { description: 'The view' } }, problems: [401, 403, 429, 503],
};

export function fleet(routes: Routes, edge: Edge): void {
  routes.get('/v1/fleet', async (c) => answer(c, await edge.fleetFacts.tell('view', await edge.map(), c.req.raw), { type: jsonType, cache: cache.never }));
}
