import type { Context } from '../model/context.ts';
import type { RegionId } from '../model/map.ts';
import type { RegionReport, Report } from '../model/report.ts';
import type { Strategy } from '../model/strategy.ts';
import type { ReplayStep } from './playback.ts';

/** What would have made a region home, by asking the strategy itself. Latencies are the most that suffice, to a tenth of a ms. */
export type WouldWin =
  | { readonly how: 'home' }
  /** More reports that read the same. */
  | { readonly how: 'wait'; readonly reports: number }
  /** At that latency in this report; and, where it is more, at that one in so many like it, this one included. */
  | { readonly how: 'nearer'; readonly atMs?: number; readonly lastingMs?: number; readonly reports?: number }
  | { readonly how: 'never' };

/** So many reports a few things like these may last: half an hour. */
const mostReports = 60;
/** The middle of what strategies wait. */
const apartMs = 23_000;
const leastMs = 0.1;
/** Farther than any relay on Earth, by any detour. */
const farthestMs = 60_000;

/** How many questions may still be asked. */
export interface Patience {
  left: number;
}

/** A second or so, however large the map is: the time that a strategy takes grows with it. */
export const createPatience = (regions: number): Patience => ({ left: 100 + Math.floor(1_000_000 / Math.max(1, regions)) });

/** Asks the strategy with this report changed, and repeated, until the region is home. Undefined where patience runs out. */
export function wouldWin(strategy: Strategy, step: ReplayStep, id: RegionId, patience: Patience): WouldWin | undefined {
  const found = seek((report, most) => reportsUntil(strategy, step, report, id, most, patience), step, id);
  return patience.left > 0 ? found : undefined;
}

function seek(reportsWith: (report: Report, most: number) => number | undefined, step: ReplayStep, id: RegionId): WouldWin {
  if (step.decision.home === id) return { how: 'home' };
  const { report } = step;
  const ms = reportOf(report, id)?.latencyMs;
  const more = ms === undefined ? undefined : reportsWith(report, mostReports);
  if (more !== undefined) return { how: 'wait', reports: more - 1 };
  const homeMs = reportOf(report, step.decision.home ?? '')?.latencyMs;
  const highestMs = Math.min(farthestMs, Math.max(ms ?? 0, homeMs ?? 0, leastMs) * 2);
  const atMs = highest(highestMs, (tryMs) => reportsWith(withLatency(report, id, tryMs), 1) !== undefined);
  const lastingMs = highest(highestMs, (tryMs) => reportsWith(withLatency(report, id, tryMs), mostReports) !== undefined);
  if (atMs === undefined && lastingMs === undefined) return { how: 'never' };
  const lasting = lastingMs === undefined || lastingMs <= (atMs ?? 0) ? undefined : { lastingMs, reports: reportsWith(withLatency(report, id, lastingMs), mostReports) ?? mostReports };
  return { how: 'nearer', ...(atMs !== undefined && { atMs }), ...lasting };
}

const reportOf = ({ regions }: Report, id: RegionId): RegionReport | undefined => (Object.hasOwn(regions, id) ? regions[id] : undefined);

/** The most that still wins, if the least does: the nearer, the likelier. */
function highest(mostMs: number, wins: (ms: number) => boolean): number | undefined {
  if (!wins(leastMs)) return undefined;
  let [low, high] = [leastMs, mostMs];
  while (high - low > leastMs) {
    const middle = (low + high) / 2;
    if (wins(middle)) low = middle;
    else high = middle;
  }
  return Math.floor(low * 10) / 10;
}

/** After how many of such reports the region is home. */
function reportsUntil(strategy: Strategy, { state: begun, context }: ReplayStep, report: Report, id: RegionId, most: number, patience: Patience): number | undefined {
  let state = begun;
  let { home, network } = context;
  let { last } = context;
  for (let done = 0; done < most && patience.left > 0; done++) {
    patience.left--;
    const lateMs = done * apartMs;
    const now = { ...report, at: report.at + lateMs };
    const heard = context.heard && Object.fromEntries(Object.entries(context.heard).map(([region, at]) => [region, at + lateMs]));
    const seen: Context = { ...context, now: now.at, ...(heard && { heard }), ...(last && { last }), ...(home && { home }), ...(network && { network }) };
    const { state: next, decision } = strategy.choose(state, now, seen);
    if (decision.home === id) return done + 1;
    state = next;
    last = now;
    home = decision.home === undefined ? home : decision.home === home?.region ? home : { region: decision.home };
    network = network && { id: network.id };
  }
  return undefined;
}

/** The report as if the region had answered in that time, by the kind it answered by, or the home's. */
function withLatency(report: Report, id: RegionId, ms: number): Report {
  const before = reportOf(report, id);
  const kind = before?.kind ?? Object.values(report.regions).find(({ latencyMs }) => latencyMs !== undefined)?.kind ?? 'stun';
  const { atLeastMs: _atLeast, atLeastBy: _by, rankMs: _rank, lateMs: _late, skipped: _skipped, pending: _pending, ...kept } = before ?? { code: '', doubt: [], samples: 0, lost: 0 };
  const samples = Math.max(1, kept.samples);
  const region: RegionReport = { ...kept, latencyMs: ms, kind, samples, kinds: { ...kept.kinds, [kind]: { ...kept.kinds?.[kind], ms, samples: Math.max(1, kept.kinds?.[kind]?.samples ?? 0), lost: kept.kinds?.[kind]?.lost ?? 0 } } };
  return { ...report, regions: { ...report.regions, [id]: region } };
}
