import { measuredIn } from '../../choice/places.ts';
import { allowedRegions, latencyFactor } from '../../choice/preferences.ts';
import type { Context } from '../../model/context.ts';
import { regionById, type Region, type RegionId, type RelayMap } from '../../model/map.ts';
import type { Report } from '../../model/report.ts';
import { own } from '../../model/own.ts';
import { fewRegions, intervalReports, sleepMs, unlikelyMs, unlikelyPeriod, unlikelyTimes } from './constants.ts';

/** Where a region's round trips lay in the full reports on this network, ms. */
interface Interval {
  /** The lowest ever: noise and detours only add, so that a path that has been on its way for long goes under it hardly ever. */
  readonly lowMs: number;
  /** What it reads above that on average. */
  readonly spreadMs: number;
  /** Full reports that it answered in, counted up to `intervalReports`. */
  readonly reports: number;
}

/** By region. Of a network: another one has others. */
export type Intervals = Readonly<Record<RegionId, Interval>>;

const of = (intervals: Intervals, id: RegionId): Interval | undefined => own(intervals, id);

/** What it may well read some day; undefined where too little is known. */
function leastMs(interval: Interval | undefined): number | undefined {
  return interval && interval.reports >= intervalReports ? interval.lowMs - 2 * interval.spreadMs : undefined;
}

/** The lowest that the region ever read here. */
export const lowOf = (intervals: Intervals, id: RegionId): number | undefined => of(intervals, id)?.lowMs;

/**
 * What a full report adds, less what left the map. Where a region reads less than it well may, by so much that no noise in
 * its lowest explains it, the ways are not those that were learned, and all begins anew.
 */
export function learnIntervals(before: Intervals, report: Report, { regions }: RelayMap): Intervals {
  if (!report.full) return before;
  const measured = Object.entries(measuredIn(report));
  const isBroken = measured.some(([id, ms]) => ms < (leastMs(of(before, id)) ?? 0) - unlikelyMs / 2);
  const learned: Record<RegionId, Interval> = {};
  for (const { id } of regions) {
    const known = isBroken ? undefined : of(before, id);
    if (known) learned[id] = known;
  }
  for (const [id, ms] of measured) learned[id] = add(of(learned, id), ms);
  return learned;
}

function add(known: Interval | undefined, ms: number): Interval {
  if (!known) return { lowMs: ms, spreadMs: 0, reports: 1 };
  const lowMs = Math.min(known.lowMs, ms);
  const reports = Math.min(intervalReports, known.reports + 1);
  const spreadMs = known.spreadMs + known.lowMs - lowMs;
  return { lowMs, spreadMs: spreadMs + (ms - lowMs - spreadMs) / reports, reports };
}

/**
 * Regions that are unlikely to be the nearest, given these latencies: even the low end of what they read here is several
 * times what the nearest takes. Likely, not certain as light is, so that each has its turn once in a few full reports. The
 * nearest is an allowed one: another is nobody's rival. `turn`: full reports so far.
 */
export function unlikely(intervals: Intervals, { map, preferences }: Pick<Context, 'map' | 'preferences'>, latencies: Readonly<Record<RegionId, number>>, turn: number): Region[] {
  if (map.regions.length <= fewRegions) return [];
  const scaled = (id: RegionId, ms: number = Infinity): number => ms * latencyFactor(regionById(map, id), preferences);
  const nearestMs = Math.min(...allowedRegions(map, preferences).map((id) => scaled(id, own(latencies, id))));
  return map.regions.filter(({ id }, place) => (place + turn) % unlikelyPeriod !== 0 && scaled(id, leastMs(of(intervals, id)) ?? 0) >= unlikelyTimes * nearestMs + unlikelyMs);
}

/** Whether a report that is due may leave them out: it follows the one before, on the same network, and nobody asked to have it. */
export const mayLeaveOut = ({ now, last, network, asked }: Context): boolean =>
  asked !== true && network?.changed !== true && network?.gapMs === undefined && last !== undefined && now - last.at >= 0 && now - last.at <= sleepMs;

/** A full report that left regions out as unlikely says so: that is no proof. */
export function withUnlikely(intervals: Intervals, report: Report): Report {
  if (!report.full || report.partial) return report;
  const leftOut = Object.entries(report.regions).filter(([id, { skipped }]) => skipped === 'not-due' && leastMs(of(intervals, id)) !== undefined);
  if (leftOut.length === 0) return report;
  const lowMs = Math.min(...leftOut.map(([id]) => of(intervals, id)?.lowMs ?? Infinity));
  return { ...report, notes: [...report.notes, { code: 'unlikely', message: `${leftOut.length} regions that never read less than ${Math.floor(lowMs)} ms on this network are likely too far, and were not asked` }] };
}
