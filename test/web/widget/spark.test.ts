import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tick } from '../../../web/widget/history.ts';
import { spark, sparkHeight, sparkWidth } from '../../../web/widget/spark.ts';

const ticks = (...ms: (number | undefined)[]): Tick[] => ms.map((value, at) => (value === undefined ? { at } : { at, ms: value }));
const pathOf = (...ms: (number | undefined)[]): { line: string; lost: string } => {
  const { line, lost } = spark(ticks(...ms), 0, ms.length - 1);
  return { line, lost };
};

describe('spark', () => {
  it.each([
    { name: 'nothing', of: [], line: '', lost: '' },
    { name: 'one report: a dot at the end', of: [5], line: 'M98 22h0', lost: '' },
    { name: 'a line from the first to the newest', of: [10, 20], line: 'M2 22h0L98 2', lost: '' },
    { name: 'the foot is the lowest', of: [20, 10, 20], line: 'M2 2h0L50 22L98 2', lost: '' },
    { name: 'small noise on a far region stays flat', of: [100, 101], line: 'M2 22h0L98 21.8', lost: '' },
    { name: 'a loss breaks the line and hangs from above', of: [10, undefined, 10], line: 'M2 22h0M98 22h0', lost: 'M50 2v6' },
    { name: 'losses only', of: [undefined, undefined], line: '', lost: 'M2 2v6M98 2v6' },
  ])('$name', ({ of, line, lost }) => {
    expect(pathOf(...of)).toEqual({ line, lost });
  });

  it('tells the range and the losses in figures', () => {
    expect(spark(ticks(12, undefined, 9), 0, 2)).toMatchObject({ lowestMs: 9, highestMs: 12, losses: 1 });
  });

  it('stays in its box, whatever was measured', () => {
    const ms = fc.option(fc.double({ min: 0, max: 1e7, noNaN: true }), { nil: undefined });
    fc.assert(fc.property(fc.array(ms, { maxLength: 40 }), (values) => {
      const { line, lost } = pathOf(...values);
      for (const [, x = '', y = ''] of (line + lost).matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x)).toBeLessThanOrEqual(sparkWidth);
        expect(Number(y)).toBeGreaterThanOrEqual(0);
        expect(Number(y)).toBeLessThanOrEqual(sparkHeight);
      }
    }));
  });
});
