import { answered, type Report } from '../model/report.ts';
import type { RegionId } from '../model/map.ts';

/** Nearer by no more than this does not matter. */
const indifferentMs = 2;

/** No single report is proof. */
const mostSure = 0.95;

/**
 * Probability that no allowed region is more than 2 ms nearer than the home in truth. Conservative: a region that was not
 * measured counts as if it might be. `known`: latencies from earlier, ms.
 */
export function certainty({ report, home, allowed, known = {} }: {
  readonly report: Report;
  readonly home: RegionId;
  readonly allowed: readonly RegionId[];
  readonly known?: Readonly<Record<RegionId, number>>;
}): number {
  const now = new Map(answered(report));
  const homeMs = now.get(home);
  if (homeMs === undefined) return 0;
  const atLeast = (id: RegionId): number => now.get(id) ?? Math.max(report.regions[id]?.atLeastMs ?? 0, known[id] ?? 0);
  const others = allowed.filter((id) => id !== home);
  if (others.some((id) => (now.get(id) ?? Infinity) < homeMs - indifferentMs)) return 0;
  return mostSure * ((1 + others.filter((id) => atLeast(id) >= homeMs - indifferentMs).length) / (1 + others.length));
}
