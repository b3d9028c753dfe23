import type { Family, Kind } from './kind.ts';

/**
 * Why a sample may say more than the network's round trip, or a region's figure may mislead.
 * `cold`: a first contact, with work that later ones do not have. `retransmitted`: it may answer an earlier packet.
 * `event-loop`: this process was late. `single`: one sample only. `place`: the map's place for it is impossible.
 */
export type Doubt = 'cold' | 'retransmitted' | 'event-loop' | 'single' | 'place';

/** One answered probe. */
export interface Sample {
  readonly kind: Kind;
  /** Round-trip time. */
  readonly latencyMs: number;
  /** Absent where the platform chose. */
  readonly family?: Family;
  /** The client's public address and port as the relay saw it, `address:port`, IPv6 in brackets. UDP kinds only. */
  readonly mapped?: string;
  /** So much of the latency may be this process's own, at the most, which was late: it sent or read when others had the processor. */
  readonly lateMs?: number;
  readonly doubt?: readonly Doubt[];
}

/** Why a probe brought no latency. */
export type ProbeFailureCode =
  | 'no-answer'    // nothing came until the report ended
  | 'aborted'      // the caller gave up
  | 'dns'          // the host has no address of the family, or the resolver failed
  | 'refused'      // the port is closed
  | 'unreachable'  // the network said so, or sending is not permitted
  | 'tls'          // certificate or handshake
  | 'status'       // an answer that is not the relay's: a wrong status, not an echo
  | 'failed';      // anything else
