import type { Context } from '../model/context.ts';
import type { RegionId } from '../model/map.ts';
import { clean } from '../report/cells.ts';
import { shownCode } from '../report/region-order.ts';

/** So many regions or nodes are named. */
const mostNamed = 8;

/** What the owner wants, such as `pin nyc; avoid fra, node 2b; multiply fra by 2`. Empty where nothing is. */
export function sayPreferences({ preferences = {}, map }: Pick<Context, 'preferences' | 'map'>): string {
  const { pin, prefer = [], avoid = [], drain = [], latencyFactor = {}, nodes = {} } = preferences;
  const code = (id: RegionId): string => shownCode(map, id);
  const named = (regions: readonly RegionId[], wish: string): string[] =>
    [...[...new Set(regions)].map(code), ...Object.keys(nodes).filter((name) => nodes[name] === wish).map((name) => `node ${clean(name)}`)];
  const parts: [verb: string, names: readonly string[]][] = [
    ['pin', pin === undefined ? [] : [code(pin)]],
    ['prefer', named(prefer, 'prefer')],
    ['avoid', named(avoid, 'avoid')],
    ['drain', named(drain, 'drain')],
    ['multiply', Object.entries(latencyFactor).map(([id, factor]) => `${code(id)} by ${factor}`)],
  ];
  return parts.filter(([, names]) => names.length).map(([verb, names]) => `${verb} ${firstOf(names)}`).join('; ');
}

const firstOf = (names: readonly string[]): string => `${names.slice(0, mostNamed).join(', ')}${names.length > mostNamed ? ` and ${names.length - mostNamed} more` : ''}`;
