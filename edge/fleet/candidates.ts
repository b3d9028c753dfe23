import type { Place } from '../../core/choice/light.ts';
import { distanceKm, leastRttMs, placeOf } from '../../core/choice/light.ts';
import type { Region, RegionId } from '../../core/model/map.ts';
import type { Group } from './client-gain.ts';
import type { Location } from './facts.ts';
import type { Pace } from './pace.ts';
import { grouped, median, quantile } from './robust.ts';
import type { Candidate } from './view-form.ts';
import { keyOf } from './ways.ts';

/** Nearer to an existing region than this a further one saves nothing that the distance costs. */
const takenKm = 200;
/** A whole degree of clients so near to a location is the same place, by a name. */
const besideKm = 100;
/** A smaller gain is within what the reckoning is off by. */
const leastGainMs = 5;
const mostTried = 64;
const mostProposed = 8;
/** What brings less than this share of the best is not worth a line. */
const leastShare = 0.05;
/** Below so many networks it is a guess. */
export const fewNetworks = 5;

/** A group with its place, and which of the cells that is: many share one. */
interface Placed {
  readonly group: Group;
  readonly cell: number;
  /** Its best, with the candidates that are named already. */
  readonly bestMs: number;
}

interface Proposal {
  readonly place: Place;
  readonly location?: string;
  readonly nearest?: { readonly region: RegionId; readonly km: number };
  /** The way to each cell and back. */
  readonly waysMs: readonly number[];
}

/**
 * Where a further relay would gain most: at the places of edge locations, and of clients, in whole degrees, each in addition
 * to those before it. What it would take to get there is reckoned from the distance, at the pace of this fleet's own paths,
 * plus the client's own access. No gain counts for more than nine tenths of those at its candidate do, so that a few wild
 * reports place no relay.
 */
export function candidatesOf(options: { readonly regions: readonly Region[]; readonly locations: readonly Location[]; readonly groups: readonly Group[]; readonly pace: Pace }): readonly Candidate[] {
  const cells = [...grouped(options.groups.filter(({ place }) => place), ({ place }) => (place ? keyOf(place) : '')).values()];
  let placed = cells.flatMap((groups, cell) => groups.map((group): Placed => ({ group, cell, bestMs: group.bestMs })));
  let proposals = proposalsOf(cells, options);
  const found: Candidate[] = [];
  while (found.length < mostProposed) {
    const scored = proposals.map((proposal) => ({ proposal, score: scoreOf(gainsOf(proposal, placed)) }));
    const best = scored.reduce<(typeof scored)[number] | undefined>((most, one) => (most && most.score >= one.score ? most : one), undefined);
    const enough = leastShare * (found[0]?.score ?? best?.score ?? 0);
    if (!best || best.score <= 0 || best.score < enough) break;
    found.push(candidateOf(best.proposal, gainsOf(best.proposal, placed), best.score));
    placed = placed.map((one) => ({ ...one, bestMs: Math.min(one.bestMs, one.group.accessMs + (best.proposal.waysMs[one.cell] ?? Infinity)) }));
    // What others gain only shrinks.
    proposals = scored.flatMap(({ proposal, score }) => (proposal === best.proposal || score < enough ? [] : [proposal]));
  }
  return found;
}

function proposalsOf(cells: readonly (readonly Group[])[], { regions, locations, pace }: { readonly regions: readonly Region[]; readonly locations: readonly Location[]; readonly pace: Pace }): readonly Proposal[] {
  const named = locations.flatMap((location) => {
    const place = placeOf(location);
    return place ? [{ place, location: location.code }] : [];
  });
  const places = cells.map((groups) => groups[0]?.place);
  const worst = cells.map((groups, cell) => ({ place: places[cell], lostMs: lostIn(groups) })).sort((a, b) => b.lostMs - a.lostMs).slice(0, mostTried).flatMap(({ place }) => place ?? []);
  const unnamed = worst.filter((place) => named.every((other) => distanceKm(other.place, place) > besideKm)).map((place) => ({ place }));
  return [...named, ...unnamed].flatMap((proposal): Proposal[] => {
    const nearest = nearestTo(proposal.place, regions);
    if (nearest && nearest.km < takenKm) return [];
    return [{ ...proposal, ...(nearest && { nearest }), waysMs: places.map((place) => (place ? pace.timesLight * leastRttMs(distanceKm(proposal.place, place)) : Infinity)) }];
  });
}

function nearestTo(place: Place, regions: readonly Region[]): Proposal['nearest'] {
  return regions.flatMap((region) => {
    const there = placeOf(region);
    return there ? [{ region: region.id, km: Math.round(distanceKm(place, there)) }] : [];
  }).reduce<Proposal['nearest']>((best, one) => (best && best.km <= one.km ? best : one), undefined);
}

/** What a relay in the middle of the groups would gain at most. */
const lostIn = (groups: readonly Group[]): number => groups.reduce((sum, group) => sum + weightOf(group) * (group.bestMs - group.accessMs), 0);

/** Clients of a network say the same thing: the second half of them counts as much as one more. */
const weightOf = ({ clients }: Group): number => 1 + Math.log2(clients);

interface Gain {
  readonly group: Group;
  readonly gainMs: number;
}

function gainsOf({ waysMs }: Proposal, placed: readonly Placed[]): readonly Gain[] {
  const gains: Gain[] = [];
  for (const { group, cell, bestMs } of placed) {
    const gainMs = bestMs - group.accessMs - (waysMs[cell] ?? Infinity);
    if (gainMs >= leastGainMs) gains.push({ group, gainMs });
  }
  return gains;
}

function scoreOf(gains: readonly Gain[]): number {
  const mostMs = quantile(gains.map(({ gainMs }) => gainMs), 0.9) ?? 0;
  return Math.round(gains.reduce((sum, { group, gainMs }) => sum + weightOf(group) * Math.min(mostMs, gainMs), 0));
}

function candidateOf({ place, location, nearest }: Proposal, gains: readonly Gain[], score: number): Candidate {
  const networks = new Set(gains.map(({ group }) => group.network)).size;
  return {
    ...place, ...(location !== undefined && { location }), ...(nearest && { nearest }),
    clients: gains.reduce((sum, { group }) => sum + group.clients, 0), networks, gainMs: Math.round((median(gains.map(({ gainMs }) => gainMs)) ?? 0) * 10) / 10, score,
    ...(networks < fewNetworks && { few: true }),
  };
}
