import type { Family, Kind } from '../model/kind.ts';
import type { RegionId, RelayNode } from '../model/map.ts';
import type { RegionReport } from '../model/report.ts';
import type { Sample } from '../model/sample.ts';

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
  /** Where answers may be read late, and are read in the order in which they came: what a report makes of that. */
  readonly late?: () => LateAnswers;
  /** Its probes wait for one another: each tells by `onSent` when it leaves. Until then its silence says nothing. */
  readonly queues?: boolean;
  /** Ends all sockets; probes under way reject. */
  close(): void | Promise<void>;
}

/** The answers of one report, of which some were read late. */
export interface LateAnswers {
  /** To be told of each, as it is read. */
  answered(region: RegionId, sample: Sample, sentMs: number, readMs: number): void;
  /** The regions, with what other samples leave of `lateMs`, and, if none has a `rankMs`, with that by the order of the answers. Those given stay as they are. */
  report(regions: Readonly<Record<RegionId, RegionReport>>): Readonly<Record<RegionId, RegionReport>>;
}

export interface ProbeOptions {
  /** Absent: the platform chooses. */
  readonly family?: Family;
  readonly signal: AbortSignal;
  /** Of a transport that `queues`: a request leaves now. The last one counts. */
  readonly onSent?: () => void;
}
