import { cache, jsonType } from '../answer.ts';
import type { Routes } from '../edge.ts';
import { answerEntity, entityOf, type Entity } from '../entity.ts';
import type { Description } from '../openapi/description.ts';
import document from '../openapi/document.json' with { type: 'json' };

export const description: Description = {
  name: 'openapi', method: 'get', path: '/openapi.json', summary: 'This document',
  answers: { 200: { description: 'OpenAPI 3.1' }, 304: { description: 'It is still the one that If-None-Match names' } }, problems: [],
};

export function openapi(routes: Routes): void {
  let written: Promise<Entity> | undefined;
  routes.get('/openapi.json', async (c) => {
    written ??= entityOf(JSON.stringify(document));
    return answerEntity(c, await written, { type: jsonType, cacheControl: cache.api });
  });
}
