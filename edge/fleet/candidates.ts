import type { Place } from '../../core/choice/light.ts';
import { distanceKm, leastRttMs, placeOf } from '../../core/choice/light.ts';
import type { Region, RegionId } from '../../core/model/map.ts';
import type { Group } from './client-gain.ts';
import type { Location } from './facts.ts';
import type { Pace } from './pace.ts';
import { grouped, median, quantile } from './robust.ts';
import type { Candidate } from './view-form.ts';

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

/** Groups at one place: what hangs on the place is reckoned once for them. */
interface Cell {
  readonly place: Place;
  readonly groups: readonly Group[];
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
  let cells = cellsOf(options.groups);
  let proposals = proposalsOf(cells, options);
  const found: Candidate[] = [];
  while (found.length < mostProposed) {
    const reckoned = proposals.flatMap((proposal) => {
      const candidate = reckon(proposal, cells);
      return candidate ? [{ proposal, candidate }] : [];
    });
    const best = reckoned.reduce<(typeof reckoned)[number] | undefined>((most, one) => (most && most.candidate.score >= one.candidate.score ? most : one), undefined);
    if (!best || best.candidate.score < leastShare * (found[0]?.score ?? 0)) break;
    found.push(best.candidate);
    cells = cells.map(({ place, groups }, at) => ({ place, groups: groups.map((group) => ({ ...group, bestMs: Math.min(group.bestMs, group.accessMs + (best.proposal.waysMs[at] ?? Infinity)) })) }));
    proposals = reckoned.flatMap(({ proposal }) => (proposal === best.proposal ? [] : [proposal]));
  }
  return found;
}

function proposalsOf(cells: readonly Cell[], { regions, locations, pace }: { readonly regions: readonly Region[]; readonly locations: readonly Location[]; readonly pace: Pace }): readonly Proposal[] {
  const named = locations.flatMap((location) => {
    const place = placeOf(location);
    return place ? [{ place, location: location.code }] : [];
  });
  const worst = [...cells].sort((a, b) => lostAt(b) - lostAt(a)).slice(0, mostTried);
  const unnamed = worst.filter(({ place }) => named.every((other) => distanceKm(other.place, place) > besideKm)).map(({ place }) => ({ place }));
  return [...named, ...unnamed].flatMap((proposal): Proposal[] => {
    const nearest = nearestTo(proposal.place, regions);
    if (nearest && nearest.km < takenKm) return [];
    return [{ ...proposal, ...(nearest && { nearest }), waysMs: cells.map(({ place }) => pace.timesLight * leastRttMs(distanceKm(proposal.place, place))) }];
  });
}

function nearestTo(place: Place, regions: readonly Region[]): Proposal['nearest'] {
  return regions.flatMap((region) => {
    const there = placeOf(region);
    return there ? [{ region: region.id, km: Math.round(distanceKm(place, there)) }] : [];
  }).reduce<Proposal['nearest']>((best, one) => (best && best.km <= one.km ? best : one), undefined);
}

function cellsOf(groups: readonly Group[]): readonly Cell[] {
  const placed = groups.flatMap((group) => (group.place ? [{ ...group, place: group.place }] : []));
  return [...grouped(placed, ({ place }) => `${place.latitude} ${place.longitude}`).values()].flatMap((cell) => (cell[0] ? [{ place: cell[0].place, groups: cell }] : []));
}

/** What a relay in the middle of the cell would gain at most. */
const lostAt = ({ groups }: Cell): number => groups.reduce((sum, group) => sum + weightOf(group) * (group.bestMs - group.accessMs), 0);

/** Clients of a network say the same thing: the second half of them counts as much as one more. */
const weightOf = ({ clients }: Group): number => 1 + Math.log2(clients);

function reckon({ place, location, nearest, waysMs }: Proposal, cells: readonly Cell[]): Candidate | undefined {
  const gains = cells.flatMap((cell, at) => cell.groups.flatMap((group) => {
    const gainMs = group.bestMs - (group.accessMs + (waysMs[at] ?? Infinity));
    return gainMs >= leastGainMs ? [{ group, gainMs }] : [];
  }));
  const gainMs = median(gains.map((gain) => gain.gainMs));
  if (gainMs === undefined) return undefined;
  const mostMs = quantile(gains.map((gain) => gain.gainMs), 0.9) ?? gainMs;
  const networks = new Set(gains.map(({ group }) => group.network)).size;
  return {
    ...place, ...(location !== undefined && { location }), ...(nearest && { nearest }),
    clients: gains.reduce((sum, { group }) => sum + group.clients, 0), networks, gainMs: Math.round(gainMs * 10) / 10,
    score: Math.round(gains.reduce((sum, gain) => sum + weightOf(gain.group) * Math.min(mostMs, gain.gainMs), 0)),
    ...(networks < fewNetworks && { few: true }),
  };
}
