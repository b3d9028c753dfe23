import { mightHaveStun } from '../../model/address.ts';
import type { Context } from '../../model/context.ts';
import type { Family, Kind } from '../../model/kind.ts';
import type { Region, RelayNode } from '../../model/map.ts';
import type { ProbeSet } from '../../model/plan.ts';
import { edition2026 } from '../netcheck/edition.ts';
import { httpSets, isAble, udpKind } from '../netcheck/reach.ts';
import { takesProbe, type Families } from '../netcheck/rules.ts';

/** A delay that has passed: a probe with it goes out at once, without being asked about again. */
const atOnce = 0;

/** The nodes that this client can ask over UDP. */
const udpNodes = ({ nodes }: Region, context: Context): RelayNode[] => nodes.filter((node) => hasUdp(context, node));
const hasUdp = (context: Context, node: RelayNode): boolean => isAble(context, node, 'stun') || isAble(context, node, 'ice') || isAble(context, node, 'fake');

/** One try over UDP at the region's nodes in turn: a probe for each family, one where the platform chooses the family. */
export function udpTry(context: Context, region: Region, attempt: number, families: Families): ProbeSet[] {
  const kind = udpKind(context);
  const nodes = udpNodes(region, context);
  const node = nodes[attempt % nodes.length];
  if (!kind || !node) return [];
  const probes = [{ node: node.name, delayMs: atOnce }];
  if (kind === 'ice') return families.v4 || families.v6 ? [{ region: region.id, kind, probes }] : [];
  const sets: ProbeSet[] = [];
  const mayBe = (family: Family): boolean => isAble(context, node, 'fake') || mightHaveStun(node, family);
  if (takesProbe(edition2026, node, 4, families.v4 && mayBe(4))) sets.push({ region: region.id, kind, probes, family: 4 });
  if (takesProbe(edition2026, node, 6, families.v6 && mayBe(6))) sets.push({ region: region.id, kind, probes, family: 6 });
  return sets;
}

/** The first try at a region: over UDP, or by a connection where no node of it speaks UDP with this client, or UDP does not work on this network. */
export function firstTry(context: Context, region: Region, families: Families): ProbeSet[] {
  const isUdp = udpKind(context) !== undefined && region.nodes.some((node) => hasUdp(context, node));
  if (isUdp && !isUdpDead(context)) return udpTry(context, region, 0, families);
  const connect = connectTry(context, region, {});
  return isUdp && connect.length === 0 ? udpTry(context, region, 0, families) : connect;
}

/** UDP was silent in all of the last reports on this network that asked it. */
export const isUdpDead = ({ network }: Context): boolean => network?.udpWorks === false;

/** A connection to the region's nodes, each with its time before the next is tried. `ping`: beside it the system's ping, at the first node, unless STUN is off there, which means "do not measure". */
export function connectTry(context: Context, region: Region, { ping = false, nowMs = 0 }: { readonly ping?: boolean; readonly nowMs?: number }): ProbeSet[] {
  const sets = httpSets(context, region, nowMs).map((set) => ({ ...set, probes: set.probes.map((probe, index) => (index === 0 ? { ...probe, delayMs: atOnce } : probe)) }));
  const [first] = region.nodes;
  const canPing = ping && sets.length > 0 && first && isAble(context, first, 'icmp') && mightHaveStun(first, 4);
  return canPing ? [...sets, { region: region.id, kind: 'icmp', family: 4, probes: [{ node: first.name, delayMs: atOnce }] }] : sets;
}

/** The quickest proof that a region serves although UDP is silent: a connection to the first node that can be asked so. */
export function verifyTry(context: Context, region: Region): ProbeSet[] {
  const kinds: readonly Kind[] = ['tcp', 'https', 'websocket'];
  for (const kind of kinds) {
    const node = region.nodes.find((one) => isAble(context, one, kind));
    if (node) return [{ region: region.id, kind, probes: [{ node: node.name, delayMs: atOnce }] }];
  }
  return [];
}
