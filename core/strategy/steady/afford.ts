import type { Context } from '../../model/context.ts';
import { regionById } from '../../model/map.ts';
import type { ProbeSet } from '../../model/plan.ts';
import type { Sent } from '../../model/strategy.ts';
import { costOf, type Cost } from '../../probe/cost.ts';

/** What the first probe of a set costs. */
export function costOfSet({ region, kind, family, probes }: ProbeSet, { map, can }: Context): Cost {
  const node = regionById(map, region)?.nodes.find(({ name }) => name === probes[0]?.node);
  return node && !can?.[node.name]?.includes('fake') ? costOf(kind, node, family) : { packets: 0, bytes: 0 };
}

/** What is left of the budget after these probes; undefined without one. */
export function leftAfter(context: Context, sets: readonly ProbeSet[], sent: readonly Sent[]): Context['budget'] {
  return context.budget && sent.reduce((left, { set }) => {
    const { packets, bytes } = sets[set] ? costOfSet(sets[set], context) : { packets: 0, bytes: 0 };
    return { packetsLeft: left.packetsLeft - packets, bytesLeft: left.bytesLeft - bytes };
  }, context.budget);
}

/** The sets that the budget has room for, in their order. */
export function affordable(context: Context, sets: readonly ProbeSet[], left: Context['budget'] = context.budget): ProbeSet[] {
  if (!left) return [...sets];
  let { packetsLeft, bytesLeft } = left;
  return sets.filter((set) => {
    const { packets, bytes } = costOfSet(set, context);
    if (packets > packetsLeft || bytes > bytesLeft) return false;
    packetsLeft -= packets;
    bytesLeft -= bytes;
    return true;
  });
}
