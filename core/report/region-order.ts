import type { Decision } from '../model/decision.ts';
import { regionById, type RegionId, type RelayMap } from '../model/map.ts';
import type { RegionReport, Report } from '../model/report.ts';
import { clean } from './cells.ts';

/** A region as it is shown: names made safe to print, and its place relative to the home. */
export interface RegionRow {
  readonly id: RegionId;
  readonly code: string;
  readonly name: string;
  readonly region?: RegionReport;
  /** What orders it, where it answered. */
  readonly rankMs?: number;
  /** `equal`: cannot be told from the home. */
  readonly standing: 'home' | 'equal' | 'other';
}

/** What ranks a region: its latency made comparable with other kinds, or as measured. Absent: it did not answer. */
const rankOf = (region: RegionReport | undefined): number | undefined => (region?.latencyMs === undefined ? undefined : region.rankMs ?? region.latencyMs);

/** The report's entry of a region; ids come from maps, so that `constructor` may be one. */
export const reportOfRegion = (report: Report, id: RegionId): RegionReport | undefined => (Object.hasOwn(report.regions, id) ? report.regions[id] : undefined);

/** A region's code, or its id where the map has none, safe to print. */
export const shownCode = (map: RelayMap, id: RegionId): string => clean(regionById(map, id)?.code ?? '') || clean(id);

/**
 * All regions of the map, and those that only the report knows, in the order to show: answers by what ranks them, then
 * those that were asked in vain, then those that were not asked; among these the nearest possible first, then map order.
 */
export function orderRegions(report: Report, decision: Decision, map: RelayMap): RegionRow[] {
  const equals = new Set(decision.equals);
  const row = (id: RegionId, code: string, name: string): RegionRow => {
    const region = reportOfRegion(report, id);
    const rankMs = rankOf(region);
    const standing = id === decision.home ? 'home' : equals.has(id) ? 'equal' : 'other';
    return { id, code: clean(code) || clean(id), name: clean(name), standing, ...(region && { region }), ...(rankMs !== undefined && { rankMs }) };
  };
  const known = new Set(map.regions.map((region) => region.id));
  const rows = map.regions.map((region) => row(region.id, region.code, region.name));
  for (const [id, region] of Object.entries(report.regions)) if (!known.has(id)) rows.push(row(id, region.code, ''));
  return rows.sort((a, b) => group(a) - group(b) || orderIn(a) - orderIn(b));
}

/** Whether anything was sent there, or is about to be. */
export const wasAsked = (region: RegionReport | undefined): boolean => region !== undefined && (region.samples > 0 || region.lost > 0 || region.pending === true);

const group = ({ rankMs, region }: RegionRow): number => (rankMs !== undefined ? 0 : wasAsked(region) ? 1 : 2);
// A finite stand-in for "unknown": two infinities would differ by NaN.
const orderIn = ({ rankMs, region }: RegionRow): number => rankMs ?? region?.atLeastMs ?? Number.MAX_VALUE;
