import { describe, expect, it } from 'vitest';
import { isGuarded } from '../../edge/access.ts';
import { createRig, problemOf, type Rig } from './rig.ts';

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

  const ask = async (rig: Rig, client: string, given?: string): Promise<Response> => rig.get('/metrics', { headers: { 'x-client': client, ...(given !== undefined && { authorization: `Bearer ${given}` }) } });
  const many = async (count: number, one: (at: number) => Promise<Response>): Promise<Record<number, number>> => {
    const statuses = (await Promise.all(Array.from({ length: count }, (_, at) => one(at)))).map(({ status }) => status);
    return Object.fromEntries([...new Set(statuses)].map((status) => [status, statuses.filter((each) => each === status).length]));
  };

  it('wrong tokens are limited for each client, also those that come all at once', async () => {
    const rig = createRig({ access: { token } });
    expect(await many(50, (at) => ask(rig, '192.0.2.1', `guess${at}`))).toEqual({ 401: 10, 429: 40 });
    expect((await ask(rig, '192.0.2.1', 'guess')).headers.get('retry-after')).toBe('10');
    expect((await ask(rig, '192.0.2.2', 'guess')).status).toBe(401);
  });

  it('who has guessed too often finds out nothing: not that a guess is right, either', async () => {
    const rig = createRig({ access: { token } });
    await many(10, (at) => ask(rig, '192.0.2.1', `guess${at}`));
    expect([(await ask(rig, '192.0.2.1', token)).status, (await ask(rig, '192.0.2.2', token)).status]).toEqual([429, 200]);
    rig.now += 10_000;
    expect([(await ask(rig, '192.0.2.1', 'guess')).status, (await ask(rig, '192.0.2.1', token)).status]).toEqual([401, 429]);
    rig.now += 10_000;
    expect((await ask(rig, '192.0.2.1', token)).status).toBe(200);
  });

  it('the right token counts as no guess, however often it comes; nor does none', async () => {
    const rig = createRig({ access: { token } });
    expect(await many(100, () => ask(rig, '192.0.2.1', token))).toEqual({ 200: 100 });
    expect(await many(100, () => ask(rig, '192.0.2.1'))).toEqual({ 401: 100 });
    expect((await ask(rig, '192.0.2.1', token)).status).toBe(200);
  });

  it.each(['', 'a', 'ab', 'abc', 'abcabc', 'abd', 'bcd', 'abcd'])('%j is not the token abc, unless it is', async (given) => {
    const rig = createRig({ access: { token: 'abc' } });
    expect((await ask(rig, '192.0.2.1', given)).status).toBe(given === 'abc' ? 200 : 401);
  });
});
