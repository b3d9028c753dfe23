import type { RegionId, RelayMap, RelayNode } from '../model/map.ts';

/** A relay map for a world's regions: ids from 1, one node each that speaks STUN and HTTPS. */
export function relaysOf(codes: readonly string[]): RelayMap {
  return {
    version: 1,
    regions: codes.map((code, index) => ({
      id: idOf(index), code, name: code,
      nodes: [{
        name: `${index + 1}a`, host: `${index + 1}.relay.test`,
        stun: { port: 3478, dialect: 'plain' }, https: { port: 443, path: '/derp/probe', scheme: 'https' },
      }],
    })),
  };
}

/** A region's id by its place in the world, and back. */
export const idOf = (index: number): RegionId => String(index + 1);
export const indexOf = (id: RegionId): number => Number(id) - 1;

/** Nodes by region: asked for with every probe. */
export function nodesOf(map: RelayMap): (region: RegionId) => RelayNode | undefined {
  const nodes = new Map(map.regions.map(({ id, nodes: [node] }) => [id, node]));
  return (region) => nodes.get(region);
}
