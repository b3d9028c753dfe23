import { describe, expect, it } from 'vitest';
import { isGuarded } from '../../edge/access.ts';
import { createRig, problemOf } from './rig.ts';

const guarded = ['/v1/fleet', '/metrics'];
const token = 'correct horse battery staple'.replaceAll(' ', '-');

describe.each(guarded)('%s', (path) => {
  it.each([
    { access: 'open', authorization: undefined, status: 200 },
    { access: 'closed', authorization: undefined, status: 403 },
    { access: 'closed', authorization: `Bearer ${token}`, status: 403 },
    { access: { token }, authorization: undefined, status: 401 },
    { access: { token }, authorization: `Bearer ${token}`, status: 200 },
    { access: { token }, authorization: `bearer  ${token} `, status: 200 },
    { access: { token }, authorization: `Bearer ${token}x`, status: 401 },
    { access: { token }, authorization: `Bearer ${token.slice(0, -1)}`, status: 401 },
    { access: { token }, authorization: `Bearer ${token} ${token}`, status: 401 },
    { access: { token }, authorization: `Basic ${token}`, status: 401 },
    { access: { token }, authorization: 'Bearer', status: 401 },
    { access: { token: '' }, authorization: 'Bearer ', status: 401 },
    { access: () => 'closed' as const, authorization: undefined, status: 403 },
    { access: (request: Request) => (request.headers.has('authorization') ? 'open' as const : { token }), authorization: 'any', status: 200 },
  ] as const)('$access, $authorization: $status', async ({ access, authorization, status }) => {
    const rig = createRig({ access });
    const got = await rig.get(path, { headers: authorization === undefined ? {} : { authorization } });
    expect([got.status, got.headers.get('access-control-allow-origin')]).toEqual([status, null]);
    if (status === 401) expect([got.headers.get('www-authenticate'), (await problemOf(got)).detail]).toEqual(['Bearer realm="fleet"', 'wants the fleet token as a bearer token']);
  });
});

describe('guard', () => {
  it('is for these alone', async () => {
    const rig = createRig({ access: 'closed' });
    for (const path of ['/', '/v1/relays', '/v1/latency', '/v1/hint', '/settings/regions', '/v1/probe', '/healthz', '/openapi.json']) expect([path, (await rig.get(path)).status < 300]).toEqual([path, true]);
    expect(isGuarded('/v1/doctor/1')).toBe(true);
  });

  it('a path written otherwise does not get by', async () => {
    const rig = createRig({ access: 'closed' });
    for (const path of ['/v1/fl%65et', '/metric%73', '//metrics', '/metrics/', '/v1/../v1/fleet', '/v1//fleet']) expect([path, [403, 404].includes((await rig.get(path)).status)]).toEqual([path, true]);
  });

  it('wrong tokens are limited for each client; the right one never is', async () => {
    const rig = createRig({ access: { token } });
    const ask = async (client: string, given: string): Promise<number> => (await rig.get('/metrics', { headers: { 'x-client': client, authorization: `Bearer ${given}` } })).status;
    const statuses: number[] = [];
    for (let tries = 0; tries < 12; tries++) statuses.push(await ask('192.0.2.1', `guess${tries}`));
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    expect([await ask('192.0.2.1', token), await ask('192.0.2.2', 'guess')]).toEqual([200, 401]);
    const limited = await rig.get('/metrics', { headers: { 'x-client': '192.0.2.1' } });
    expect(limited.headers.get('retry-after')).toBe('10');
    rig.now += 10_000;
    expect(await ask('192.0.2.1', 'guess')).toBe(401);
  });
});
