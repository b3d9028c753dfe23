import type { RelayMap } from '../../core/model/map.ts';
import type { LocationDigest } from './digest.ts';
import type { Location } from './facts.ts';
import { gaugesText } from './gauges.ts';
import { fleetView } from './view.ts';

/** What is told of the whole fleet: the view as JSON, and the metrics of its locations. */
export type FleetText = 'view' | 'metrics';

export interface WholeFleet {
  readonly map: RelayMap;
  readonly locations: readonly { readonly location: Location; readonly digest: LocationDigest }[];
  /** Epoch ms. */
  readonly now: number;
}

export const tellFleet = (text: FleetText, fleet: WholeFleet): string => (text === 'view' ? JSON.stringify(fleetView(fleet)) : gaugesText(fleet));
