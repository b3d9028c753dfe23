import { nodesInOrder } from '../choice/nodes.ts';
import type { Preferences } from '../model/context.ts';
import type { Region, RegionId, RelayMap } from '../model/map.ts';
import { replacedRegions } from '../model/same-relay.ts';
import { standbys } from './order.ts';

/** What the picker knows and wants. */
export interface Wish {
  /** Where home should be. Absent: nobody can tell yet. */
  readonly region?: RegionId;
  readonly map: RelayMap;
  /** What the owner wants of single nodes. */
  readonly nodes?: Preferences['nodes'] | undefined;
  /** All regions that can be home, best first. */
  readonly ranked: readonly RegionId[];
  /** The same by what each of them answered last, however long ago: what they may be worth once they are well again. */
  readonly hopeful: readonly RegionId[];
  readonly latencyMs: ReadonlyMap<RegionId, number>;
  /** The first answers only: another region may be wanted in a moment. */
  readonly isTentative?: boolean;
  /** What is left because the owner wants it is left within so long, at random, ms: many may have been told in one moment. */
  readonly spreadMs?: number | undefined;
}

/** Where one can go, and in which order. */
export interface Atlas {
  /** Whether the map, or what the owner wants of its nodes, is another one. */
  update(wish: Wish): boolean;
  readonly wanted: RegionId | undefined;
  readonly isTentative: boolean;
  readonly spreadMs: number;
  region(id: RegionId): Region | undefined;
  /** The nodes that relay. */
  relays(id: RegionId): Region['nodes'];
  /** Those to connect to, in the order in which to try them. */
  nodes(id: RegionId): Region['nodes'];
  isMapped(id: RegionId): boolean;
  /** Regions of which the last map left no relay. */
  readonly replaced: readonly RegionId[];
  latencyMs(id: RegionId): number;
  /** Regions to go to: the wanted one, then `from`, where home is or was, then the others: those that do not share its fate first. */
  candidates(from: RegionId | undefined): RegionId[];
  /** Whether it would be a better home than `than`, were it as well as when it last answered. */
  isBetter(id: RegionId, than: RegionId): boolean;
}

export function createAtlas(): Atlas {
  let wish: Wish = { map: { version: 1, regions: [] }, ranked: [], hopeful: [], latencyMs: new Map() };
  let regions = new Map<RegionId, { readonly region: Region; readonly relays: Region['nodes']; readonly nodes: Region['nodes'] }>();

  let replaced: readonly RegionId[] = [];

  const atlas: Atlas = {
    update(next) {
      const { map, nodes } = next;
      const isOther = map !== wish.map || nodes !== wish.nodes;
      if (isOther) {
        replaced = replacedRegions(wish.map, map);
        regions = new Map(map.regions.map((region) => {
          const relays = region.nodes.filter(({ stunOnly }) => !stunOnly);
          return [region.id, { region, relays, nodes: nodesInOrder({ ...region, nodes: relays }, nodes && { nodes }) }];
        }));
      }
      wish = next;
      return isOther;
    },
    get replaced() { return replaced; },
    get wanted() { return wish.region; },
    get isTentative() { return wish.isTentative === true; },
    get spreadMs() { return wish.spreadMs ?? 0; },
    region: (id) => regions.get(id)?.region,
    relays: (id) => regions.get(id)?.relays ?? [],
    nodes: (id) => regions.get(id)?.nodes ?? [],
    isMapped: (id) => atlas.nodes(id).length > 0,
    latencyMs: (id) => wish.latencyMs.get(id) ?? 0,
    candidates(from) {
      const first = [wish.region, from].filter((id) => id !== undefined);
      const rest = from === undefined ? wish.ranked : standbys(wish.map, wish.ranked, from);
      return [...new Set([...first, ...rest])].filter(atlas.isMapped);
    },
    isBetter(id, than) {
      const at = wish.hopeful.indexOf(id);
      const other = wish.hopeful.indexOf(than);
      return id === wish.region || (at >= 0 && (other < 0 || at < other));
    },
  };
  return atlas;
}
