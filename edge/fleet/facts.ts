import type { Kind } from '../../core/model/kind.ts';
import type { RegionId } from '../../core/model/map.ts';

/** Where the edge serves from, by the platform's code (`FRA`), with its place where that is known: degrees north and east. */
export interface Location {
  readonly code: string;
  readonly latitude?: number;
  readonly longitude?: number;
}

/** What is known of the region from a location, by the location's own measurements. */
export interface RegionSweep {
  /** Round trip. Absent: it did not answer when it was last asked. */
  readonly latencyMs?: number;
  readonly kind?: Kind;
  /** When it was last asked, epoch ms: regions of a large map are asked in rotation. */
  readonly at: number;
  /** Times in a row that it did not answer, to the last. */
  readonly missed: number;
}

/** All that a location has measured itself, the newest of each region. */
export interface Sweep {
  readonly location: Location;
  /** When it ended, epoch ms. */
  readonly at: number;
  readonly regions: Readonly<Record<RegionId, RegionSweep>>;
  /** What kinds add to one another here, where regions were measured by several. */
  readonly offsets?: KindOffsets;
}

/** How many ms more than `to` each kind reads here, learned from regions that were asked by both. */
export interface KindOffsets {
  readonly to: Kind;
  readonly addMs: Readonly<Partial<Record<Kind, number>>>;
}

/** What is kept of a report that a client posted: no address, no name, no text of its own. */
export interface ClientReport {
  /** When it came, epoch ms. */
  readonly at: number;
  /** Keyed hash of the client's address; the key lives a day, so that it cannot be followed longer. */
  readonly client: string;
  /** Keyed hash of the network that it is in: clients of one network have little more say than one. */
  readonly network: string;
  /** Where the platform sees the client, in whole degrees. */
  readonly place?: { readonly latitude: number; readonly longitude: number };
  /** Raw round trips by region, all of one kind. */
  readonly latencyMs: Readonly<Record<RegionId, number>>;
  readonly kind: Kind;
  readonly home?: RegionId;
}
