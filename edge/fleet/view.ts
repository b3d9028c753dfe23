import { placeOf } from '../../core/choice/light.ts';
import { allowedRegions } from '../../core/choice/preferences.ts';
import type { Region, RegionId, RelayMap } from '../../core/model/map.ts';
import { present } from '../../core/model/present.ts';
import { candidatesOf } from './candidates.ts';
import type { Group } from './client-gain.ts';
import { fleetPace, groupsOf } from './client-gain.ts';
import type { HistoryDigest, LocationDigest } from './digest.ts';
import { deadAfter, own } from './edge-estimate.ts';
import type { Location, RegionSweep } from './facts.ts';
import { median } from './robust.ts';
import type { Slower } from './slower.ts';
import { slowerRegions } from './slower.ts';
import type { ClientCount, FleetView, LatencyView, LocationView, RegionView, RegretView } from './view-form.ts';
import { notesOf } from './view-notes.ts';
import { createWays } from './ways.ts';

/** Regret and candidates are reckoned from so many reports, the newest of each location: more would tell the same, later. */
const mostReports = 5_000;

/** How many reports of each location the view rests on, where there are so many of them. */
export const reportsEach = (locations: number): number => Math.ceil(mostReports / Math.max(1, locations));

/**
 * How the fleet does, from what its locations measured and its clients reported: medians and ages, what is dead, what got
 * slower than its neighbours, how far clients are from the relays that there are, and where a further one would gain most.
 * What cannot be reckoned is absent, and the notes say how little a figure rests on.
 */
export function fleetView({ map, locations, now }: { readonly map: RelayMap; readonly locations: readonly { readonly location: Location; readonly digest: LocationDigest }[]; readonly now: number }): FleetView {
  const allowed = new Set(allowedRegions(map, undefined));
  const usable = map.regions.filter(({ id }) => allowed.has(id));
  const views = locations.map(({ location, digest }) => locationView(map.regions, location, digest, now)).sort((a, b) => (a.code < b.code ? -1 : 1));
  const share = reportsEach(locations.length);
  const weighed = locations.flatMap(({ digest }) => digest.reports.slice(0, share));
  const waysFrom = createWays(usable);
  const pace = fleetPace(weighed, waysFrom);
  const groups = groupsOf(allowed, weighed, pace, waysFrom);
  const regions = map.regions.map((region) => regionView(region, views, groups));
  const candidates = candidatesOf({ regions: usable, locations: locations.map(({ location }) => location), groups, pace });
  const view = { at: now, regions, locations: views, clients: together(locations.map(({ digest }) => digest.clients)), candidates };
  return { ...view, notes: notesOf(map, view) };
}

/** Each location hashes networks under a key of its own: none is of two. */
const together = (counts: readonly ClientCount[]): ClientCount => counts.reduce((sum, one) => ({ reports: sum.reports + one.reports, networks: sum.networks + one.networks, placed: sum.placed + one.placed }), { reports: 0, networks: 0, placed: 0 });

function locationView(regions: readonly Region[], location: Location, { sweep, history, clients }: LocationDigest, now: number): LocationView {
  const slower = slowerRegions(regions, (id) => own(history, id)?.change);
  const seen = regions.flatMap(({ id }): [RegionId, LatencyView][] => {
    const region = own(sweep?.regions, id);
    return region ? [[id, latencyView(region, own(history, id), slower.get(id), now)]] : [];
  });
  return {
    code: location.code, ...placeOf(location), ...(sweep && { ageMs: Math.max(0, Math.round(now - sweep.at)) }),
    regions: Object.fromEntries(seen), dead: seen.flatMap(([id, { state }]) => (state === 'dead' ? [id] : [])), clients,
  };
}

function latencyView({ latencyMs, kind, at, missed }: RegionSweep, history: HistoryDigest | undefined, slower: Slower | undefined, now: number): LatencyView {
  return present({
    state: latencyMs !== undefined ? 'answers' as const : missed >= deadAfter ? 'dead' as const : 'missed' as const,
    latencyMs, kind, ageMs: Math.max(0, Math.round(now - at)), medianMs: history?.medianMs, samples: history?.samples ?? 0, lost: history?.lost, slower,
  });
}

function regionView({ id, code, name, latitude, longitude }: Region, locations: readonly LocationView[], groups: readonly Group[]): RegionView {
  const seen = locations.flatMap((location) => {
    const view = own(location.regions, id);
    return view ? [{ location: location.code, view }] : [];
  });
  const dead = seen.filter(({ view }) => view.state === 'dead').length;
  const nearest = seen.flatMap(({ location, view }) => (view.state !== 'dead' && view.medianMs !== undefined ? [{ location, medianMs: view.medianMs }] : [])).sort((a, b) => a.medianMs - b.medianMs)[0];
  const answers = nearest !== undefined || seen.some(({ view }) => view.state === 'answers');
  const slower = seen.flatMap(({ location, view }) => (view.slower ? [{ location, ...view.slower }] : []));
  return present({
    id, code, name, latitude, longitude,
    state: dead * 2 > seen.length ? 'dead' as const : answers ? 'answers' as const : 'unknown' as const,
    nearest,
    slower: slower.length > 0 ? { locations: slower.map(({ location }) => location), byMs: median(slower.map(({ byMs }) => byMs)) ?? 0, since: Math.min(...slower.map(({ since }) => since)) } : undefined,
    regret: regretOf(groups.filter(({ best }) => best === id)),
  });
}

function regretOf(groups: readonly Group[]): RegretView | undefined {
  const bestMs = median(groups.map((group) => group.bestMs));
  if (bestMs === undefined) return undefined;
  const possibleMs = median(groups.flatMap((group) => group.possibleMs ?? []));
  const pathMs = median(groups.flatMap((group) => (group.possibleMs === undefined ? [] : [Math.max(0, group.bestMs - group.possibleMs)])));
  const choiceMs = median(groups.flatMap((group) => group.choiceMs ?? []));
  return present({
    clients: groups.reduce((sum, { clients }) => sum + clients, 0), networks: new Set(groups.map(({ network }) => network)).size,
    bestMs: tenths(bestMs), possibleMs: tenths(possibleMs), pathMs: tenths(pathMs), choiceMs: tenths(choiceMs),
  }) as RegretView;
}

const tenths = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.round(ms * 10) / 10);
