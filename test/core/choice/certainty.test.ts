import { describe, expect, it } from 'vitest';
import { certainty } from '../../../core/choice/certainty.ts';
import type { RegionReport, Report } from '../../../core/model/report.ts';

const answered = (latencyMs: number, samples = 1, doubt: RegionReport['doubt'] = []): RegionReport => ({ code: 'x', latencyMs, kind: 'stun', samples, lost: 0, doubt });
const late = (latencyMs: number, lateMs: number): RegionReport => ({ ...answered(latencyMs, 1, ['event-loop']), lateMs });
const silent = (atLeastMs: number): RegionReport => ({ code: 'x', samples: 0, lost: 0, pending: true, atLeastMs, atLeastBy: 'silence', doubt: [] });
const toCome: RegionReport = { code: 'x', samples: 0, lost: 0, pending: true, doubt: [] };
const notAsked = (skipped: NonNullable<RegionReport['skipped']>): RegionReport => ({ code: 'x', samples: 0, lost: 0, skipped, doubt: [] });

const sure = (regions: readonly RegionReport[], known?: Record<string, number>, allowed = regions.map((_, index) => String(index + 1)), bounds?: Record<string, number>): number => {
  const report: Report = { at: 0, full: true, durationMs: 0, strategy: 'test', notes: [], regions: Object.fromEntries(regions.map((region, index) => [String(index + 1), region])) };
  return certainty({ report, home: '1', allowed, ...(known && { known: (id) => known[id] }), ...(bounds && { bounds }) });
};

describe('certainty of region 1', () => {
  it.each<{ name: string; regions: RegionReport[]; known?: Record<string, number>; bounds?: Record<string, number>; allowed?: string[]; from: number; to: number }>([
    { name: 'alone in the map', regions: [answered(8)], from: 1, to: 1 },
    { name: 'nothing answered: one of four', regions: [silent(1), silent(1), silent(1), silent(1)], from: 0.25, to: 0.25 },
    { name: 'clearly the nearest', regions: [answered(8), answered(14), answered(90)], from: 0.99, to: 1 },
    { name: 'a twin does no harm: it cannot be 2 ms nearer', regions: [answered(8), answered(8.1)], from: 0.98, to: 1 },
    { name: 'another reads clearly nearer', regions: [answered(30), answered(8)], from: 0, to: 0.01 },
    { name: 'another reads nearer by just the tolerance', regions: [answered(10), answered(8)], from: 0.45, to: 0.55 },
    { name: 'the nearer one is not allowed', regions: [answered(30), answered(8)], allowed: ['1'], from: 1, to: 1 },
    { name: 'first to answer of sixteen, all asked in time', regions: [answered(8), ...Array.from({ length: 15 }, () => silent(7))], from: 0.97, to: 0.99 },
    { name: 'first to answer of sixteen, half of them asked too lately to tell', regions: [answered(8), ...Array.from({ length: 7 }, () => silent(7)), ...Array.from({ length: 8 }, () => silent(5))], from: 0.45, to: 0.55 },
    { name: 'first to answer of two, the other not yet asked', regions: [answered(8), toCome], from: 0.5, to: 0.5 },
    { name: 'the other was left out, and is known to be far', regions: [answered(8), notAsked('not-due')], known: { 2: 40 }, from: 0.99, to: 1 },
    { name: 'the other was left out, and is known to be about as near', regions: [answered(8), notAsked('not-due')], known: { 2: 8 }, from: 0.6, to: 0.9 },
    { name: 'the other was left out and never measured', regions: [answered(8), notAsked('not-due')], from: 0.5, to: 0.5 },
    { name: 'the other was left out, and silent for long when last asked', regions: [answered(8), notAsked('not-due')], bounds: { 2: 45 }, from: 0.98, to: 1 },
    { name: 'the other was left out, silent for long when last asked, and light allows less', regions: [answered(8), { ...notAsked('not-due'), atLeastMs: 2, atLeastBy: 'light' }], bounds: { 2: 45 }, from: 0.98, to: 1 },
    { name: 'the other was left out, and not silent for long enough', regions: [answered(8), notAsked('not-due')], bounds: { 2: 5 }, from: 0.5, to: 0.5 },
    { name: 'the other was read late, and may be nearer: no better than not measured', regions: [answered(12), late(78, 70), answered(60), answered(80)], from: 0.7, to: 0.75 },
    { name: 'many others were read late and may be nearer', regions: [answered(20), late(60, 55), late(60, 55), late(60, 55)], from: 0.1, to: 0.3 },
    { name: 'the other was read late, and cannot be nearer all the same', regions: [answered(8), late(78, 60), answered(60)], from: 0.97, to: 1 },
    { name: 'the other was read late and reads nearer even so', regions: [answered(30), late(20, 12)], from: 0, to: 0.01 },
    { name: 'the home itself was read late: nearer in truth does no harm', regions: [late(20, 15), answered(60)], from: 0.99, to: 1 },
    { name: 'light excludes the other', regions: [answered(8), notAsked('light')], from: 1, to: 1 },
    { name: 'a silent home, by what is known of it', regions: [silent(60), answered(90)], known: { 1: 8 }, from: 0.99, to: 1 },
  ])('$name', ({ regions, known, bounds, allowed, from, to }) => {
    expect(sure(regions, known, allowed, bounds)).toBeGreaterThanOrEqual(from);
    expect(sure(regions, known, allowed, bounds)).toBeLessThanOrEqual(to);
  });

  it('grows with samples, and shrinks with doubt', () => {
    const [one, four, doubtful] = [sure([answered(100), answered(101)]), sure([answered(100, 4), answered(101, 4)]), sure([answered(100, 1, ['event-loop']), answered(101)])];
    expect(four).toBeGreaterThan(one);
    expect(doubtful).toBeLessThan(one);
  });

  it('grows as silence does', () => {
    const values = [0, 2, 5.9, 6, 20].map((ms) => sure([answered(8), silent(ms)]));
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(values[3]).toBeGreaterThan(0.95);
  });

  it('is not led astray by a region called constructor', () => {
    const report: Report = { at: 0, full: true, durationMs: 0, strategy: 'test', notes: [], regions: { a: answered(8) } };
    expect(certainty({ report, home: 'a', allowed: ['a', 'constructor'], bounds: {} })).toBe(0.5);
  });
});
