import { describe, expect, it } from 'vitest';
import { mapOf } from '../maps.ts';
import { createRig, frankfurt, now0, problemOf, reportOf, sweepOf } from './rig.ts';

describe('headers of every route', () => {
  const here = (seconds: number): string => `private, max-age=${seconds}`;
  it.each([
    { path: '/', status: 200, type: 'text/html; charset=utf-8', cache: 'public, max-age=300', open: true },
    { path: '/v1/relays', status: 200, type: 'application/json; charset=utf-8', cache: 'public, max-age=60', open: true },
    { path: '/v1/latency', status: 200, type: 'application/json; charset=utf-8', cache: here(30), open: true },
    { path: '/v1/hint', status: 200, type: 'application/json; charset=utf-8', cache: here(5), open: true },
    { path: '/v1/fleet', status: 200, type: 'application/json; charset=utf-8', cache: 'no-store', open: false },
    { path: '/settings/regions', status: 200, type: 'application/json; charset=utf-8', cache: here(60), open: true },
    { path: '/v1/probe', status: 204, type: null, cache: 'no-store', open: true },
    { path: '/v1/echo', status: 426, type: 'application/problem+json', cache: 'no-store', open: true },
    { path: '/healthz', status: 200, type: 'application/json; charset=utf-8', cache: 'no-store', open: true },
    { path: '/metrics', status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', cache: 'no-store', open: false },
    { path: '/openapi.json', status: 200, type: 'application/json; charset=utf-8', cache: 'public, max-age=3600', open: true },
    { path: '/nowhere', status: 404, type: 'application/problem+json', cache: 'no-store', open: true },
    { path: '/v1/reports', status: 405, type: 'application/problem+json', cache: 'no-store', open: true },
  ])('$path', async ({ path, status, type, cache, open }) => {
    const rig = createRig();
    const got = await rig.get(path);
    expect(got.status).toBe(status);
    expect(Object.fromEntries(['content-type', 'cache-control', 'access-control-allow-origin', 'cross-origin-resource-policy', 'x-content-type-options', 'referrer-policy'].map((name) => [name, got.headers.get(name)]))).toEqual({
      'content-type': type, 'cache-control': cache, 'access-control-allow-origin': open ? '*' : null, 'cross-origin-resource-policy': open ? 'cross-origin' : 'same-origin',
      'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer',
    });
    const body = await got.text();
    const head = await rig.get(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type'), head.headers.get('cache-control'), await head.text()]).toEqual([status, type, cache, '']);
    expect(body === '').toBe(type === null);
  });
});

describe('methods', () => {
  it.each([
    { path: '/v1/hint', allow: 'GET, HEAD, OPTIONS', cors: true },
    { path: '/v1/reports', allow: 'POST, OPTIONS', cors: true },
    { path: '/v1/fleet', allow: 'GET, HEAD, OPTIONS', cors: false },
    { path: '/metrics', allow: 'GET, HEAD, OPTIONS', cors: false },
  ])('OPTIONS $path', async ({ path, allow, cors }) => {
    const rig = createRig({ access: 'closed' });
    const got = await rig.get(path, { method: 'OPTIONS', headers: { origin: 'https://page.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } });
    expect([got.status, got.headers.get('allow'), got.headers.get('access-control-allow-methods'), got.headers.get('access-control-allow-headers'), got.headers.get('access-control-allow-origin')])
      .toEqual([204, allow, cors ? allow : null, cors ? 'content-type' : null, cors ? '*' : null]);
  });

  it.each([['DELETE', '/v1/hint', 'GET, HEAD, OPTIONS'], ['PUT', '/v1/reports', 'POST, OPTIONS'], ['POST', '/', 'GET, HEAD, OPTIONS']])('%s %s is refused', async (method, path, allow) => {
    const got = await createRig().get(path, { method });
    expect([got.status, got.headers.get('allow'), (await problemOf(got)).title]).toEqual([405, allow, 'Method Not Allowed']);
  });
});

describe('errors', () => {
  it('are problems that tell nothing of the request', async () => {
    const got = await createRig().get('/secret-path?secret-query', { headers: { 'x-secret': 'secret' } });
    expect(await problemOf(got)).toEqual({ type: 'about:blank', title: 'Not Found', status: 404, detail: 'there is no such route; /openapi.json lists them' });
  });

  it('without a valid map: 503 wherever it is needed, and nowhere else', async () => {
    const rig = createRig({ map: () => Promise.reject(new Error('secret')) });
    const statuses: Record<string, number> = {};
    for (const path of ['/', '/v1/relays', '/v1/latency', '/v1/hint', '/v1/fleet', '/settings/regions', '/v1/probe', '/healthz', '/metrics', '/openapi.json']) statuses[path] = (await rig.get(path)).status;
    expect(statuses).toEqual({ '/': 200, '/v1/relays': 503, '/v1/latency': 503, '/v1/hint': 503, '/v1/fleet': 503, '/settings/regions': 503, '/v1/probe': 204, '/healthz': 503, '/metrics': 503, '/openapi.json': 200 });
    expect((await rig.post(reportOf())).status).toBe(503);
    const got = await rig.get('/healthz');
    expect([got.headers.get('retry-after'), await got.text()]).toEqual(['15', expect.not.stringContaining('secret')]);
  });

  it('a fault is logged with its place and without its text, and says nothing', async () => {
    const rig = createRig({ clientOf: () => { throw new TypeError('secret\n    at secret'); } });
    const got = await rig.get('/v1/hint');
    expect([got.status, (await problemOf(got)).title]).toEqual([500, 'Internal Server Error']);
    expect(rig.logged).toMatchObject([{ level: 'error', event: 'request-failed', route: '/v1/hint', error: 'TypeError', at: expect.stringContaining('clientOf') }]);
    expect(JSON.stringify(rig.logged)).not.toContain('secret');
  });
});

describe('routes', () => {
  it('/v1/relays leaves credentials out, and is not sent twice', async () => {
    const served = mapOf(['fra'], { turn: { urls: ['turn:fra.example'], username: 'user', credential: 'pass' } });
    const rig = createRig({ served });
    const got = await rig.get('/v1/relays');
    const text = await got.text();
    expect(JSON.parse(text)).toMatchObject({ version: 1, regions: [{ id: '1', nodes: [{ turn: { urls: ['turn:fra.example'] } }] }] });
    expect(text).not.toMatch(/user|pass|credential/);
    const tag = got.headers.get('etag') ?? '';
    for (const [header, status] of [[tag, 304], [`W/${tag}`, 304], [`"other", ${tag}`, 304], ['*', 304], ['"other"', 200]] as const) expect([header, (await rig.get('/v1/relays', { headers: { 'if-none-match': header } })).status]).toEqual([header, status]);
  });

  it('/v1/latency', async () => {
    const rig = createRig({ sweep: async ({ map, location }) => ({ location, at: now0, regions: { ...sweepOf(map, now0 - 90_000).regions, 1: { latencyMs: 8, kind: 'tcp', at: now0, missed: 0 }, 3: { at: now0 - 60_000, missed: 2 }, gone: { latencyMs: 1, kind: 'tcp', at: now0, missed: 0 } } }) });
    expect(await (await rig.get('/v1/latency')).json()).toEqual({
      location: 'FRA', at: now0, regions: { 1: { latencyMs: 8, kind: 'tcp', ageMs: 0 }, 2: { latencyMs: 20, kind: 'tcp', ageMs: 90_000 }, 3: { ageMs: 60_000, missed: 2 } },
    });
    rig.now += 12_500;
    const got = await rig.get('/v1/latency');
    expect([got.headers.get('cache-control'), await got.json()]).toEqual(['private, max-age=17', expect.objectContaining({ regions: expect.objectContaining({ 1: { latencyMs: 8, kind: 'tcp', ageMs: 12_500 } }) })]);
  });

  it('/v1/hint never waits for a sweep, but begins one', async () => {
    let finish = (): void => {};
    const rig = createRig({ sweep: async ({ map }) => {
      await new Promise<void>((resolve) => { finish = resolve; });
      return sweepOf(map, now0);
    } });
    expect(await (await rig.get('/v1/hint')).json()).toMatchObject({ location: 'FRA', basis: 'place', ranked: expect.any(Array) });
    await Promise.resolve();
    finish();
    await rig.settle();
    rig.now += 700;
    expect(await (await rig.get('/v1/hint')).json()).toMatchObject({ location: 'FRA', basis: 'measured', ranked: ['1', '2', '3'], latencyMs: { 1: 10, 2: 20, 3: 30 }, ageMs: 700 });
    rig.now += 900;
    expect(await (await rig.get('/v1/hint')).json()).toMatchObject({ ageMs: 1_600 });
  });

  it.each([
    { name: 'from the client', location: frankfurt, client: { address: '198.51.100.7', latitude: 48.9, longitude: 2.4 }, distance: [expect.closeTo(343_000, -4)] },
    { name: 'from the location', location: frankfurt, client: { address: '198.51.100.7' }, distance: [expect.closeTo(661_000, -4)] },
    { name: 'else as far as light goes in fibre', location: { code: 'local' }, client: { address: '198.51.100.7' }, distance: [2_000_000] },
  ])('/settings/regions, distance $name', async ({ location, client, distance }) => {
    const { regions: [fra, lon] } = mapOf(['fra', 'lon']);
    if (!fra || !lon) throw new Error('no regions');
    const served = { version: 1 as const, regions: [fra, { ...lon, service: 'wss://lon.example', latitude: 51.5, longitude: -0.1 }] };
    const rig = createRig({ served, locate: () => location, clientOf: () => client, facts: { sweep: sweepOf(served, now0, location), history: {}, reports: [] } });
    const { regions } = await (await rig.get('/settings/regions')).json() as { regions: { distance: number }[] };
    expect(regions).toEqual([{ region: 'lon', url: 'wss://lon.example', distance: expect.any(Number) }]);
    expect(regions.map((region) => region.distance)).toEqual(distance);
    expect(regions.every((region) => Number.isInteger(region.distance))).toBe(true);
  });

  it('/v1/hint is the same, and no promise, where its map and its key are there at once', async () => {
    const map = mapOf(['fra', 'par', 'nyc']);
    const key = new Uint8Array(32).fill(7);
    const report = { at: now0, client: 'a', network: 'n', latencyMs: { 1: 5, 2: 9 }, kind: 'stun' as const };
    const facts = { history: {}, reports: [report], sweep: sweepOf(map, now0) };
    const [waiting, atOnce] = [createRig({ served: map, facts }), createRig({ served: map, facts, map: () => map, hashKey: () => key, hmac: () => 'of a client' })];
    await atOnce.get('/v1/hint');
    const got = atOnce.app.fetch(new Request('http://edge.test/v1/hint', { headers: { 'x-client': '198.51.100.9' } }));
    expect(got).toBeInstanceOf(Response);
    const other = await waiting.get('/v1/hint');
    expect([...(got as Response).headers]).toEqual([...other.headers]);
    expect(await (got as Response).json()).toEqual(await other.json());
  });

  it('/v1/probe lets a page read its timing', async () => {
    const got = await createRig().get('/v1/probe');
    expect([got.headers.get('timing-allow-origin'), got.headers.get('server-timing')]).toEqual(['*', expect.stringMatching(/^app;dur=\d+\.\d\d, location;desc="FRA"$/)]);
  });

  it('/ may run its own script alone', async () => {
    const got = await createRig().get('/');
    expect(got.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src '(sha256-[^']+|none)'/);
  });

  it('/metrics counts routes by name, and all others as one', async () => {
    const rig = createRig();
    await rig.get('/v1/latency');
    await rig.settle();
    for (const path of ['/v1/hint', '/a', '/b?c', '/v1/hint/']) await rig.get(path);
    await rig.post(reportOf());
    await rig.post('{}');
    const text = await (await rig.get('/metrics')).text();
    expect(text.split('\n')).toEqual(expect.arrayContaining([
      'nearest_relay_edge_requests_total{route="/v1/hint",status="200"} 1',
      'nearest_relay_edge_requests_total{route="other",status="404"} 3',
      'nearest_relay_edge_reports_total{outcome="accepted"} 1',
      'nearest_relay_edge_reports_total{outcome="refused"} 1',
      'nearest_relay_edge_sweeps_total{outcome="made"} 1',
      'nearest_relay_edge_region_latency_seconds{location="FRA",region="2",kind="tcp"} 0.02',
      'nearest_relay_edge_region_missed{location="FRA",region="2"} 0',
    ]));
    expect(rig.counted.map(({ route, status, location }) => [route, status, location])).toEqual(expect.arrayContaining([['/v1/hint', 200, 'FRA'], ['other', 404, 'FRA']]));
  });

  it('each answer is counted once, errors and refusals too', async () => {
    const rig = createRig({ access: 'closed' });
    for (const [path, method] of [['/metrics', 'GET'], ['/metrics', 'PUT'], ['/v1/hint', 'HEAD'], ['/v1/hint', 'PUT'], ['/v1/reports', 'OPTIONS'], ['/v1/echo', 'GET']] as const) await rig.get(path, { method });
    await rig.post('no JSON');
    expect(rig.counted.map(({ route, status }) => [route, status])).toEqual([['/metrics', 403], ['/metrics', 403], ['/v1/hint', 200], ['/v1/hint', 405], ['/v1/reports', 204], ['/v1/echo', 426], ['/v1/reports', 400]]);
  });
});
