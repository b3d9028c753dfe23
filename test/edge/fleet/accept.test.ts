import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AcceptedReport, ReportError } from '../../../edge/fleet/accept.ts';
import { acceptReport, mostLatencyMs } from '../../../edge/fleet/accept.ts';
import { mapOf, now, regionAt } from './world.ts';

const frankfurt = { latitude: 50.13, longitude: 8.68 };
const map = mapOf([regionAt('1', 'fra', frankfurt), regionAt('2', 'par', { latitude: 48.9, longitude: 2.4 }), regionAt('3', 'nyc', { latitude: 40.7, longitude: -74 }), regionAt('4', 'syd', { latitude: -33.9, longitude: 151.2 })]);
const client = { client: 'c', network: 'n', place: frankfurt };
const accept = (report: unknown, more: Partial<typeof client> = {}): AcceptedReport | { readonly errors: readonly ReportError[] } =>
  acceptReport({ report, map, location: { code: 'FRA' }, client: { ...client, ...more }, now });
const region = (latencyMs: unknown, more: object = {}): object => ({ code: 'x', latencyMs, kind: 'stun', samples: 1, lost: 0, doubt: [], ...more });
const report = (regions: unknown, more: object = {}): object => ({ at: now - 1_000, full: true, durationMs: 900, strategy: 'steady', notes: [], regions, ...more });

describe('a report is taken', () => {
  it('of one kind, with nothing of the client in it', () => {
    expect(accept(report({ 1: region(4.5), 2: region(12), 3: region(90), 4: { code: 'syd', samples: 0, lost: 3, doubt: [] } }, { globalV4: '192.0.2.7:5', mapSource: 'secret' }))).toEqual({
      at: now, client: 'c', network: 'n', place: { latitude: 50, longitude: 9 }, kind: 'stun', latencyMs: { 1: 4.5, 2: 12, 3: 90 },
    });
  });

  it('by the kind that measured most regions', () => {
    const kinds = (https?: number, stun?: number): object => ({ kinds: { ...(https && { https: { ms: https, samples: 1, lost: 0 } }), ...(stun && { stun: { ms: stun, samples: 1, lost: 0 } }) } });
    expect(accept(report({ 1: region(4, kinds(9, 4)), 2: region(20, { kind: 'https', ...kinds(20) }), 3: region(100, { kind: 'https', ...kinds(100) }) }))).toMatchObject({ kind: 'https', latencyMs: { 1: 9, 2: 20, 3: 100 } });
  });

  it('by the first of the kinds that measured as many, and by its own figure where it has two of a kind', () => {
    const kinds = { kinds: { https: { ms: 9, samples: 1, lost: 0 }, stun: { ms: 7, samples: 1, lost: 0 } } };
    expect(accept(report({ 1: region(4, kinds) }))).toMatchObject({ kind: 'https', latencyMs: { 1: 9 } });
    expect(accept(report({ 1: region(4, kinds), 2: region(20) }))).toMatchObject({ kind: 'stun', latencyMs: { 1: 4, 2: 20 } });
  });

  it('with the home, where it says which', () => {
    expect(accept(report({ 1: region(4), 2: region(9) }, { home: '2' }))).toMatchObject({ home: '2' });
  });

  it('without what cannot be, and says so', () => {
    const accepted = accept(report({ 1: region(4), 2: region(12), 3: region(9), 4: region(280) }));
    expect(accepted).toMatchObject({ latencyMs: { 1: 4, 2: 12, 4: 280 }, notes: [{ code: 'faster-than-light', message: expect.stringContaining('nyc answered in 9 ms') as unknown }] });
  });
});

