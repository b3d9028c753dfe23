import type { Family, Kind } from '../model/kind.ts';
import type { RegionId, RelayNode } from '../model/map.ts';
import type { RegionReport } from '../model/report.ts';
import type { Sample } from '../model/sample.ts';
import type { Timed } from './shared-delay.ts';

/**
 * Measures one kind. Made by a factory named after what it speaks: `stun()`, `https()`, `tcp()`.
 * What every transport must do is written down as a test: `test/contract/transport.ts`.
 */
export interface Transport {
  readonly name: string;
  readonly kind: Kind;
  /** Whether this transport can probe that node, by the map alone. Cheap; asked often. */
  supports(node: RelayNode): boolean;
  /**
   * One probe. Resolves with the first answer. Rejects with a `ProbeFailure`: at once when the network says no, and when
   * `signal` aborts (`no-answer` if something was sent; a kind that measures twice may resolve with what its first time told,
   * with the doubt `cold`). It has no time limit of its own; the caller's signal is the bound.
   * After it has settled nothing of it is left: no timer, listener or socket that is not the transport's to keep.
   */
  probe(node: RelayNode, options: ProbeOptions): Promise<Sample>;
  /** What ranks regions by answers that were read late, where the order in which they are read is that in which they came. Pure. */
  readonly inOrder?: (answers: readonly Late[], regions: Readonly<Record<RegionId, RegionReport>>) => ReadonlyMap<RegionId, number>;
  /** Ends all sockets; probes under way reject. */
  close(): void | Promise<void>;
}

/** An answer that this process read late. Its probe left no sooner than `atMs`, and no later than the round trip before the reading. */
export interface Late extends Timed {
  readonly readMs: number;
  readonly family: Family | undefined;
}

export interface ProbeOptions {
  /** Absent: the platform chooses. */
  readonly family?: Family;
  readonly signal: AbortSignal;
}
