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

/** The location itself measures for all of its clients, and nobody posts that. */
const locationWeight = 3;
/** Clients are neighbours up to so far, as places are whole degrees; they see what the client will see. */
const neighbourKm = 250;
const neighbourWeight = 4;
/** From so many clients on, those of the client's own network have a voice each, at most so many. */
const fewestOfNetwork = 3;
const mostOfNetwork = 20;
/** What one answer is reckoned from at most, the newest networks first. */
const mostNetworks = 256;

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
  const location: Voice = { weight: locationWeight, nearestMs: believedNearest, excessMs: believed.map((ms) => (ms === Infinity ? Infinity : ms - believedNearest)) };
  const weightOf = ({ place }: ClientReport): number => (place && client.place && distanceKm(place, client.place) <= neighbourKm ? neighbourWeight : 1);
  const said = reports.flatMap((report) => {
    const voice = voiceOf(ballot, believed, report, weightOf(report));
    return voice ? [{ network: report.network, voice }] : [];
  });
  const networks = [...grouped(said, ({ network, voice }) => `${voice.weight} ${network}`).values()].slice(0, mostNetworks);
  return [location, ...networks.flatMap((group) => {
    const voices = group.map(({ voice }) => voice);
    const isOwn = group[0]?.network === client.network && voices.length >= fewestOfNetwork;
    return isOwn ? voices.slice(0, mostOfNetwork) : [together(voices)];
  })];
}

/** Undefined: the client measured fewer than two regions, which tells no order. */
function voiceOf({ regions, estimate }: Ballot, believed: readonly number[], report: ClientReport, weight: number): Voice | undefined {
  const measured = regions.map(({ id, factor }) => {
    const ms = own(report.latencyMs, id);
    // What was seen before the region fell silent is no news.
    return ms !== undefined && report.at > (estimate.dead.get(id) ?? -Infinity) ? ms * factor : undefined;
  });
  const known = measured.filter((ms) => ms !== undefined);
  if (known.length < 2) return undefined;
  const nearestMs = Math.min(...known);
  const reference = believed[measured.indexOf(nearestMs)] ?? Infinity;
  const base = reference === Infinity ? Math.min(...believed) : reference;
  const unasked = (ms: number): number => (ms === Infinity ? Infinity : ms - base);
  return { weight, nearestMs, excessMs: measured.map((ms, at) => (ms === undefined ? unasked(believed[at] ?? Infinity) : ms - nearestMs)) };
}

/** Clients of one network as one. */
function together(voices: readonly Voice[]): Voice {
  const [first] = voices;
  if (!first || voices.length === 1) return first ?? { weight: 0, nearestMs: Infinity, excessMs: [] };
  return {
    weight: first.weight,
    nearestMs: median(voices.map(({ nearestMs }) => nearestMs)) ?? Infinity,
    excessMs: first.excessMs.map((_, at) => median(voices.map(({ excessMs }) => excessMs[at] ?? Infinity)) ?? Infinity),
  };
}
