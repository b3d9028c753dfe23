import type { RelayMap } from '../../core/model/map.ts';
import type { LocationFacts } from '../storage/store.ts';
import type { Location } from './facts.ts';

export const fleetView = ({ locations }: { readonly map: RelayMap; readonly locations: readonly { readonly location: Location; readonly facts: LocationFacts }[]; readonly now: number }): object =>
  ({ locations: locations.map(({ location, facts }) => ({ location, reports: facts.reports.length })) });
