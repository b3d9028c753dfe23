import { cache } from '../answer.ts';
import { dashboardPage } from '../dashboard/page.ts';
import type { Routes } from '../edge.ts';
import { answerEntity, entityOf } from '../entity.ts';
import type { Description } from '../openapi/description.ts';
import { policyFor } from '../page-policy.ts';

export const description: Description = {
  name: 'dashboard', method: 'get', path: '/', summary: 'The dashboard', description: 'A page without data: it asks for /v1/fleet, with the token that its visitor gives.',
  answers: { 200: { description: 'The page', type: 'text/html' }, 304: { description: 'It is still the one that If-None-Match names' } }, problems: [],
};

export function dashboard(routes: Routes): void {
  let written: Promise<readonly [Awaited<ReturnType<typeof entityOf>>, string]> | undefined;
  routes.get('/', async (c) => {
    written ??= Promise.all([entityOf(dashboardPage), policyFor(dashboardPage)]);
    const [page, policy] = await written;
    return answerEntity(c, page, { type: 'text/html; charset=utf-8', cacheControl: cache.page, headers: { 'content-security-policy': policy } });
  });
}
