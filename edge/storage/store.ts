import type { RelayMap } from '../../core/model/map.ts';
import type { LocationDigest } from '../fleet/digest.ts';
import type { ClientReport, Location, Sweep } from '../fleet/facts.ts';
import type { FleetText } from '../fleet/tell.ts';

/**
 * What the edge remembers: one store a location, and a register of the locations. On Workers each is a Durable Object with
 * SQLite, on Node a table of one file. All of it is bounded in size and age by whoever implements it (`location-store.ts`).
 */
export interface FleetStore {
  location(code: string): LocationStore;
  /** Every location that has saved anything within the retention, by code. */
  locations(): Promise<readonly Location[]>;
  /** What is told of all locations, where the store has it made elsewhere; else it is made where it is asked for. */
  tell?(text: FleetText, map: RelayMap): Promise<string>;
}

export interface LocationStore {
  /** Replaces the newest sweep, and adds each latency to the history that medians are taken of. */
  saveSweep(sweep: Sweep): Promise<void>;
  /** Replaces the client's earlier report. Undefined: that is done, or sure to be. Never throws at once. */
  saveReport(report: ClientReport): Promise<void> | undefined;
  /** All that the hint and the fleet view are made of. */
  read(): Promise<LocationFacts>;
  /** A digest of them with so many single reports, where the store is far and makes it itself; else it is made of `read()`. */
  digest?(mostReports: number): Promise<LocationDigest>;
}

export interface LocationFacts {
  readonly sweep?: Sweep;
  /** Past latencies of each region from here, oldest first, at most a few hundred: `[epoch ms, ms]`, ms -1 where it did not answer. */
  readonly history: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  /** The newest report of each client within the retention. */
  readonly reports: readonly ClientReport[];
}
