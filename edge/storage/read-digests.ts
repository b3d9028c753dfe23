import type { LocationDigest } from '../fleet/digest.ts';
import { digestOf } from '../fleet/digest.ts';
import type { Location } from '../fleet/facts.ts';
import type { FleetStore } from './store.ts';

export interface DigestOfLocation {
  readonly location: Location;
  readonly digest: LocationDigest;
}

export interface DigestOptions {
  /** Epoch ms. */
  readonly now: number;
  /** Single reports of each location, where there are so many locations. */
  readonly mostReports: (locations: number) => number;
  /** A location that cannot be read is left out. */
  readonly onError: (location: Location, error: unknown) => void;
}

/** Locations read at once: a Worker may have six requests under way. */
const atOnce = 5;

/** What every location knows, by code. */
export async function readDigests(store: FleetStore, { now, mostReports: mostOf, onError }: DigestOptions): Promise<readonly DigestOfLocation[]> {
  const locations = await store.locations();
  const mostReports = mostOf(locations.length);
  const found: DigestOfLocation[] = [];
  let next = 0;
  async function work(): Promise<void> {
    for (let location = locations[next++]; location; location = locations[next++]) {
      try {
        const kept = store.location(location.code);
        found.push({ location, digest: kept.digest ? await kept.digest(mostReports) : digestOf(await kept.read(), { now, mostReports }) });
      } catch (error) {
        onError(location, error);
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work));
  return found.sort((one, other) => (one.location.code < other.location.code ? -1 : 1));
}
