import type { Kind } from './kind.ts';
import type { NodeName, RegionId, RelayMap } from './map.ts';
import type { Report } from './report.ts';

/** All that a strategy is asked with. Plain JSON, so that a recorded run replays to the same decisions. */
export interface Context {
  /** Epoch ms on one time line with `heard` and `Report.at`. */
  readonly now: number;
  /** The next report is, or this one was, a full one. */
  readonly full: boolean;
  readonly map: RelayMap;
  /** Whether the machine has a usable address of the family. */
  readonly families: { readonly v4: boolean; readonly v6: boolean };
  /** What this client can measure at each node. Absent: all that the node speaks. */
  readonly can?: Readonly<Record<NodeName, readonly Kind[]>>;
  readonly last?: Report;
  /** What the last decision named, and whether a connection to it is known to live or to be dead. */
  readonly home?: { readonly region: RegionId; readonly alive?: boolean };
  /** Last life sign of each relay connection, epoch ms. */
  readonly heard?: Readonly<Record<RegionId, number>>;
  readonly preferences?: Preferences;
  readonly prior?: Prior;
  /** A prior was asked for and may still come. */
  readonly priorDue?: true;
  readonly budget?: { readonly packetsLeft: number; readonly bytesLeft: number };
  /** `udpWorks`: whether UDP does on this network, once some reports have told. `gapMs`: the clocks drifted apart by so much since the last report: a suspend, or a clock that was set. */
  readonly network?: { readonly id: string; readonly udpWorks?: boolean; readonly changed?: boolean; readonly gapMs?: number };
  /** Somebody asked for this report, it was not merely due. */
  readonly asked?: boolean;
  /** Stable for this client; spreads clients over equals and fallbacks. */
  readonly clientKey: string;
  /** In [0, 1), drawn for this call. */
  readonly chance: number;
}

/** A guess from elsewhere, such as an edge near the client: what to measure first, and nothing more. */
export interface Prior {
  /** Nearest first. */
  readonly ranked: readonly RegionId[];
  /** As measured there. */
  readonly latencyMs?: Readonly<Record<RegionId, number>>;
  /** What others around it measured, one of whom may be more like this client. */
  readonly vantages?: Vantages;
  /** Of the measurements that it rests on. */
  readonly ageMs: number;
}

/** A few regions as several see them: for each of these a row of ms, a figure for each of `regions`, null where nothing is known. */
export interface Vantages {
  readonly regions: readonly RegionId[];
  readonly latencyMs: readonly (readonly (number | null)[])[];
}

/** What the owner wants. May change while running. What the map does not have changes nothing. */
export interface Preferences {
  /** Home wherever it answered or was heard, before all else. */
  readonly pin?: RegionId;
  /** Count as nearer by the least gain that is worth a move. */
  readonly prefer?: readonly RegionId[];
  /** A last resort. */
  readonly avoid?: readonly RegionId[];
  /** Not for what begins now, where there is anything else at all; a home among them is left once another is verified. */
  readonly drain?: readonly RegionId[];
  /** Multiplies latencies when regions are ranked: above 1 is worse. 0 and below are ignored. */
  readonly latencyFactor?: Readonly<Record<RegionId, number>>;
  /** The same of single nodes, by their name in whichever region: those of one region stand in for one another. */
  readonly nodes?: Readonly<Record<NodeName, 'prefer' | 'avoid' | 'drain'>>;
}
