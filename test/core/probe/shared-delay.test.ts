import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutSharedDelay, type Timed } from '../../../core/probe/shared-delay.ts';

const base: Readonly<Record<string, number>> = { a: 8, b: 12, c: 14, d: 30 };

/** Answers of one round at that time, with what the line adds to all. */
const round = (atMs: number, delayMs: number, regions: string, noiseMs = 0): Timed[] =>
  [...regions].map((region, index) => ({ region, atMs: atMs + index, ms: (base[region] ?? 0) + delayMs + (index % 2 ? noiseMs : 0) }));

describe('latencies without what the line adds to all', () => {
  it.each<{ name: string; answers: Timed[]; is: Record<string, number> | undefined }>([
    { name: 'one round compares as it is', answers: round(0, 200, 'abcd'), is: undefined },
    { name: 'a steady line compares as it is', answers: [...round(0, 200, 'abcd'), ...round(100, 200.5, 'abcd')], is: undefined },
    { name: 'the short queue of some is taken off for all', answers: [...round(0, 200, 'abcd'), ...round(100, 150, 'bcd')], is: { a: 158, b: 162, c: 164, d: 180 } },
    { name: 'rounds are laid over one another by others in between', answers: [...round(0, 200, 'abcd'), ...round(100, 150, 'bcd'), ...round(200, 120, 'abcd')], is: { a: 128, b: 132, c: 134, d: 150 } },
    { name: 'a spike of one path is not the line', answers: [...round(0, 10, 'abcd'), { region: 'a', atMs: 100, ms: 300 }, { region: 'b', atMs: 101, ms: 22 }, { region: 'c', atMs: 102, ms: 24 }], is: undefined },
    { name: 'two answers in common are too few to tell', answers: [...round(0, 200, 'abcd'), ...round(100, 150, 'cd')], is: undefined },
    { name: 'a region that was read alone has nothing to compare with', answers: [...round(0, 200, 'abc'), ...round(100, 150, 'abc'), { region: 'd', atMs: 200, ms: 170 }], is: { a: 158, b: 162, c: 164 } },
    { name: 'nothing', answers: [], is: undefined },
  ])('$name', ({ answers, is }) => {
    const found = withoutSharedDelay(answers);
    expect(found && Object.fromEntries(found)).toEqual(is);
  });

  it('keeps the order of the regions whatever the line did and whichever answers were lost, while rounds have regions in common', () => {
    const line = fc.record({ delayMs: fc.integer({ min: 0, max: 300 }), lost: fc.subarray(['a', 'b', 'c'], { maxLength: 2 }) });
    fc.assert(fc.property(fc.array(line, { minLength: 2, maxLength: 6 }), (rounds) => {
      const answers = rounds.flatMap(({ delayMs, lost }, index) => round(index * 100, delayMs, [...'abcd'].filter((id) => !lost.includes(id)).join('')));
      const found = withoutSharedDelay(answers);
      if (!found) return;
      const order = [...found.keys()].sort((x, y) => (found.get(x) ?? 0) - (found.get(y) ?? 0));
      expect(order).toEqual([...order].sort());
    }));
  });
});
