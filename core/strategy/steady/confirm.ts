import { isUdpKind } from '../../model/kind.ts';
import type { RegionId } from '../../model/map.ts';
import type { ProbeSet } from '../../model/plan.ts';
import type { Report } from '../../model/report.ts';
import type { Follow, Progress } from '../../model/strategy.ts';
import { confirmPatienceMs, mostConfirmed } from './constants.ts';

/**
 * Figures that were read while this process was late say how late it was, not how far the relay is. Before such a report
 * ends the nearest of those regions are asked once more; the lower figure counts.
 */
export function confirmLate(progress: Progress, follow: Follow): Follow {
  const { context, elapsedMs, report } = progress;
  if (follow.stop !== 'enough' || isConfirming(progress)) return follow;
  const add: ProbeSet[] = lateRegions(report).slice(0, mostConfirmed).flatMap((id) => {
    const { kind, family } = report.regions[id] ?? {};
    const node = progress.sent.findLast(({ set, answeredMs }) => answeredMs !== undefined && progress.sets[set]?.region === id)?.node;
    if (!kind || !isUdpKind(kind) || node === undefined || !context.map.regions.some((region) => region.id === id)) return [];
    return [{ region: id, kind, ...(family && { family }), probes: [{ node, delayMs: elapsedMs }] }];
  });
  return add.length ? { ...follow, stop: undefined, add, wakeMs: elapsedMs + confirmPatienceMs } : follow;
}

/** The sets that were added are for confirmation: those of the HTTPS phase are of other kinds. */
export const isConfirming = ({ sets, plan }: Progress): boolean => sets.slice(plan.sets.length).some(({ kind }) => isUdpKind(kind));

/** They answer, or have had the time in which they answered before. */
export function followConfirmation({ sets, over, plan, elapsedMs }: Progress): Follow {
  const added = sets.slice(plan.sets.length);
  const untilMs = Math.max(...added.map(({ probes }) => probes[0]?.delayMs ?? 0)) + confirmPatienceMs;
  const isDone = added.every((_, index) => over[plan.sets.length + index]);
  return isDone || elapsedMs >= untilMs ? { stop: 'enough' } : { wakeMs: untilMs };
}

/** Nearest first. */
const lateRegions = ({ regions }: Report): RegionId[] =>
  Object.keys(regions).filter((id) => regions[id]?.doubt.includes('event-loop')).sort((a, b) => (regions[a]?.latencyMs ?? 0) - (regions[b]?.latencyMs ?? 0));
