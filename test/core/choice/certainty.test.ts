import { expect, it } from 'vitest';
import { certainty } from '../../../core/choice/certainty.ts';
import type { Report } from '../../../core/model/report.ts';

const report: Report = {
  at: 0, full: true, durationMs: 0, strategy: 'netcheck', notes: [],
  regions: Object.fromEntries(([['1', { latencyMs: 10 }], ['2', { latencyMs: 9 }], ['3', { atLeastMs: 50 }], ['4', {}], ['5', { latencyMs: 2 }]] as const)
    .map(([id, extra]) => [id, { code: id, samples: 0, lost: 0, doubt: [], ...extra }])),
};

it.each<[string, string, string[], Record<string, number> | undefined, number]>([
  ['the home did not answer', '4', ['1', '4'], undefined, 0],
  ['another is more than 2 ms nearer', '1', ['1', '5'], undefined, 0],
  ['a nearer one that is not allowed does not count', '1', ['1', '2'], undefined, 0.95],
  ['one silent for longer is farther', '1', ['1', '3'], undefined, 0.95],
  ['one that was not measured may be nearer', '1', ['1', '4'], undefined, 0.475],
  ['unless it was known to be farther', '1', ['1', '4'], { 4: 20 }, 0.95],
])('%s', (_, home, allowed, known, sure) => {
  expect(certainty({ report, home, allowed, ...(known && { known }) })).toBeCloseTo(sure, 9);
});
