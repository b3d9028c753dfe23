import { expect, it } from 'vitest';
import { learnBounds } from '../../../core/choice/bounds.ts';
import type { RelayMap } from '../../../core/model/map.ts';
import { mapOf } from '../../maps.ts';
import type { RegionReport, Report } from '../../../core/model/report.ts';

const reportOf = (regions: Record<string, Partial<RegionReport>>): Report => ({
  at: 0, full: true, durationMs: 0, strategy: 'test', notes: [], regions: Object.fromEntries(Object.entries(regions).map(([id, region]) => [id, { code: id, samples: 0, lost: 0, doubt: [], ...region }])),
});

const mapWith = (ids: readonly string[]): RelayMap => ({ version: 1, regions: mapOf(ids).regions.map((region) => ({ ...region, id: region.code })) });

it.each<{ name: string; before: Record<string, number>; report: Record<string, Partial<RegionReport>>; after: Record<string, number> }>([
  { name: 'silence is a bound', before: {}, report: { a: { lost: 1, atLeastMs: 45 } }, after: { a: 45 } },
  { name: 'what was not asked keeps its bound', before: { a: 45 }, report: { a: { skipped: 'not-due' } }, after: { a: 45 } },
  { name: 'what light allows does not take its place', before: { a: 45 }, report: { a: { skipped: 'not-due', atLeastMs: 2, atLeastBy: 'light' } }, after: { a: 45 } },
  { name: 'a new silence replaces it, though shorter', before: { a: 45 }, report: { a: { lost: 1, atLeastMs: 20 } }, after: { a: 20 } },
  { name: 'an answer ends it', before: { a: 45 }, report: { a: { latencyMs: 50 } }, after: {} },
  { name: 'a region that left the map leaves', before: { a: 45, b: 45 }, report: { a: {} }, after: { a: 45 } },
  { name: 'an inherited name is no bound', before: {}, report: { constructor: {} }, after: {} },
])('$name', ({ before, report, after }) => {
  expect(learnBounds(before, reportOf(report), mapWith(Object.keys(report)))).toEqual(after);
});
