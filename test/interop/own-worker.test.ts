import { afterAll, expect, it } from 'vitest';
import { formatRelayMap } from '../../core/map/format.ts';
import { mapOf } from '../maps.ts';
import { workerdObstacle } from '../workers/project.ts';
import { cleanUp } from './programs.ts';
import { startWorker } from './wrangler.ts';

afterAll(cleanUp);

/** Of the package as it is built, in a project that has a `wrangler.toml` of its own. */
it.skipIf(workerdObstacle() !== undefined)('examples/worker has the edge in a Worker of its own', async () => {
  const map = mapOf(['fra', 'par']);
  const worker = await startWorker({ RELAY_MAP: JSON.stringify(formatRelayMap(map)), FLEET_TOKEN: 'secret' }, { config: 'examples/worker/wrangler.toml' });
  const get = (path: string, init?: RequestInit): Promise<Response> => fetch(`${worker.url}${path}`, init);
  expect(await (await get('/')).text()).toBe('a page of your own');
  expect(await (await get('/v1/hint')).json()).toMatchObject({ ranked: expect.arrayContaining(['1', '2']) as unknown });
  const fleet = await get('/v1/fleet', { headers: { authorization: 'Bearer secret' } });
  expect([fleet.status, (await get('/v1/fleet')).status]).toEqual([200, 401]);
}, 90_000);
