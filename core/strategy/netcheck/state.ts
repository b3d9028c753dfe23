import type { Bounds } from '../../choice/bounds.ts';
import type { RegionId } from '../../model/map.ts';

/** What netcheck remembers between reports. JSON, of bounded size. */
export interface NetcheckState {
  /** The last choice; absent after a report that chose none. */
  readonly home?: RegionId;
  /** When the last full report began, epoch ms. */
  readonly lastFullAt?: number;
  /** Reports of the window, in the order in which they came. */
  readonly history: readonly Remembered[];
  /** Fingerprints of the regions' hosts: latencies of relays that were replaced are forgotten. */
  readonly hosts: Readonly<Record<RegionId, number>>;
  /** For `sure` alone, which netcheck does not have. */
  readonly bounds: Bounds;
}

/** What is kept of a report: raw latencies, before any factor, in whole nanoseconds. */
export interface Remembered {
  /** Its end, epoch ms. */
  readonly at: number;
  readonly latencyNs: readonly (readonly [RegionId, number])[];
}

export const start = (): NetcheckState => ({ history: [], hosts: {}, bounds: {} });
