import type { Place } from '../../core/choice/light.ts';
import type { RegionId } from '../../core/model/map.ts';
import { own } from './edge-estimate.ts';
import type { ClientReport } from './facts.ts';
import type { Pace } from './pace.ts';
import { paceOf } from './pace.ts';
import { grouped, median } from './robust.ts';
import type { Ways } from './ways.ts';
import { keyOf } from './ways.ts';

/** Clients of one network at one place, as one: the median client speaks for them. */
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

/** So many networks tell the pace, the first that come, and so many clients of each. */
const paceNetworks = 200;
const paceClients = 3;
/** Regions whose path tells what the access costs: far ones waver by more. */
const tellingRegions = 3;

/**
 * The fleet's pace: how much later each region answers a client than the one nearest by distance does, by how much farther
 * it is. What the access costs falls out.
 */
export function fleetPace(reports: readonly ClientReport[], waysFrom: (place: Place) => Ways): Pace {
  const networks = [...grouped(reports, ({ network }) => network).values()].slice(0, paceNetworks);
  return paceOf(networks.flatMap((group) => group.slice(0, paceClients).flatMap(({ place, latencyMs }) => {
    const ways = place ? measuredWays(waysFrom(place), latencyMs) : [];
    const [near] = ways;
    return near ? ways.map((way) => ({ leastMs: way.leastMs - near.leastMs, latencyMs: way.latencyMs - near.latencyMs })) : [];
  })), 0);
}

function measuredWays(ways: Ways, latencyMs: ClientReport['latencyMs'], most: number = Infinity): { readonly leastMs: number; readonly latencyMs: number }[] {
  const found: { readonly leastMs: number; readonly latencyMs: number }[] = [];
  for (const { id, leastMs } of ways) {
    const ms = own(latencyMs, id);
    if (ms !== undefined) found.push({ leastMs, latencyMs: ms });
    if (found.length >= most) break;
  }
  return found;
}

export function groupsOf(usable: ReadonlySet<RegionId>, reports: readonly ClientReport[], pace: Pace, waysFrom: (place: Place) => Ways): readonly Group[] {
  return [...grouped(reports, ({ network, place }) => `${place ? keyOf(place) : ''} ${network}`).values()].flatMap((group) => {
    const place = group[0]?.place;
    const ways = place ? waysFrom(place) : [];
    const clients = group.flatMap((report) => clientOf(report, usable, ways, pace) ?? []);
    const bestMs = median(clients.map((client) => client.bestMs));
    const accessMs = median(clients.map((client) => client.accessMs));
    const best = [...grouped(clients, (client) => client.best)].sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
    if (!group[0] || bestMs === undefined || accessMs === undefined || best === undefined) return [];
    const possibleMs = ways[0] && accessMs + pace.timesLight * ways[0].leastMs;
    const choiceMs = median(clients.flatMap((client) => client.choiceMs ?? []));
    return [{
      network: group[0].network, clients: clients.length, best, bestMs, accessMs,
      ...(place && { place }), ...(possibleMs !== undefined && { possibleMs }), ...(choiceMs !== undefined && { choiceMs }),
    }];
  });
}

interface OneClient { readonly best: RegionId; readonly bestMs: number; readonly accessMs: number; readonly choiceMs?: number }

function clientOf({ latencyMs, home }: ClientReport, usable: ReadonlySet<RegionId>, ways: Ways, pace: Pace): OneClient | undefined {
  let best: RegionId | undefined;
  let bestMs = Infinity;
  for (const [id, ms] of Object.entries(latencyMs)) if (ms < bestMs && usable.has(id)) [best, bestMs] = [id, ms];
  if (best === undefined) return undefined;
  const homeMs = home === undefined ? undefined : own(latencyMs, home);
  return { best, bestMs, accessMs: accessOf(measuredWays(ways, latencyMs, tellingRegions), pace, bestMs), ...(homeMs !== undefined && { choiceMs: homeMs - bestMs }) };
}

/** What is left of the quickest of the nearest paths when its distance is taken away. At least 1 ms, and never more than the best. */
function accessOf(near: readonly { readonly leastMs: number; readonly latencyMs: number }[], pace: Pace, bestMs: number): number {
  const restMs = Math.min(...near.map(({ leastMs, latencyMs }) => latencyMs - pace.timesLight * leastMs));
  return Math.min(bestMs, Math.max(1, restMs));
}
