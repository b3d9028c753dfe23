import type { Context } from '../../model/context.ts';
import type { Kind } from '../../model/kind.ts';
import { speaks, type Region, type RelayNode } from '../../model/map.ts';
import type { ProbeSet } from '../../model/plan.ts';
import type { RegionReport } from '../../model/report.ts';
import { httpsNextNodeMs } from './constants.ts';

/** Whether this client can measure the node that way. */
export const isAble = (context: Context, node: RelayNode, kind: Kind): boolean =>
  (context.can ? context.can[node.name]?.includes(kind) === true : speaks(node, kind));

/**
 * The kind of the plan's UDP probes: STUN wherever one node can be asked so (or a stand-in answers for it), else ICE, as in
 * a browser. Undefined: this client has no UDP at all.
 */
export function udpKind(context: Context): 'stun' | 'ice' | undefined {
  if (!context.can) return 'stun';
  let hasIce = false;
  for (const kinds of Object.values(context.can)) {
    if (kinds.includes('stun') || kinds.includes('fake')) return 'stun';
    hasIce ||= kinds.includes('ice');
  }
  return hasIce ? 'ice' : undefined;
}

/**
 * A set that times the region without UDP, if that can be: its relays in order, each with its time to connect before the
 * next is tried as well. It ends with the first answer.
 */
export function httpSets(context: Context, { id, nodes }: Region, startMs: number = 0): ProbeSet[] {
  const kind = nodes.map((node) => httpKind(context, node)).find(Boolean);
  if (!kind) return [];
  const relays = nodes.filter((node) => httpKind(context, node) === kind);
  return [{ region: id, kind, probes: relays.map((node, index) => ({ node: node.name, delayMs: startMs + index * httpsNextNodeMs })) }];
}

/** How a node is timed without UDP: by HTTPS, or by what else it is able to. */
const httpKind = (context: Context, node: RelayNode): Kind | undefined =>
  (['https', 'websocket', 'tcp'] as const).find((kind) => isAble(context, node, kind));

/** It answered over UDP, so that its families and the public address it saw count. A stand-in counts as UDP. */
export const answeredByUdp = ({ latencyMs, kind }: RegionReport): boolean =>
  latencyMs !== undefined && (kind === undefined || kind === 'stun' || kind === 'ice' || kind === 'fake');
