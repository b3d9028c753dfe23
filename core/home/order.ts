import { hash } from '../choice/hash.ts';
import { distanceKm, placeOf } from '../choice/light.ts';
import { reluctanceOf } from '../choice/preferences.ts';
import type { Preferences } from '../model/context.ts';
import type { Region, RegionId, RelayMap } from '../model/map.ts';

/** What the order of candidates rests on. */
export interface Ranking {
  readonly map: RelayMap;
  /** Last known latency of each region, ms, as it ranks. */
  readonly latencyMs: ReadonlyMap<RegionId, number>;
  readonly preferences?: Preferences;
  /** Orders regions of which nothing is known: the same for one client, spread over all. */
  readonly clientKey: string;
}

/** Regions that can be home at all. */
const habitable = (map: RelayMap): Region[] => map.regions.filter((region) => !region.noHome && region.nodes.some(({ stunOnly }) => !stunOnly));

/** All regions that can be home, best first: those that nobody avoids before others, drained ones last, known ones before unknown ones, near before far. */
export function rank({ map, latencyMs, preferences, clientKey }: Ranking): RegionId[] {
  const rows = habitable(map).map((region) => ({ region, reluctance: reluctanceOf(region, preferences) })).map(({ region: { id }, reluctance }) => ({ id, reluctance, ms: latencyMs.get(id) ?? Infinity, score: hash(`${clientKey}/${id}`) }));
  const byLatency = (a: number, b: number): number => (a === b ? 0 : a - b);
  return rows.sort((a, b) => a.reluctance - b.reluctance || byLatency(a.ms, b.ms) || b.score - a.score || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
}

/** Nearer than that, and a power cut takes both. */
const sameSiteKm = 30;

/** Whether what ends one region may well end the other: the same host, the same network, or the same place. */
function sharesFate(one: Region, other: Region): boolean {
  const a = placeOf(one);
  const b = placeOf(other);
  if (a && b && distanceKm(a, b) < sameSiteKm) return true;
  const marks = new Set(one.nodes.flatMap(marksOf));
  return other.nodes.flatMap(marksOf).some((mark) => marks.has(mark));
}

/** The host, and the networks of its addresses as they are announced to the internet at the smallest: /24 and /48. Loopback is no network. */
function marksOf({ host, ipv4, ipv6 }: Region['nodes'][number]): string[] {
  const marks: string[] = [];
  const v4 = /^(\d+\.\d+\.\d+)\.\d+$/.exec(ipv4 ?? '')?.[1];
  if (!/^127\.|^localhost$|^\[?::1/.test(host)) marks.push(host);
  if (v4 !== undefined && !v4.startsWith('127.')) marks.push(v4);
  const groups = (ipv6 ?? '').split('::')[0]?.split(':') ?? [];
  if (groups.length >= 3) marks.push(groups.slice(0, 3).join(':').toLowerCase());
  return marks;
}

/** The order in which to replace a home: as ranked, but those that may have gone with it last. */
export function standbys(map: RelayMap, ranked: readonly RegionId[], home: RegionId): RegionId[] {
  const regions = new Map(map.regions.map((region) => [region.id, region]));
  const lost = regions.get(home);
  const others = ranked.filter((id) => id !== home);
  const isBound = (id: RegionId): boolean => {
    const region = regions.get(id);
    return lost !== undefined && region !== undefined && sharesFate(lost, region);
  };
  return [...others.filter((id) => !isBound(id)), ...others.filter(isBound)];
}
