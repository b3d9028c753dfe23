import { formatRelayMap } from '../../core/map/format.ts';
import type { RelayMap } from '../../core/model/map.ts';
import { cache, jsonType } from '../answer.ts';
import type { Edge, Routes } from '../edge.ts';
import { answerEntity, entityOf, type Entity } from '../entity.ts';
import type { Description } from '../openapi/description.ts';
import { relayMap } from '../schema/answers.ts';

export const description: Description = {
  name: 'relays', method: 'get', path: '/v1/relays', summary: 'The relay map that is served', description: 'User names and credentials of TURN are left out.',
  answers: { 200: { description: 'The map', schema: relayMap }, 304: { description: 'It is still the one that If-None-Match names' } }, problems: [503],
};

export function relays(routes: Routes, edge: Edge): void {
  const written = new WeakMap<RelayMap, Promise<Entity>>();
  routes.get('/v1/relays', async (c) => {
    const map = await edge.map();
    const entity = written.get(map) ?? entityOf(JSON.stringify(formatRelayMap(map, { credentials: false })));
    written.set(map, entity);
    return answerEntity(c, await entity, { type: jsonType, cacheControl: cache.map });
  });
}
