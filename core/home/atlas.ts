import type { Region, RegionId, RelayMap } from '../model/map.ts';
import { replacedRegions } from '../model/same-relay.ts';
import { standbys } from './order.ts';

/** What the picker knows and wants. */
export interface Wish {
  /** Where home should be. Absent: nobody can tell yet. */
  readonly region?: RegionId;
  readonly map: RelayMap;
  /** All regions that can be home, best first. */
  readonly ranked: readonly RegionId[];
  /** The same by what each of them answered last, however long ago: what they may be worth once they are well again. */
  readonly hopeful: readonly RegionId[];
  readonly latencyMs: ReadonlyMap<RegionId, number>;
  /** The first answers only: another region may be wanted in a moment. */
  readonly isTentative?: boolean;
}

/** Where one can go, and in which order. */
export interface Atlas {
  /** Whether the map is another one. */
  update(wish: Wish): boolean;
  readonly wanted: RegionId | undefined;
  readonly isTentative: boolean;
  region(id: RegionId): Region | undefined;
  /** The nodes that relay, in the map's order. */
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
  let regions = new Map<RegionId, { readonly region: Region; readonly nodes: Region['nodes'] }>();

  let replaced: readonly RegionId[] = [];

  const atlas: Atlas = {
    update(next) {
      const isOther = next.map !== wish.map;
      if (isOther) {
        replaced = replacedRegions(wish.map, next.map);
        regions = new Map(next.map.regions.map((region) => [region.id, { region, nodes: region.nodes.filter(({ stunOnly }) => !stunOnly) }]));
      }
      wish = next;
      return isOther;
    },
    get replaced() { return replaced; },
    get wanted() { return wish.region; },
    get isTentative() { return wish.isTentative === true; },
    region: (id) => regions.get(id)?.region,
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