describe('a report is refused', () => {
  it.each<{ name: string; report: unknown; paths: string[]; says?: string }>([
    ...[null, 7, 'x', [], true, undefined].map((value) => ({ name: `that is ${JSON.stringify(value)}`, report: value, paths: [''] })),
    { name: 'without regions', report: report(undefined), paths: ['regions'] },
    { name: 'with a list of regions', report: report([]), paths: ['regions'] },
    { name: 'without a time', report: report({ 1: region(4) }, { at: 'now' }), paths: ['at'] },
    { name: 'of the past', report: report({ 1: region(4) }, { at: now - 3_600_001 }), paths: ['at'] },
    { name: 'of the future', report: report({ 1: region(4) }, { at: now + 300_001 }), paths: ['at'] },
    { name: 'of another map', report: report({ 1: region(4), evil: region(4) }), paths: ['regions'], says: 'does not have' },
    { name: 'of names that every object has', report: report(JSON.parse('{"1":{"latencyMs":4,"kind":"stun"},"__proto__":{"latencyMs":4,"kind":"stun"},"constructor":{}}')), paths: ['regions'] },
    { name: 'with a region that is none', report: report({ 1: 4 }), paths: ['regions.1'] },
    ...[0, -1, mostLatencyMs + 0.1, Infinity, NaN, '4', null, {}, []].map((ms) => ({ name: `with a round trip of ${String(ms)}`, report: report({ 1: region(ms) }), paths: ['regions.1.latencyMs'] })),
    ...['fake', 'udp', '', 4, null, undefined, 'toString'].map((kind) => ({ name: `of the kind ${String(kind)}`, report: report({ 1: region(4, { kind }) }), paths: ['regions.1.kind'] })),
    { name: 'with kinds that are none', report: report({ 1: region(4, { kinds: [] }), 2: region(4, { kinds: { evil: { ms: 1 }, stun: { ms: -1 } } }) }), paths: ['regions.1.kinds', 'regions.2.kinds', 'regions.2.kinds.stun.ms'] },
    { name: 'of a home that is none', report: report({ 1: region(4) }, { home: 'evil' }), paths: ['home'] },
    { name: 'in which nothing answered', report: report({ 1: { code: 'fra', samples: 0, lost: 3, doubt: [] } }), paths: ['regions'] },
    { name: 'with one figure for all', report: report({ 1: region(90), 2: region(90), 3: region(90) }), paths: ['regions'], says: 'none was measured' },
    { name: 'that is mostly faster than light', report: report({ 1: region(250), 3: region(9), 4: region(8) }), paths: ['regions', 'regions'], says: 'where light needs' },
    { name: 'in which one thing answers for all', report: report({ 1: region(150), 2: region(150.3), 3: region(150.2), 4: region(150.5) }), paths: ['regions'], says: 'a proxy, a VPN or anycast' },
  ])('$name', ({ report, paths, says }) => {
    const found = accept(report);
    const errors = 'errors' in found ? found.errors : [];
    expect(errors.map(({ path }) => path)).toEqual(paths);
    if (says !== undefined) expect(errors.map(({ message }) => message).join()).toContain(says);
    expect(JSON.stringify(errors)).not.toContain('evil');
  });

  it('with twenty errors at most', () => {
    const large = mapOf(Array.from({ length: 60 }, (_, at) => regionAt(String(at), `r${at}`)));
    const found = acceptReport({ report: report(Object.fromEntries(large.regions.map(({ id }) => [id, region(-1)]))), map: large, location: { code: 'X' }, client, now });
    expect('errors' in found && found.errors.length).toBe(20);
  });
});

describe('whatever is posted', () => {
  const word = fc.oneof(fc.constantFrom('1', '2', '3', '4', '__proto__', 'constructor', 'regions', 'at', 'kinds', 'kind', 'latencyMs', 'stun', 'https', 'ms', 'home'), fc.string());
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 5 }, fc.constantFrom(null, true, now, 4, 1e9, -1, 'stun', 'fake'), fc.double(), fc.string(), fc.array(tie('any'), { maxLength: 4 }), fc.dictionary(word, tie('any'), { maxKeys: 6 })),
  })).any;
  const latency = fc.oneof(fc.double({ min: -10, max: 20_000 }), fc.double(), value);
  const plausible = fc.record({
    at: fc.oneof(fc.integer({ min: now - 4_000_000, max: now + 400_000 }), value),
    regions: fc.dictionary(word, fc.oneof(value, fc.record({ latencyMs: latency, kind: fc.oneof(fc.constantFrom('stun', 'https', 'fake'), value), kinds: fc.oneof(fc.dictionary(word, fc.record({ ms: latency })), value) }, { requiredKeys: [] }))),
  }, { requiredKeys: [] });

  it('is refused by path, or kept as nothing but figures of the map’s regions', () => {
    fc.assert(fc.property(fc.oneof(plausible, value), (posted) => {
      const found = accept(JSON.parse(JSON.stringify(posted)) as unknown);
      if ('errors' in found) {
        expect(found.errors.length).toBeGreaterThan(0);
        for (const { path } of found.errors) expect(path).toMatch(/^$|^at$|^home$|^regions(\.[1-4](\.(kind|latencyMs|kinds(\.[a-z]+\.ms)?))?)?$/);
        return;
      }
      expect(Object.keys(found).every((key) => ['at', 'client', 'network', 'place', 'kind', 'latencyMs', 'home', 'notes'].includes(key))).toBe(true);
      for (const [id, ms] of Object.entries(found.latencyMs)) expect(['1', '2', '3', '4'].includes(id) && ms > 0 && ms <= mostLatencyMs).toBe(true);
      expect(found.kind).not.toBe('fake');
    }), { numRuns: 2_000 });
  });
});
