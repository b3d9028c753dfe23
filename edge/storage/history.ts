import { mostPoints, retentionMs } from './bounds.ts';

/** `[epoch ms, ms]`, ms -1 where it did not answer. */
export type Point = readonly [number, number];

/**
 * Past latencies with another at their end, in a bounded number. What is older than the retention goes. Beyond the bound the
 * point goes whose neighbours are nearest to one another for their age: the last hour stays dense, and the day is covered.
 */
export function withPoint(points: readonly Point[], point: Point): Point[] {
  const [now] = point;
  const kept = [...points.filter(([at]) => at < now && at > now - retentionMs), point];
  if (kept.length > mostPoints) kept.splice(leastMissed(kept, now), 1);
  return kept;
}

function leastMissed(points: readonly Point[], now: number): number {
  let found = { at: 1, gap: Infinity };
  for (let at = 1; at < points.length - 1; at++) {
    const [before = 0] = points[at - 1] ?? [];
    const [self = 0] = points[at] ?? [];
    const [after = 0] = points[at + 1] ?? [];
    const gap = (after - before) / (now - self);
    if (gap < found.gap) found = { at, gap };
  }
  return found.at;
}
