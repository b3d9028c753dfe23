import type { Place } from '../../core/choice/light.ts';
import { distanceKm, leastRttMs, placeOf } from '../../core/choice/light.ts';
import type { Region, RegionId } from '../../core/model/map.ts';
import { own } from './edge-estimate.ts';
import type { ClientReport } from './facts.ts';
import type { Pace } from './pace.ts';
import { paceOf } from './pace.ts';
import { grouped, median } from './robust.ts';

/** Clients of one network at one place, as one. */
export interface Group {
  readonly network: string;
  readonly place?: Place;
  readonly clients: number;
  /** The region most of them have nearest, and how near. */
  readonly best: RegionId;
  readonly bestMs: number;
  /** What the region nearest by distance would take at the fleet's pace. */
  readonly possibleMs?: number;
  /** What their access costs whatever the relay: no further relay saves it. */
  readonly accessMs: number;
  readonly choiceMs?: number;
}

/**
 * The fleet's pace: how much later each region answers a network than the network's nearest one does, by how much farther
 * it is. What the access costs falls out. One vote a network and region.
 */
export function fleetPace(regions: readonly Region[], reports: readonly ClientReport[]): Pace {
  const pairs = [...grouped(reports, ({ network }) => network).values()].flatMap((group) => {
    const ways = waysOf(regions, group);
    const near = ways.reduce<Way | undefined>((nearest, way) => (nearest && nearest.leastMs <= way.leastMs ? nearest : way), undefined);
    return near ? ways.map(({ leastMs, latencyMs }) => ({ leastMs: leastMs - near.leastMs, latencyMs: latencyMs - near.latencyMs })) : [];
  });
  return paceOf(pairs, 0);
}

interface Way {
  readonly leastMs: number;
  readonly latencyMs: number;
}

/** What light needs and what the median client takes, by region with a place. */
function waysOf(regions: readonly Region[], reports: readonly ClientReport[]): readonly Way[] {
  return regions.flatMap((region) => {
    const there = placeOf(region);
    const ways = there ? reports.flatMap(({ place, latencyMs }) => {
      const ms = own(latencyMs, region.id);
      return place && ms !== undefined ? [{ leastMs: leastRttMs(distanceKm(place, there)), latencyMs: ms }] : [];
    }) : [];
    const leastMs = median(ways.map((way) => way.leastMs));
    const latencyMs = median(ways.map((way) => way.latencyMs));
    return leastMs !== undefined && latencyMs !== undefined ? [{ leastMs, latencyMs }] : [];
  });
}

/** The clients of each network at each place, one group each: the median client of a network speaks for it. */
export function groupsOf(regions: readonly Region[], reports: readonly ClientReport[], pace: Pace): readonly Group[] {
  const placed = regions.flatMap((region) => {
    const place = placeOf(region);
    return place ? [{ id: region.id, place }] : [];
  });
  return [...grouped(reports, ({ network, place }) => `${place ? `${place.latitude} ${place.longitude}` : ''} ${network}`).values()].flatMap((group) => {
    const clients = group.flatMap((report) => clientOf(report, regions, placed, pace) ?? []);
    const [first] = group;
    const bestMs = median(clients.map((client) => client.bestMs));
    const best = [...grouped(clients, (client) => client.best)].sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
    if (!first || bestMs === undefined || best === undefined) return [];
    const { place } = first;
    const accessMs = median(clients.map((client) => client.accessMs)) ?? 0;
    const possibleMs = place && placed.length > 0 ? accessMs + pace.timesLight * Math.min(...placed.map((region) => leastRttMs(distanceKm(place, region.place)))) : undefined;
    const choiceMs = median(clients.flatMap((client) => client.choiceMs ?? []));
    return [{
      network: first.network, clients: clients.length, best, bestMs, accessMs,
      ...(place && { place }), ...(possibleMs !== undefined && { possibleMs }), ...(choiceMs !== undefined && { choiceMs }),
    }];
  });
}

interface OneClient { readonly best: RegionId; readonly bestMs: number; readonly accessMs: number; readonly choiceMs?: number }

function clientOf({ latencyMs, place, home }: ClientReport, regions: readonly Region[], placed: readonly { readonly id: RegionId; readonly place: Place }[], pace: Pace): OneClient | undefined {
  const measured = regions.flatMap(({ id }) => {
    const ms = own(latencyMs, id);
    return ms === undefined ? [] : [{ id, ms }];
  });
  const best = measured.reduce<{ readonly id: RegionId; readonly ms: number } | undefined>((nearest, one) => (nearest && nearest.ms <= one.ms ? nearest : one), undefined);
  if (!best) return undefined;
  const homeMs = home === undefined ? undefined : own(latencyMs, home);
  return { best: best.id, bestMs: best.ms, accessMs: accessOf({ latencyMs, ...(place && { place }) }, placed, pace, best.ms), ...(homeMs !== undefined && { choiceMs: homeMs - best.ms }) };
}

/** Regions whose path tells what the access costs: far ones waver by more. */
const tellingRegions = 3;

/** What is left of the quickest of the nearest paths when its distance is taken away. At least 1 ms, and never more than the best. */
function accessOf({ latencyMs, place }: Pick<ClientReport, 'latencyMs' | 'place'>, placed: readonly { readonly id: RegionId; readonly place: Place }[], pace: Pace, bestMs: number): number {
  const rests = place ? placed.flatMap(({ id, place: there }) => {
    const ms = own(latencyMs, id);
    const leastMs = leastRttMs(distanceKm(place, there));
    return ms === undefined ? [] : [{ leastMs, restMs: ms - pace.timesLight * leastMs }];
  }) : [];
  const near = rests.sort((a, b) => a.leastMs - b.leastMs).slice(0, tellingRegions);
  return Math.min(bestMs, Math.max(1, Math.min(bestMs, ...near.map(({ restMs }) => restMs))));
}
