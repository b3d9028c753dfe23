import type { RelayMap, RelayNode } from '../model/map.ts';
import { present } from '../model/present.ts';

/**
 * A map as our JSON form; `parseRelayMap` of it is the same map. With `credentials: false` it leaves out the user names and
 * credentials of TURN, for a map that anybody may see; tokens inside URLs stay.
 */
export function formatRelayMap(map: RelayMap, options: { readonly credentials?: boolean } = {}): object {
  const node = options.credentials === false ? withoutCredentials : present<RelayNode>;
  const regions = map.regions.map((region) => present({ ...region, nodes: region.nodes.map(node) }));
  return present({ version: map.version, regions, notes: map.notes });
}

const withoutCredentials = (node: RelayNode): RelayNode => present({ ...node, turn: node.turn && { urls: node.turn.urls } });
