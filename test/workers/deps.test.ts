import { env as bound } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { workerDeps, type WorkerDeps } from '../../edge/cloudflare/deps.ts';
import type { Env } from '../../edge/cloudflare/env.ts';
import { mapOf } from '../maps.ts';

const depsOf = (env: Partial<Env>): WorkerDeps => workerDeps({ HOMES: bound.HOMES as Env['HOMES'], ...env }, () => {});
/** A KV namespace with one map, or none. */
const kv = (kept: string | null): NonNullable<Env['RELAY_MAPS']> => ({ get: async (key: string) => (key === 'relay-map' ? kept : null) }) as unknown as NonNullable<Env['RELAY_MAPS']>;
const text = (code: string): string => JSON.stringify(mapOf([code]));

describe('the map of a Worker', () => {
  it.each<{ what: string; env: Partial<Env>; code: string }>([
    { what: 'a variable with text', env: { RELAY_MAP: text('var') }, code: 'var' },
    { what: 'a variable with JSON', env: { RELAY_MAP: mapOf(['json']) }, code: 'json' },
    { what: 'KV', env: { RELAY_MAPS: kv(text('kv')) }, code: 'kv' },
    { what: 'the variable before KV', env: { RELAY_MAP: text('var'), RELAY_MAPS: kv(text('kv')) }, code: 'var' },
    { what: 'KV where the variable is empty', env: { RELAY_MAP: '', RELAY_MAPS: kv(text('kv')) }, code: 'kv' },
  ])('comes from $what', async ({ env, code }) => {
    expect((await depsOf(env).map()).regions.map((region) => region.code)).toEqual([code]);
  });

  it.each<{ what: string; env: Partial<Env>; says: string }>([
    { what: 'nothing is set', env: {}, says: 'RELAY_MAP' },
    { what: 'KV has none', env: { RELAY_MAPS: kv(null) }, says: 'RELAY_MAPS' },
    { what: 'it is broken', env: { RELAY_MAP: '{"version":1,"regions":[{}]}' }, says: 'regions[0]' },
  ])('is missing where $what, and the reason is told', async ({ env, says }) => {
    await expect(depsOf(env).map()).rejects.toThrow(says);
  });
});

describe('access to the fleet view', () => {
  it.each<{ env: Partial<Env>; access: WorkerDeps['access'] }>([
    { env: {}, access: 'closed' },
    { env: { FLEET_TOKEN: '' }, access: 'closed' },
    { env: { FLEET_TOKEN: 'secret' }, access: { token: 'secret' } },
    { env: { FLEET_TOKEN: 'secret', PUBLIC_FLEET: '1' }, access: 'open' },
    { env: { FLEET_TOKEN: 'secret', PUBLIC_FLEET: '0' }, access: { token: 'secret' } },
    { env: { PUBLIC_FLEET: 'true' }, access: 'closed' },
  ])('$env: $access', ({ env, access }) => {
    expect(depsOf(env).access).toEqual(access);
  });
});

describe('data points', () => {
  it('are written where a dataset is bound', () => {
    const points: unknown[] = [];
    depsOf({ EVENTS: { writeDataPoint: (point) => void points.push(point) } }).count?.({ route: '/v1/hint', status: 200, location: 'FRA', ms: 3 });
    expect(points).toEqual([{ indexes: ['FRA'], blobs: ['/v1/hint', 'FRA'], doubles: [200, 3] }]);
    expect(depsOf({}).count).toBeUndefined();
  });
});
