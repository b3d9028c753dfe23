import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import document from '../../edge/openapi/document.json' with { type: 'json' };
import { createSweep } from '../../edge/measure/sweep.ts';
import { systemClock } from '../../universal/clock.ts';
import { createRig, now0, reportOf } from '../edge/rig.ts';
import { mapOf } from '../maps.ts';

/** As many requests as the run is worth: EDGE_FUZZ=100000 for a long one, of chance; the short one is the same each time, so that it reaches every status. */
const requests = Number(process.env['EDGE_FUZZ'] ?? 1_500);
const seed = process.env['EDGE_FUZZ'] === undefined ? 2 : undefined;

/** What a request is full of, and no answer may hold. */
const canary = 'CANARY7f3a';

const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })));
const paths = [...new Set(operations.map(({ path }) => path))];

const token = fc.constantFrom(canary, `<script>${canary}</script>`, `https://${canary}.example/`, `192.0.2.99/${canary}`, `${canary}\u0000\r\nx: y`, `__proto__`, 'constructor', '1', '', '-1', '1e309');
const odd: fc.Arbitrary<unknown> = fc.oneof(token, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant([]), fc.constant({}), fc.array(token, { maxLength: 3 }), fc.dictionary(token, token, { maxKeys: 3 }));

/** A right report with some of its values, at any depth, put wrong. */
const nearlyReport: fc.Arbitrary<unknown> = fc.record({
  base: fc.record({ latencies: fc.dictionary(fc.constantFrom('1', '2', '3', canary), fc.double({ min: 0.1, max: 400, noNaN: true }), { maxKeys: 4 }), aheadMs: fc.integer({ min: -4_000_000, max: 400_000 }) }),
  changes: fc.array(fc.record({ path: fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }), value: odd, key: fc.option(token) }), { maxLength: 3 }),
}).map(({ base, changes }) => {
  const report = reportOf(base.latencies, now0 + base.aheadMs) as unknown as Record<string, unknown>;
  for (const { path, value, key } of changes) {
    let at: Record<string, unknown> = report;
    for (const step of path) {
      const names = Object.keys(at);
      const name = names[step % Math.max(1, names.length)];
      const next = name === undefined ? undefined : at[name];
      if (typeof next === 'object' && next !== null) at = next as Record<string, unknown>;
      else if (name !== undefined) at[name] = structuredClone(value);
    }
    if (key !== null) Object.defineProperty(at, key, { value: structuredClone(value), enumerable: true, configurable: true, writable: true });
  }
  return report;
});

const body: fc.Arbitrary<string | Uint8Array<ArrayBuffer> | undefined> = fc.oneof(
  { weight: 6, arbitrary: nearlyReport.map((report) => JSON.stringify(report)) },
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)) },
  { weight: 1, arbitrary: fc.nat(40_000).map((length) => `"${canary}${'x'.repeat(length)}"`) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

const header = fc.constantFrom(canary, `Bearer ${canary}`, 'application/json', 'application/json; charset=utf-8', 'text/plain', 'websocket', '*', 'gzip', '0', '99999999', `"${canary}"`, `203.0.113.9`, '2001:db8::1', '');
const headers = fc.dictionary(fc.constantFrom('authorization', 'content-type', 'content-encoding', 'content-length', 'upgrade', 'if-none-match', 'accept', 'origin', 'x-client', 'x-forwarded-for', 'range', 'access-control-request-method', 'host', 'cf-connecting-ip'), header, { maxKeys: 4 });

const request = fc.record({
  path: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...paths) }, { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...paths, '/v1/doctor/'), token).map(([path, tail]) => `${path}${encodeURIComponent(tail)}`) }),
  query: fc.option(token.map((text) => `?${encodeURIComponent(text)}=${encodeURIComponent(text)}&region=${canary}`)),
  method: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('GET', 'POST') }, { weight: 1, arbitrary: fc.constantFrom('HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND') }),
  headers, body,
});

describe('whatever is asked of the edge', () => {
  it(`${requests} requests: no fault, no echo, no contact with a host that is not in the map`, async () => {
    const map = mapOf(['fra', 'par', 'nyc']);
    const contacted = new Set<string>();
    let now = now0;
    const rig = createRig({
      served: map, access: { token: 'right' }, wall: () => now,
      sweep: createSweep({ clock: systemClock(), transports: () => [{
        name: 'recording', kind: 'tcp', supports: (node) => node.https !== undefined, close: () => {},
        async probe(node) {
          contacted.add(node.host);
          return { kind: 'tcp', latencyMs: 10 };
        },
      }] }),
    });
    const statuses = new Map<number, number>();
    await fc.assert(fc.asyncProperty(request, async ({ path, query, method, headers: sent, body: text }) => {
      // So slowly that a client may post too often.
      now += 50;
      const carriesBody = method !== 'GET' && method !== 'HEAD';
      const got = await rig.app.request(`${path}${query ?? ''}`, {
        method, headers: { ...(path === '/v1/reports' && { 'content-type': 'application/json' }), ...sent }, ...(carriesBody && text !== undefined && { body: text }),
      });
      statuses.set(got.status, (statuses.get(got.status) ?? 0) + 1);
      expect(got.status, `${method} ${path}`).toBeLessThan(500);
      expect(`${JSON.stringify([...got.headers])}${await got.text()}`).not.toContain(canary);
      if (got.status >= 400 && method !== 'HEAD') expect(got.headers.get('content-type')).toBe('application/problem+json');
      await rig.settle();
    }), { numRuns: requests, ...(seed !== undefined && { seed }), endOnFailure: requests > 10_000 });
    expect(JSON.stringify([rig.logged, rig.saved, rig.counted])).not.toContain(canary);
    expect([...contacted].sort()).toEqual(['fra.example', 'nyc.example', 'par.example']);
    // It reached what it was to reach.
    for (const status of [200, 202, 204, 304, 400, 401, 404, 405, 413, 415, 422, 426, 429]) expect([status, statuses.has(status)]).toEqual([status, true]);
  }, 20_000 + requests * 20);
});
