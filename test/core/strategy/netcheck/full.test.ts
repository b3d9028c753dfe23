import { describe, expect, it } from 'vitest';
import type { Context } from '../../../../core/model/context.ts';
import { netcheck } from '../../../../core/strategy/netcheck/netcheck.ts';
import { context, mapOf, report } from './situation.ts';

const strategy = netcheck();
const map = mapOf('1', '2');
const began = 1_700_000_000_000;
const last = report({ 1: 10 }, { at: began + 400, durationMs: 400, full: true, udp: true });
const { state, decision } = strategy.choose(strategy.start(), last, context(map, { now: last.at, full: true }));

describe('full', () => {
  it.each<[string, Partial<Context>, boolean]>([
    ['20 s later', { now: began + 20_000, last }, false],
    ['exactly 5 min after the start of the last full one', { now: began + 300_000, last }, false],
    ['1 ms later', { now: began + 300_001, last }, true],
    ['no earlier report', { now: began + 20_000 }, true],
    ['asked for', { now: began + 20_000, last, full: true }, true],
    ['somebody asked, but for no full one', { now: began + 20_000, last, asked: true }, false],
    ['the clock went back', { now: began - 1, last }, true],
    ['a captive portal, and UDP unknown', { now: began + 20_000, last: { ...report({ 1: 10 }), captivePortal: true } }, true],
    ['a captive portal, and no UDP', { now: began + 20_000, last: { ...last, captivePortal: true, udp: false } }, true],
    ['a captive portal, but UDP', { now: began + 20_000, last: { ...last, captivePortal: true } }, false],
    ['no captive portal, and no UDP', { now: began + 20_000, last: { ...last, captivePortal: false, udp: false } }, false],
  ])('%s: %o', (_, extra, expected) => {
    expect(strategy.full(state, context(map, extra))).toBe(expected);
  });
  it('an incremental report does not move the date', () => {
    const next = strategy.choose(state, { ...last, at: began + 200_000, full: false }, context(map)).state;
    expect(strategy.full(next, context(map, { now: began + 300_001, last }))).toBe(true);
  });
  it('without a full report in its memory', () => {
    expect(strategy.full(strategy.start(), context(map, { now: began, last }))).toBe(true);
  });
});

describe('wait', () => {
  it.each([[0, 20_000], [0.5, 23_000], [0.999_999, 25_999.994]])('chance %d: %d ms', (chance, ms) => {
    expect(strategy.wait(state, decision, context(map, { chance }))).toBeCloseTo(ms, 6);
  });
});

describe('name', () => {
  it.each([[undefined, 'netcheck'], [2026, 'netcheck'], [2022, 'netcheck-2022']] as const)('edition %s: %s', (edition, name) => {
    expect(netcheck(edition && { edition }).name).toBe(name);
  });
});
