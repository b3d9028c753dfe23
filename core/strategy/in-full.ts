import type { ProbeSet } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import type { Progress, LeastProgress } from '../model/strategy.ts';

/** What a runner need not tell, made out from what it must: which sets there are, which are over, and when answers came. */
export function inFull(progress: LeastProgress): Progress {
  if (isInFull(progress)) return progress;
  const { plan, report, sets = plan.sets } = progress;
  if (progress.over) return { ...progress, sets, over: progress.over };
  const figures = sets.map((set) => figureOf(set, report));
  const left = sets.map(({ probes }) => probes.length);
  const sent = progress.sent.map((entry) => {
    const { set, atMs } = entry;
    const ms = figures[set];
    const isFirst = left[set] === sets[set]?.probes.length;
    left[set] = (left[set] ?? 0) - 1;
    return ms === undefined || !isFirst ? entry : { answeredMs: atMs + ms, ...entry };
  });
  // A region that may still answer is pending; of one that neither is nor has answered the probes are lost.
  const isLost = ({ region }: ProbeSet, index: number): boolean => left[index] === 0 && !report.regions[region]?.pending && report.regions[region]?.latencyMs === undefined;
  return { ...progress, sets, sent, over: sets.map((set, index) => figures[index] !== undefined || isLost(set, index)) };
}

const isInFull = (progress: LeastProgress): progress is Progress => progress.sets !== undefined && progress.over !== undefined;

/** What the report has of the set's kind and family. A stand-in answers for any kind. */
function figureOf({ region: id, kind, family }: ProbeSet, { regions }: Report): number | undefined {
  const region = regions[id];
  if (!region) return undefined;
  const isOf = region.kind === kind || region.kind === undefined || region.kind === 'fake';
  const { ms, v4Ms, v6Ms } = region.kinds?.[kind] ?? (isOf ? { ...region, ms: region.latencyMs } : {}) as { ms?: number; v4Ms?: number; v6Ms?: number };
  return family === undefined || (v4Ms ?? v6Ms) === undefined ? ms : family === 4 ? v4Ms : v6Ms;
}
