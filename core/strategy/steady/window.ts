import { lowest, recordOf } from '../../choice/lowest.ts';
import type { RegionId } from '../../model/map.ts';
import { bucketMs, windowMs } from './constants.ts';

/** Lowest latencies of a stretch of time. */
export interface Bucket {
  readonly at: number;
  readonly ms: Readonly<Record<RegionId, number>>;
}

/** The window with one more report, and without what is too old for it. */
export function addToWindow(window: readonly Bucket[], at: number, ranked: Readonly<Record<RegionId, number>>): Bucket[] {
  // A clock that was set back leaves reports of the future: they count as of now, or they would never age out.
  const kept = window.filter((bucket) => at - bucket.at <= windowMs).map((bucket) => (bucket.at > at ? { ...bucket, at } : bucket));
  const newest = kept.at(-1);
  if (!newest || at - newest.at >= bucketMs) return [...kept, { at, ms: ranked }];
  return [...kept.slice(0, -1), { at: newest.at, ms: recordOf(lowest([newest.ms, ranked])) }];
}

const known = new WeakMap<readonly Bucket[], Readonly<Record<RegionId, number>>>();

/** Each region's lowest latency in the window. Asked of a report's window, and again when the next report is held against it. */
export function floorsOf(window: readonly Bucket[]): Readonly<Record<RegionId, number>> {
  let floors = known.get(window);
  if (!floors) known.set(window, (floors = recordOf(lowest(window.map(({ ms }) => ms)))));
  return floors;
}
