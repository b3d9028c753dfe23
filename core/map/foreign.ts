import type { RelayMap } from '../model/map.ts';
import { readDerpMap } from './derp-map.ts';
import { type MapDocument, orRelayMapError } from './document.ts';
import { readIceServers } from './ice-servers.ts';

/** Reads the forms that are not ours. A page loads this when it meets one. */
export const readForeign = ({ form, field }: MapDocument): RelayMap => orRelayMapError(() => (form === 'ice' ? readIceServers(field) : readDerpMap(field)));
