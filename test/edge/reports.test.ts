import { describe, expect, it } from 'vitest';
import { createRig, now0, problemOf, reportOf } from './rig.ts';

describe('POST /v1/reports', () => {
  it('takes a report, and keeps no address of it', async () => {
    const rig = createRig();
    const got = await rig.post(reportOf({ 1: 12.5, 3: 90 }), { headers: { 'x-client': '203.0.113.9' } });
    expect([got.status, await got.text()]).toEqual([202, '']);
    await rig.settle();
    expect(rig.saved.reports).toEqual([expect.objectContaining({ at: now0, kind: 'stun', latencyMs: { 1: 12.5, 3: 90 }, place: { latitude: 53, longitude: 13 } })]);
    expect(JSON.stringify(rig.saved)).not.toMatch(/203\.0\.113|192\.0\.2|4711/);
  });

  it.each([
    { name: 'the same address', one: '203.0.113.9', other: '203.0.113.9', client: true, network: true },
    { name: 'a v4-mapped address', one: '203.0.113.9', other: '::ffff:203.0.113.9', client: true, network: true },
    { name: 'the same /24', one: '203.0.113.9', other: '203.0.113.10', client: false, network: true },
    { name: 'another network', one: '203.0.113.9', other: '203.0.114.9', client: false, network: false },
    { name: 'the same /64', one: '2001:db8:1:2::1', other: '2001:db8:1:2:ffff::2', client: true, network: true },
    { name: 'the same /48', one: '2001:db8:1:2::1', other: '2001:db8:1:3::1', client: false, network: true },
    { name: 'no address at all', one: 'unix', other: 'unix', client: true, network: true },
  ])('tells clients and networks apart: $name', async ({ one, other, client, network }) => {
    const rig = createRig();
    for (const address of [one, other]) await rig.post(reportOf(), { headers: { 'x-client': address } });
    await rig.settle();
    const [first, second] = rig.saved.reports;
    expect([first?.client === second?.client, first?.network === second?.network]).toEqual([client, network]);
    expect(first?.client).toMatch(/^[\w+/]{16}$/);
  });

  it('another key, another hash', async () => {
    let key = new Uint8Array(32).fill(1);
    const rig = createRig({ hashKey: async () => key });
    await rig.post(reportOf());
    key = new Uint8Array(32).fill(2);
    await rig.post(reportOf());
    await rig.settle();
    const [first, second] = rig.saved.reports;
    expect(first?.client).not.toBe(second?.client);
    expect(first?.network).not.toBe(second?.network);
  });

  const big = JSON.stringify({ ...reportOf(), mapSource: 'x'.repeat(17_000) });
  it.each<{ name: string; body: string; headers: Record<string, string>; status: number }>([
    { name: 'no JSON', body: '{ "at": secret', headers: {}, status: 400 },
    { name: 'nothing', body: '', headers: {}, status: 400 },
    { name: 'another type', body: 'secret', headers: { 'content-type': 'text/plain' }, status: 415 },
    { name: 'JSON after another type', body: '{}', headers: { 'content-type': 'text/plain;application/json' }, status: 415 },
    { name: 'compressed', body: 'secret', headers: { 'content-encoding': 'gzip' }, status: 415 },
    { name: 'too long, as it says', body: big, headers: { 'content-length': String(big.length) }, status: 413 },
    { name: 'too long, and says nothing', body: big, headers: {}, status: 413 },
    { name: 'an array', body: '[]', headers: {}, status: 422 },
    { name: 'null', body: 'null', headers: {}, status: 422 },
    { name: 'deeper than any stack', body: '['.repeat(8_000) + ']'.repeat(8_000), headers: {}, status: 422 },
  ])('refuses $name with $status', async ({ body, headers, status }) => {
    const rig = createRig();
    const got = await rig.post(body, { headers });
    const text = await got.text();
    expect([got.status, got.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    expect(text).not.toMatch(/secret|xxx|\[\[\[/);
    await rig.settle();
    expect(rig.saved.reports).toEqual([]);
  });

  it('never reads on when a body is too long', async () => {
    let pulled = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(4_096).fill(32));
      },
      cancel() { cancelled = true; },
    });
    const got = await createRig().app.request('/v1/reports', { method: 'POST', body, headers: { 'content-type': 'application/json' }, duplex: 'half' } as RequestInit);
    expect([got.status, pulled < 10, cancelled]).toEqual([413, true, true]);
  });

  it('says where it is wrong, by names that are its own or the map’s', async () => {
    const rig = createRig();
    const report = { ...reportOf(), at: 'secret', full: 'secret', udp: 1, notes: [{ code: 'a', message: 2 }], home: 3, regions: {
      1: { code: 'fra', samples: 0.5, lost: -1, latencyMs: 'infinite', kind: 'secret', doubt: ['cold', 'secret'], kinds: { secret: { samples: 1, lost: 0 } } },
      secret: { code: 'fra', samples: 1, lost: 0, latencyMs: 'secret', doubt: [] },
    } };
    const got = await rig.post(JSON.stringify(report).replace('"infinite"', '1e999'));
    const problem = await problemOf(got);
    expect(got.status).toBe(422);
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(problem.errors?.map(({ path }) => path)).toEqual([
      'at', 'full', 'notes[0].message', 'regions.1.samples', 'regions.1.lost', 'regions.1.doubt[1]', 'regions.1.latencyMs', 'regions.1.kind', 'regions.1.kinds.*', 'regions.*.latencyMs', 'home', 'udp',
    ]);
    expect(problem.errors?.[0]).toEqual({ path: 'at', message: 'must be number from 0 to 9007199254740991' });
  });

  it('tells of a long body the first twenty things', async () => {
    const regions = Object.fromEntries(Array.from({ length: 1_500 }, (_, at) => [at.toString(36), 1]));
    const got = await createRig().post({ ...reportOf(), regions });
    expect([got.status, (await problemOf(got)).errors?.length]).toEqual([422, 20]);
  });

  it('a client that goes away in the middle is no fault of the edge', async () => {
    const rig = createRig();
    const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('aborted')) });
    const got = await rig.app.request('/v1/reports', { method: 'POST', body, headers: { 'content-type': 'application/json' }, duplex: 'half' } as RequestInit);
    expect([got.status, rig.logged]).toEqual([400, []]);
  });

  it('a region that the map does not have: 422', async () => {
    const got = await createRig().post(reportOf({ 1: 10, secret: 20 }));
    expect([got.status, await got.text()]).toEqual([422, expect.not.stringContaining('secret')]);
  });

  it('is limited for each client', async () => {
    const rig = createRig();
    const statuses: number[] = [];
    for (let sent = 0; sent < 12; sent++) statuses.push((await rig.post(reportOf())).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 202), 429, 429]);
    const limited = await rig.post(reportOf());
    expect(['retry-after', 'access-control-allow-origin', 'access-control-expose-headers'].map((name) => limited.headers.get(name))).toEqual(['3', '*', 'retry-after']);
    expect((await rig.post(reportOf(), { headers: { 'x-client': '203.0.113.200' } })).status).toBe(202);
    rig.now += 3_000;
    expect((await rig.post(reportOf(undefined, rig.now))).status).toBe(202);
  });

  it('says 503 where the key cannot be had, and a hint goes without', async () => {
    const hashKey = async (): Promise<never> => { throw new RangeError('secret'); };
    const report = { at: now0, client: 'c', network: 'n', kind: 'stun' as const, latencyMs: { 1: 5 } };
    const rig = createRig({ hashKey, facts: { history: {}, reports: [report] } });
    const got = await rig.post(reportOf());
    expect([got.status, got.headers.get('retry-after')]).toEqual([503, '10']);
    expect((await rig.get('/v1/hint')).status).toBe(200);
    expect(rig.logged.filter(({ event }) => event === 'store-failed').map(({ operation }) => operation)).toEqual(['key', 'key']);
  });

  it('answers though the store fails, and says so in the log', async () => {
    const rig = createRig({ store: { locations: async () => [], location: () => ({ saveSweep: async () => {}, saveReport: () => Promise.reject(new RangeError('secret')), read: async () => ({ history: {}, reports: [] }) }) } });
    expect((await rig.post(reportOf())).status).toBe(202);
    await rig.settle();
    expect(rig.logged).toContainEqual({ level: 'error', event: 'store-failed', operation: 'save-report', location: 'FRA', error: 'RangeError' });
  });
});
