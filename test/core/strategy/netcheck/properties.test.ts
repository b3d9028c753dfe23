import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../../core/model/context.ts';
import type { Kind } from '../../../../core/model/kind.ts';
import type { RelayMap } from '../../../../core/model/map.ts';
import { netcheck, type NetcheckState } from '../../../../core/strategy/netcheck/netcheck.ts';
import { context, mapOf, node, region, report } from './situation.ts';

const ids = ['1', '2', '3', '7', '10', 'fra', '__proto__', 'constructor'];
const id = fc.constantFrom(...ids);
const latencies = fc.dictionary(id, fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5000, noNaN: true })), { noNullPrototype: true });
const address = fc.constantFrom(undefined, '', 'none', '192.0.2.1', '127.0.0.1', '2001:db8::1', 'nonsense');
const aRegion = fc.record({ id, avoid: fc.boolean(), noHome: fc.boolean(), nodes: fc.integer({ min: 0, max: 3 }), ipv4: address, ipv6: address, factor: fc.option(fc.double({ min: -1, max: 5, noNaN: true }), { nil: undefined }) });
const map: fc.Arbitrary<RelayMap> = fc.uniqueArray(aRegion, { selector: (of) => of.id, maxLength: ids.length }).map((regions) => mapOf(...regions.map(({ id, avoid, noHome, nodes, ipv4, ipv6, factor }) => region(id, {
  avoid, noHome,
  ...(factor !== undefined && { latencyFactor: factor }),
  nodes: Array.from({ length: nodes }, (_, index) => {
    const { ipv4: _4, ipv6: _6, ...rest } = node(`${id}${index}`);
    return { ...rest, ...(ipv4 !== undefined && { ipv4 }), ...(ipv6 !== undefined && { ipv6 }) };
  }),
}))));
const kinds = fc.subarray<Kind>(['stun', 'ice', 'https', 'websocket', 'tcp', 'icmp', 'fake']);
const edition = fc.constantFrom(2022 as const, 2026 as const);
const step = fc.record({ gapMs: fc.integer({ min: -60_000, max: 200_000 }), latencies, map, full: fc.boolean(), durationMs: fc.integer({ min: 0, max: 5000 }), heardAgoMs: fc.dictionary(id, fc.integer({ min: -1000, max: 200_000 }), { noNullPrototype: true }), pin: fc.option(id, { nil: undefined }) });

describe('plan', () => {
  it('asks within the report\'s time, known nodes, each region that may be asked, in order', () => {
    fc.assert(fc.property(edition, map, latencies, fc.boolean(), fc.option(id, { nil: undefined }), fc.record({ v4: fc.boolean(), v6: fc.boolean() }), fc.option(kinds, { nil: undefined }), (year, map, last, full, home, families, able) => {
      const strategy = netcheck({ edition: year });
      const can: Context['can'] = able && Object.fromEntries(map.regions.flatMap(({ nodes }) => nodes.map(({ name }) => [name, able] as const)));
      const plan = strategy.plan(strategy.start(), context(map, { full, last: report(last), families, ...(home !== undefined && { home: { region: home } }), ...(can && { can }) }));
      expect(plan.timeoutMs).toBe(5000);
      for (const set of plan.sets) {
        const of = map.regions.find((region) => region.id === set.region);
        expect(of?.noHome).toBe(false);
        expect(set.probes.length).toBeGreaterThan(0);
        expect(set.probes.length).toBeLessThanOrEqual(4);
        expect(set.probes.every(({ node }) => of?.nodes.some(({ name }) => name === node))).toBe(true);
        const delays = set.probes.map(({ delayMs }) => delayMs);
        expect(delays).toEqual(delays.toSorted((a, b) => a - b));
        expect(Number.isFinite(delays.at(-1))).toBe(true);
      }
      if (!plan.full) expect(new Set(plan.sets.map((set) => set.region)).size).toBeLessThanOrEqual(can && !able?.some((kind) => ['stun', 'ice', 'fake'].includes(kind)) ? ids.length : 4);
    }));
  });
});

describe('choose', () => {
  it('names only regions of the map that answered or were heard; its state is JSON, and bounded', () => {
    fc.assert(fc.property(edition, fc.array(step, { minLength: 1, maxLength: 12 }), (year, steps) => {
      const strategy = netcheck({ edition: year });
      let state: NetcheckState = strategy.start();
      let copy: NetcheckState = strategy.start();
      let at = 1_700_000_000_000;
      for (const { gapMs, latencies, map, full, durationMs, heardAgoMs, pin } of steps) {
        at += gapMs;
        const heard = Object.fromEntries(Object.entries(heardAgoMs).map(([id, ms]) => [id, at - ms]));
        const made = report(latencies, { at, durationMs, full });
        const seen = context(map, { now: at, heard, ...(pin !== undefined && { preferences: { pin } }) });
        const outcome = strategy.choose(state, made, seen);
        const again = strategy.choose(copy, made, seen);
        expect(again).toEqual(outcome);
        const { decision } = outcome;
        if (decision.home !== undefined) {
          expect(map.regions.map(({ id }) => id)).toContain(decision.home);
          expect(Object.hasOwn(latencies, decision.home) || (year === 2026 && Object.hasOwn(heard, decision.home))).toBe(true);
        }
        expect(decision.changed).toBe(decision.home !== decision.previous);
        expect(decision.previous).toBe(state.home);
        expect(decision.ageMs).toBeGreaterThanOrEqual(0);
        expect(decision.sure).toBeGreaterThanOrEqual(0);
        expect(decision.sure).toBeLessThanOrEqual(1);
        expect(Object.values(decision.why).every((value) => typeof value === 'string' || Number.isFinite(value))).toBe(true);
        expect(decision.sentence).not.toMatch(/undefined|NaN|Infinity/);
        state = outcome.state;
        copy = JSON.parse(JSON.stringify(outcome.state)) as NetcheckState;
        expect(state.history.length).toBeLessThanOrEqual(512);
      }
    }), { numRuns: 300 });
  });

  it('a region below all others by 10 ms and a third is always taken', () => {
    fc.assert(fc.property(fc.double({ min: 0.1, max: 60, noNaN: true }), fc.double({ min: 0, max: 500, noNaN: true }), (nearMs, moreMs) => {
      const strategy = netcheck();
      const map = mapOf('1', '2');
      const farMs = Math.max(nearMs * 1.51, nearMs + 10.001) + moreMs;
      const { state } = strategy.choose(strategy.start(), report({ 1: farMs }), context(map));
      expect(strategy.choose(state, report({ 1: farMs, 2: nearMs }, { at: 20_000 }), context(map)).decision).toMatchObject({ home: '2', reason: 'moved-nearer' });
    }));
  });
});
