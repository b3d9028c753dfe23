import type { RegionId, RelayMap, RelayNode } from './map.ts';

/** Where a relay is. What else a map says of it, such as credentials, may change under a connection. */
const placeOf = ({ host, ipv4, ipv6, stun, https, derp, websocket, turn }: RelayNode): string =>
  JSON.stringify([host, ipv4, ipv6, stun?.port, https?.port, derp?.port, websocket, turn?.urls]);

/** Whether two maps mean the same relay: ids and names outlive the machines behind them. */
export const isSameRelay = (one: RelayNode, other: RelayNode): boolean => one === other || placeOf(one) === placeOf(other);

/** Regions of `before` that have left the map, or of whose relays none is left: what is known of their connections is about others. */
export function replacedRegions(before: RelayMap, after: RelayMap): RegionId[] {
  const places = new Map(after.regions.map(({ id, nodes }) => [id, nodes.map(placeOf)]));
  return before.regions.filter(({ id, nodes }) => !nodes.some((node) => places.get(id)?.includes(placeOf(node)))).map(({ id }) => id);
}
