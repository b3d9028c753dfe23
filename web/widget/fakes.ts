import type { RelayMap, RelayNode } from '../../universal/index.ts';

/**
 * `fra=32,par=35`, round trips by region code, as round trips by node, none of which answers for one of the same name in another region.
 *
 * @throws Error that names the part which is none
 */
export function fakeNodes(text: string, map: RelayMap): Map<RelayNode, number> {
  const nodes = new Map<RelayNode, number>();
  for (const part of text.split(',').filter(Boolean)) {
    const [, code, ms] = /^\s*([^=]+)=(\d+(?:\.\d+)?)\s*$/.exec(part) ?? [];
    const region = map.regions.find((candidate) => candidate.code === code);
    if (!region || !(Number(ms) <= 60_000)) throw new Error(`fake="${part}": must be CODE=MS, of a region in the map, MS from 0 to 60000`);
    for (const node of region.nodes) nodes.set(node, Number(ms));
  }
  return nodes;
}
