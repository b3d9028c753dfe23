import type { Family, Kind } from './kind.ts';
import type { RegionId } from './map.ts';
import type { Doubt } from './sample.ts';

/** What one round of measuring found. What was not measured is absent; unknown is never `false`. */
export interface Report {
  /** Its end, epoch ms. */
  readonly at: number;
  readonly full: boolean;
  readonly durationMs: number;
  /** Name of the strategy that planned it. */
  readonly strategy: string;
  readonly mapSource?: string;
  /** The report is still being made. */
  readonly partial?: true;
  /** A UDP answer came. `false` needs a datagram sent and an answer by another kind. */
  readonly udp?: boolean;
  /** An answer came over the family. */
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  /** The system took a datagram of the family. */
  readonly ipv4CanSend?: boolean;
  readonly ipv6CanSend?: boolean;
  readonly osHasIpv6?: boolean;
  readonly icmpv4?: boolean;
  /** Two relays saw different public IPv4 addresses or ports: a NAT that is hard to traverse. */
  readonly mappingVariesByDestIp?: boolean;
  readonly hairpinning?: boolean;
  readonly captivePortal?: boolean;
  readonly portMapping?: PortMapping;
  /** First public address heard, `address:port`. */
  readonly globalV4?: string;
  readonly globalV6?: string;
  /** How many relays saw each public address. */
  readonly globalCounters?: { readonly v4: Readonly<Record<string, number>>; readonly v6: Readonly<Record<string, number>> };
  readonly notes: readonly Note[];
  readonly regions: Readonly<Record<RegionId, RegionReport>>;
}

export interface PortMapping {
  readonly upnp?: boolean;
  readonly natPmp?: boolean;
  readonly pcp?: boolean;
}

/** Something worth a sentence: a proxy in the path, a wrong place, a budget that ran out. */
export interface Note {
  readonly code: string;
  readonly message: string;
}

export type SkipReason = 'light' | 'budget' | 'flag' | 'enough' | 'not-due' | 'impossible' | 'drained';

export interface RegionReport {
  readonly code: string;
  /** Lowest round trip of `kind`, raw. Absent: it did not answer. */
  readonly latencyMs?: number;
  /** So much of `latencyMs` may be this process's own, which was late, at the most. Less what its other samples rule out. */
  readonly lateMs?: number;
  readonly kind?: Kind;
  /** Absent where the platform chose. */
  readonly family?: Family;
  /** Lowest of `kind` by family. */
  readonly v4Ms?: number;
  readonly v6Ms?: number;
  /** What ranks it, where the raw figures do not compare: the line's own queue moved while a full report read them. */
  readonly rankMs?: number;
  readonly kinds?: Readonly<Partial<Record<Kind, KindReport>>>;
  /** Answers. */
  readonly samples: number;
  /** Probes without an answer. */
  readonly lost: number;
  /** A lower bound of its round trip, where it has not answered. */
  readonly atLeastMs?: number;
  readonly atLeastBy?: 'silence' | 'light';
  /** It has not answered and still may: probes to it are under way or to come. Only in partial reports. */
  readonly pending?: true;
  readonly doubt: readonly Doubt[];
  readonly skipped?: SkipReason;
}

export interface KindReport {
  readonly ms?: number;
  readonly v4Ms?: number;
  readonly v6Ms?: number;
  readonly samples: number;
  readonly lost: number;
}

/** Regions that answered, by id, with their raw latency. */
export function answered(report: Report): [RegionId, number][] {
  const found: [RegionId, number][] = [];
  for (const [id, region] of Object.entries(report.regions)) if (region.latencyMs !== undefined) found.push([id, region.latencyMs]);
  return found;
}
