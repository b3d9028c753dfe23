import type { ProbeSet } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import type { FullProgress, Progress } from '../model/strategy.ts';

/** What a runner need not tell, made out from what it must: which sets there are, which are over, and when answers came. */
export function inFull(progress: Progress): FullProgress {
  if (progress.sets && progress.over) return progress as FullProgress;
  const { plan, report } = progress;
  const sets = progress.sets ?? plan.sets;
  const tries = new Map<number, number>();
  const sent = progress.sent.map((entry) => {
    const count = tries.get(entry.set) ?? 0;
    tries.set(entry.set, count + 1);
    const set = sets[entry.set];
    const ms = set && count === 0 ? figureOf(set, report) : undefined;
    return ms === undefined ? entry : { answeredMs: Math.min(progress.elapsedMs, entry.atMs + ms), ...entry };
  });
  // A region that may still answer is pending; of one that neither is nor has answered the probes are lost.
  const isLost = (set: ProbeSet, index: number): boolean => {
    const region = report.regions[set.region];
    return region?.latencyMs === undefined && !region?.pending && (tries.get(index) ?? 0) >= set.probes.length;
  };
  return { ...progress, sets, sent, over: progress.over ?? sets.map((set, index) => figureOf(set, report) !== undefined || isLost(set, index)) };
}

/** What the report has of the set's kind and family. A stand-in answers for any kind. */
function figureOf({ region: id, kind, family }: ProbeSet, { regions }: Report): number | undefined {
  const region = regions[id];
  const of = region?.kinds?.[kind] ?? (region && (region.kind ?? kind) !== kind && region.kind !== 'fake' ? undefined : { ...region, ms: region?.latencyMs });
  if (!of || family === undefined) return of?.ms;
  const hasFamily = of.v4Ms !== undefined || of.v6Ms !== undefined;
  return hasFamily ? (family === 4 ? of.v4Ms : of.v6Ms) : of.ms;
}
