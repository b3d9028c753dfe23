import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Kind } from '../../../../core/model/kind.ts';
import type { RegionReport, Report } from '../../../../core/model/report.ts';
import { learnOffsets, rankMs, type Offsets } from '../../../../core/strategy/steady/kinds.ts';

/** By region what each kind read. */
function reportOf(regions: readonly Readonly<Partial<Record<Kind, number>>>[]): Report {
  const made = regions.map((kinds, index): [string, RegionReport] => [String(index + 1), { code: `r${index}`, samples: 1, lost: 0, doubt: [], kinds: Object.fromEntries(Object.entries(kinds).map(([kind, ms]) => [kind, { ms, samples: 1, lost: 0 }])) }]);
  return { at: 0, full: true, durationMs: 1, strategy: 'steady', notes: [], regions: Object.fromEntries(made) };
}
const learn = (reports: readonly Report[], from: Offsets = {}): Offsets => reports.reduce(learnOffsets, from);
const honest = [{ stun: 10, https: 14 }, { stun: 20, https: 24 }, { stun: 90, https: 95 }];

describe('what a kind adds', () => {
  it.each<{ name: string; reports: Report[]; https: number | undefined }>([
    { name: 'is the difference', reports: [reportOf(honest)], https: 4 },
    { name: 'is not known without both', reports: [reportOf([{ stun: 10 }, { https: 14 }])], https: undefined },
    { name: 'is not told by one odd relay among several', reports: [reportOf([{ stun: 5, https: 9_000 }, ...honest])], https: 4 },
    { name: 'nor by one whose UDP is late', reports: [reportOf([{ stun: 9_000, https: 5 }, ...honest])], https: 4 },
    { name: 'is bounded where one alone tells', reports: [reportOf([{ stun: 5, https: 9_000 }])], https: 50 },
    { name: 'in both directions', reports: [reportOf([{ stun: 9_000, https: 5 }])], https: -50 },
    { name: 'is learned anew', reports: [reportOf([{ stun: 5, https: 9_000 }]), ...Array<Report>(20).fill(reportOf(honest))], https: 4.5 },
  ])('$name', ({ reports, https }) => {
    const learned = learn(reports).https;
    if (https === undefined) expect(learned).toBeUndefined();
    else expect(learned).toBeCloseTo(https, 0);
  });

  const ms = fc.double({ min: 0, max: 1e6, noNaN: true });
  it('never makes a rank negative, nor two of one kind change places, whatever relays say', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.record({ stun: ms, https: ms }, { requiredKeys: [] }), { maxLength: 5 }), { maxLength: 8 }), ms, ms, (reports, a, b) => {
      const offsets = learn(reports.map((regions) => reportOf(regions as Partial<Record<Kind, number>>[])));
      const rank = (latencyMs: number): number => rankMs({ code: 'r', kind: 'https', latencyMs, samples: 1, lost: 0, doubt: [] }, offsets) ?? NaN;
      expect(rank(a)).toBeGreaterThanOrEqual(a / 2);
      expect(rank(a)).toBeLessThanOrEqual(a + 50);
      if (a <= b) expect(rank(a)).toBeLessThanOrEqual(rank(b));
    }));
  });
});
