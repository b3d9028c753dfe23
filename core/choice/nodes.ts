import type { Context, Preferences } from '../model/context.ts';
import type { Region, RelayMap, RelayNode } from '../model/map.ts';

type Wishes = NonNullable<Preferences['nodes']>;

const avoided = 2;
const drained = 3;

/** The place of a node among those of its region, by its name. What is no wish counts as none. */
function rankOf({ name }: RelayNode, wishes: Wishes): number {
  const wish = wishes[name];
  return wish === 'prefer' ? 0 : wish === 'avoid' ? avoided : wish === 'drain' ? drained : 1;
}

/** Whether the owner drains every node that one could connect to: then the region counts as drained, and its nodes as before. */
export function isDrainedByNodes({ nodes }: Region, preferences: Preferences | undefined): boolean {
  const { nodes: wishes } = preferences ?? {};
  if (!wishes) return false;
  const relays = nodes.filter(({ stunOnly }) => !stunOnly);
  return (relays.length ? relays : nodes).every((node) => rankOf(node, wishes) === drained);
}

/** A region's nodes as they should be tried: those that the owner prefers, the others, those to avoid. Drained ones are left out. */
export function nodesInOrder(region: Region, preferences: Preferences | undefined): readonly RelayNode[] {
  const { nodes: wishes } = preferences ?? {};
  if (!wishes || isDrainedByNodes(region, preferences)) return region.nodes;
  return region.nodes.filter((node) => rankOf(node, wishes) < drained).sort((a, b) => rankOf(a, wishes) - rankOf(b, wishes));
}

/** The same without those to avoid, where there is another: for what uses all, or cannot know yet that the others failed. */
export function nodesWanted(region: Region, preferences: Preferences | undefined): readonly RelayNode[] {
  const nodes = nodesInOrder(region, preferences);
  const wanted = nodes.filter((node) => rankOf(node, preferences?.nodes ?? {}) !== avoided);
  return wanted.length ? wanted : nodes;
}

const known = new WeakMap<Wishes, { readonly map: RelayMap; readonly wanted: RelayMap }>();

/** The context with a map of the wanted nodes alone, for what is to be asked. It is made once for a map and its wishes. */
export function withWantedNodes(context: Context): Context {
  const { map, preferences } = context;
  if (!preferences?.nodes) return context;
  let made = known.get(preferences.nodes);
  if (made?.map !== map) known.set(preferences.nodes, (made = { map, wanted: { ...map, regions: map.regions.map((region) => ({ ...region, nodes: nodesWanted(region, preferences) })) } }));
  return { ...context, map: made.wanted };
}
