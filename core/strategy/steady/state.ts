import type { RegionId } from '../../model/map.ts';
import type { Evidence } from './evidence.ts';
import type { Offsets } from './kinds.ts';
import type { Bucket } from './window.ts';

/** What `steady` remembers from report to report. JSON. */
export interface SteadyState {
  /** Stays while nothing answers, so that it is home again afterwards. */
  readonly home?: RegionId;
  /** What the last decision named. */
  readonly named?: RegionId;
  readonly window: readonly Bucket[];
  readonly evidence: Evidence;
  /** Reports running in which the home was silent and nothing was known of its connection. */
  readonly misses: number;
  readonly offsets: Offsets;
  /** Start of the last full report, epoch ms. */
  readonly lastFullAt?: number;
  /** The last report met a captive portal and no UDP. */
  readonly portalBlocked: boolean;
}

export const start = (): SteadyState => ({ window: [], evidence: {}, misses: 0, offsets: {}, portalBlocked: false });
