import type { Place } from '../../core/choice/light.ts';
import { distanceKm } from '../../core/choice/light.ts';
import type { RegionId } from '../../core/model/map.ts';
import type { Estimate } from './edge-estimate.ts';
import { own } from './edge-estimate.ts';
import type { ClientReport } from './facts.ts';
import { grouped, median } from './robust.ts';

/** What the location, a network or a client says: how far its nearest region is, and how much farther each of the others, in the order of `Ballot.regions`. */
export interface Voice {
  readonly weight: number;
  readonly nearestMs: number;
  /** Infinity: it does not answer, or nothing is known. */
  readonly excessMs: readonly number[];
}

/** What voices are about. */
export interface Ballot {
  readonly regions: readonly { readonly id: RegionId; readonly factor: number }[];
  readonly estimate: Estimate;
}

/** The location itself measures for all of its clients, and nobody posts that. What it only guesses by places says less. */
const weights = { measured: 3, byPlace: 1, nothing: 0 };
/** Clients are neighbours up to so far, as places are whole degrees; they see what the client will see. */
const neighbourKm = 250;
const neighbourWeight = 4;
/** From so many clients on, those of the client's own network have a voice each, at most so many. What lies there misleads that network alone. */
const ownWeight = 2;
const fewestOfNetwork = 3;
const mostOfNetwork = 20;
/** What one answer is reckoned from at most, the newest networks first. */
const mostNetworks = 128;
/** Of one network, where it has one voice. */
const mostOfOne = 8;

/**
 * Voices of the location and of the networks that reported, one a network, the median of its clients; near ones weigh more.
 *
 * Only differences to a client's own nearest count: what a kind of probe or a slow access adds to all of them falls out.
 * A region that a client did not ask counts as the location believes it to be: who reports a region alone, that the
 * others had no reason to ask, stands against all of them.
 */
export function voicesOf(ballot: Ballot, reports: readonly ClientReport[], client: { readonly network?: string; readonly place?: Place } = {}): Voice[] {
  const believed = ballot.regions.map(({ id, factor }) => (ballot.estimate.ms.get(id) ?? Infinity) * factor);
  const believedNearest = Math.min(...believed);
  const weight = weights[believedNearest === Infinity ? 'nothing' : ballot.estimate.byPlace ? 'byPlace' : 'measured'];
  const location: Voice = { weight, nearestMs: believedNearest, excessMs: believed.map((ms) => (ms === Infinity ? Infinity : ms - believedNearest)) };
  const weightOf = ({ place }: ClientReport): number => (place && client.place && distanceKm(place, client.place) <= neighbourKm ? neighbourWeight : 1);
  const networks = [...grouped(reports, (report) => `${weightOf(report)} ${report.network}`).values()].slice(0, mostNetworks);
  return [location, ...networks.flatMap((group) => {
    const isOwn = group[0]?.network === client.network && group.length >= fewestOfNetwork;
    const voices = group.slice(0, isOwn ? mostOfNetwork : mostOfOne).flatMap((report) => voiceOf(ballot, believed, report, weightOf(report) * (isOwn ? ownWeight : 1)) ?? []);
    return isOwn ? voices : together(voices);
  })];
}

/** Undefined: the client measured fewer than two regions, which tells no order. */
function voiceOf({ regions, estimate }: Ballot, believed: readonly number[], report: ClientReport, weight: number): Voice | undefined {
  const measured = regions.map(({ id, factor }) => {
    const ms = own(report.latencyMs, id);
    // What was seen before the region fell silent is no news.
    return ms !== undefined && (estimate.dead.size === 0 || report.at > (estimate.dead.get(id) ?? -Infinity)) ? ms * factor : Infinity;
  });
  const nearestMs = Math.min(...measured);
  if (measured.filter((ms) => ms < Infinity).length < 2) return undefined;
  const reference = believed[measured.indexOf(nearestMs)] ?? Infinity;
  const base = reference === Infinity ? Math.min(...believed) : reference;
  const unasked = (ms: number): number => (ms === Infinity ? Infinity : ms - base);
  return { weight, nearestMs, excessMs: measured.map((ms, at) => (ms === Infinity ? unasked(believed[at] ?? Infinity) : ms - nearestMs)) };
}

/** Clients of one network as one, if there are any. */
function together(voices: readonly Voice[]): readonly Voice[] {
  const [first] = voices;
  if (!first || voices.length === 1) return voices;
  return [{
    weight: first.weight,
    nearestMs: median(voices.map(({ nearestMs }) => nearestMs)) ?? Infinity,
    excessMs: first.excessMs.map((_, at) => median(voices.map(({ excessMs }) => excessMs[at] ?? Infinity)) ?? Infinity),
  }];
}
