import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseHint } from '../../core/map/hint.ts';
import type { RelayMap } from '../../core/model/map.ts';
import { mapOf } from '../maps.ts';

const map = mapOf(['fra', 'par', 'nyc', 'tyo']);
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 3_000);

/** Whatever comes: nothing, or a prior about this map alone with figures that can be reckoned with. */
function check(text: string, of: RelayMap = map): void {
  const prior = parseHint(text, of);
  if (prior === undefined) return;
  const ids = new Set(of.regions.map(({ id }) => id));
  expect(prior.ranked.length).toBeGreaterThan(0);
  expect(new Set(prior.ranked).size).toBe(prior.ranked.length);
  expect([...prior.ranked, ...Object.keys(prior.latencyMs ?? {})].filter((id) => !ids.has(id))).toEqual([]);
  for (const ms of [prior.ageMs, ...Object.values(prior.latencyMs ?? {})]) expect(Number.isFinite(ms) && ms >= 0).toBe(true);
  const { regions = [], latencyMs = [] } = prior.vantages ?? {};
  expect([regions.filter((id) => !ids.has(id)), new Set(regions).size]).toEqual([[], regions.length]);
  for (const row of latencyMs) expect(row.length === regions.length && row.every((ms) => ms === null || (Number.isFinite(ms) && ms >= 0))).toBe(true);
  expect(latencyMs.length).toBeLessThanOrEqual(32);
  expect(parseHint(JSON.stringify(prior), of)).toEqual(prior);
}

it('any text', () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => check(text)), { numRuns });
});

it('hints with odd parts', () => {
  const odd = fc.oneof(fc.anything(), fc.constantFrom('1', '2', '3', '4', 'fra', '__proto__', -1, 0, 1e-320, 8.5, 60_001));
  const hint = fc.record({ ranked: fc.oneof(odd, fc.array(odd)), latencyMs: fc.oneof(odd, fc.dictionary(fc.constantFrom('1', '2', '3', '4', '__proto__', 'toString'), odd)), vantages: fc.oneof(odd, fc.record({ regions: fc.oneof(odd, fc.array(odd)), latencyMs: fc.oneof(odd, fc.array(fc.oneof(odd, fc.array(odd)))) }, { requiredKeys: [] })), ageMs: odd }, { requiredKeys: [] });
  fc.assert(fc.property(hint, (value) => {
    let text: string | undefined;
    try {
      text = JSON.stringify(value);
    } catch {
      // BigInt and circles have no JSON.
    }
    if (text !== undefined) check(text);
  }), { numRuns });
});

it('a good hint with bytes changed', () => {
  const good = JSON.stringify({ location: 'FRA', ranked: ['3', '1', '2', '4'], latencyMs: { 1: 8, 2: 12.5, 3: 0.1, 4: 240 }, vantages: { regions: ['3', '1', '4'], latencyMs: [[1, 9, 250], [null, 12, 238]] }, ageMs: 31_000, basis: 'clients' });
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.string({ minLength: 0, maxLength: 3 })), { minLength: 1, maxLength: 6 }), (changes) => {
    let text = good;
    for (const [at, by] of changes) text = text.slice(0, at) + by + text.slice(at + 1);
    check(text);
  }), { numRuns });
});
