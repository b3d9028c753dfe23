import type { Family, Kind } from './kind.ts';
import type { NodeName, RegionId } from './map.ts';

/** What a report will send, unless the strategy says otherwise on the way. */
export interface ProbePlan {
  readonly full: boolean;
  /** The report ends then, whatever is still under way. */
  readonly timeoutMs: number;
  readonly sets: readonly ProbeSet[];
  /** Regions without a set, and why. */
  readonly skipped: Readonly<Record<RegionId, string>>;
}

/** Tries at one region by one kind and family. The set ends with its first answer. */
export interface ProbeSet {
  readonly region: RegionId;
  readonly kind: Kind;
  readonly family?: Family;
  /** Delays are from the start of the report. */
  readonly probes: readonly { readonly node: NodeName; readonly delayMs: number }[];
}
