import type { Place } from '../../core/choice/light.ts';
import { distanceKm, leastRttMs, placeOf } from '../../core/choice/light.ts';
import type { Region } from '../../core/model/map.ts';
import type { Group } from './client-gain.ts';
import type { Location } from './facts.ts';
import type { Pace } from './pace.ts';
import { grouped, median, quantile } from './robust.ts';
import type { Candidate } from './view-form.ts';

/** Nearer to an existing region than this a further one saves nothing that the distance costs. */
const takenKm = 200;
/** Candidates nearer to a better one than this are the same proposal. */
const sameKm = 500;
const besideKm = 100;
/** A smaller gain is within what the reckoning is off by. */
const leastGainMs = 3;
const mostTried = 64;
const mostProposed = 8;
/** Below so many networks it is a guess. */
export const fewNetworks = 5;

/** Groups at one place: all that is reckoned with is done once for them. */
interface Cell {
  readonly place: Place;
  readonly groups: readonly Group[];
}

/**
 * Where a further relay would gain most: at the places of edge locations, and of clients, in whole degrees. What it would
 * take to get there is reckoned from the distance, at the pace of this fleet's own paths, plus the client's own access. No gain
 * is more than nine tenths of all gains at that candidate, so that a few wild reports place no relay.
 */
export function candidatesOf(options: { readonly regions: readonly Region[]; readonly locations: readonly Location[]; readonly groups: readonly Group[]; readonly pace: Pace }): readonly Candidate[] {
  const { regions, locations, groups, pace } = options;
  const cells = cellsOf(groups);
  const worst = [...cells].sort((a, b) => lostAt(b) - lostAt(a)).slice(0, mostTried);
  const named = locations.flatMap((location) => {
    const place = placeOf(location);
    return place ? [{ place, location: location.code }] : [];
  });
  // Where a location stands there is room, power and a name; a whole degree beside it is the same place.
  const unnamed = worst.filter(({ place }) => named.every((other) => distanceKm(other.place, place) > besideKm)).map(({ place }) => ({ place }));
  const found = [...named, ...unnamed].flatMap((proposal) => reckon(proposal, cells, regions, pace) ?? []).sort((a, b) => b.score - a.score);
  const proposed: Candidate[] = [];
  for (const candidate of found) {
    if (proposed.length === mostProposed) break;
    if (proposed.every((other) => distanceKm(other, candidate) > sameKm)) proposed.push(candidate);
  }
  return proposed;
}

function cellsOf(groups: readonly Group[]): readonly Cell[] {
  const placed = groups.flatMap((group) => (group.place ? [{ ...group, place: group.place }] : []));
  return [...grouped(placed, ({ place }) => `${place.latitude} ${place.longitude}`).values()].flatMap((cell) => (cell[0] ? [{ place: cell[0].place, groups: cell }] : []));
}

/** What a relay in the middle of the cell would gain at most. */
const lostAt = ({ groups }: Cell): number => groups.reduce((sum, group) => sum + weightOf(group) * (group.bestMs - group.accessMs), 0);

/** Clients of a network say the same thing: the second half of them counts as much as one more. */
const weightOf = ({ clients }: Group): number => 1 + Math.log2(clients);

function reckon({ place, location }: { readonly place: Place; readonly location?: string }, cells: readonly Cell[], regions: readonly Region[], { timesLight }: Pace): Candidate | undefined {
  const nearest = regions.flatMap((region) => {
    const there = placeOf(region);
    return there ? [{ region: region.id, km: Math.round(distanceKm(place, there)) }] : [];
  }).reduce<{ readonly region: string; readonly km: number } | undefined>((best, one) => (best && best.km <= one.km ? best : one), undefined);
  if (nearest && nearest.km < takenKm) return undefined;
  const gains = cells.flatMap((cell) => {
    const wayMs = timesLight * leastRttMs(distanceKm(place, cell.place));
    return cell.groups.flatMap((group) => {
      const gainMs = group.bestMs - (group.accessMs + wayMs);
      return gainMs >= leastGainMs ? [{ group, gainMs }] : [];
    });
  });
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
