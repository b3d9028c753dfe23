import { byLastLatency, familiesSeen, type Families } from '../netcheck/rules.ts';
import { fastestTries, homeTries, icmpPhaseMs, initialRetryMs, initialTries } from '../netcheck/constants.ts';
import { udpKind } from '../netcheck/reach.ts';
import { reluctanceOf } from '../../choice/preferences.ts';
import type { Context } from '../../model/context.ts';
import { answerDueMs, type Kind } from '../../model/kind.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import type { ProbeSet } from '../../model/plan.ts';
import { connectTry, isUdpDead, udpTry, verifyTry } from './ask.ts';
import { connectPatienceMs, longestRetryMs, mostVerified, overheadMs, silencePatienceMs, udpSilenceMs } from './constants.ts';
import type { Stand } from './stand.ts';

/** What silence calls for. */
export interface Answer {
  readonly add: readonly ProbeSet[];
  readonly wakeMs: number;
}

const join = (answers: readonly Answer[]): Answer => ({ add: answers.flatMap(({ add }) => add), wakeMs: Math.min(...answers.map(({ wakeMs }) => wakeMs)) });
const nothing: Answer = { add: [], wakeMs: Infinity };
const at = (stand: Stand, whenMs: number, add: () => readonly ProbeSet[]): Answer => (stand.elapsedMs < whenMs ? { add: [], wakeMs: whenMs } : { add: add(), wakeMs: Infinity });

/** The region that this report must not leave in the dark: home, or what is pinned. */
const isAnchor = ({ context }: Stand, id: RegionId): boolean => id === (context.preferences?.pin ?? context.home?.region);

/** How many tries over UDP a silent region gets. Of a home another kind tells soon, where there is one. */
function triesFor(stand: Stand, id: RegionId): number {
  const region = regionById(stand.context.map, id);
  if (stand.plan.full) return initialTries;
  return isAnchor(stand, id) ? (region && verifyTry(stand.context, region).length > 0 ? initialTries : homeTries) : fastestTries;
}

/** How long after its last try a silent region is asked again: a fifth later than it should have answered, and more each time. */
function retryMs(stand: Stand, id: RegionId, tries: number): number {
  const expectedMs = stand.expectedMs(id);
  // A prior measured elsewhere: its figure tells of a far region, not of a near one.
  if (expectedMs === undefined) return Math.max(initialRetryMs, Math.min(longestRetryMs, 1.2 * (stand.context.prior?.latencyMs?.[id] ?? 0) + overheadMs));
  return Math.min(longestRetryMs, 1.2 * expectedMs + overheadMs * tries);
}

/** Another try at every region that has been silent for longer than it should be. */
export function resend(stand: Stand): Answer {
  const { context, silent, isHeardByUdp } = stand;
  if (isUdpDead(context) && !isHeardByUdp) return nothing;
  return join([...silent].map(([id, of]) => {
    const last = of.findLast(({ isUdp }) => isUdp);
    const region = regionById(context.map, id);
    if (!last || !region) return nothing;
    const rounds = Math.max(...([4, 6, undefined] as const).map((family) => of.reduce((sum, one) => (one.isUdp && one.family === family ? sum + 1 : sum), 0)));
    if (rounds >= triesFor(stand, id)) return nothing;
    return at(stand, last.atMs + retryMs(stand, id, rounds), () => udpTry(context, region, rounds, familiesHeard(stand)));
  }));
}

/** The families over which UDP has answered; before that all. */
function familiesHeard({ context: { families }, report }: Stand): Families {
  const seen = familiesSeen(report);
  return seen.v4 || seen.v6 ? { v4: seen.v4 && families.v4, v6: seen.v6 && families.v6 } : families;
}

/**
 * Nothing has answered over UDP for longer than it should take: presumably it is blocked, and every region of the report is
 * timed over a connection, and by ping. What UDP still brings counts.
 */
export function turnToConnections(stand: Stand): Answer {
  const { context, tries, isHeardByUdp, elapsedMs } = stand;
  if (isHeardByUdp || udpKind(context) === undefined) return nothing;
  const silent = [...tries].filter(([, of]) => of.every(({ isUdp }) => isUdp));
  const udp = silent.flatMap(([, of]) => of);
  if (udp.length === 0) return nothing;
  const nearestMs = Math.min(...silent.map(([id]) => stand.expectedMs(id) ?? Infinity));
  const patienceMs = nearestMs === Infinity ? udpSilenceMs : Math.min(udpSilenceMs, 2 * nearestMs + 4 * overheadMs);
  const firstMs = Math.min(...udp.map(({ atMs }) => atMs));
  const isLost = udp.every(({ isOpen }) => !isOpen);
  return at(stand, isLost ? 0 : firstMs + patienceMs, () => silent.flatMap(([id]) => {
    const region = regionById(context.map, id);
    return region && (!region.avoid || isAnchor(stand, id)) ? connectTry(context, region, { ping: true, nowMs: elapsedMs }) : [];
  }));
}

/** UDP answers where it did not: all that were asked over a connection alone are asked over UDP as well, by which the rest of the map is told. */
export function returnToUdp({ context, tries, isHeardByUdp }: Stand): Answer {
  if (!isUdpDead(context) || !isHeardByUdp) return nothing;
  return { add: [...tries].flatMap(([id, of]) => {
    const region = of.some(({ isUdp }) => isUdp) ? undefined : regionById(context.map, id);
    return region ? udpTry(context, region, 0, context.families) : [];
  }), wakeMs: Infinity };
}

/**
 * A region that should have answered over UDP by now and has not, while others have: is it dead, or its UDP alone? The home
 * is asked for a connection, which is the quickest proof; another that may be the nearest is timed over one, as it could
 * become home.
 */
export function verifySilent(stand: Stand): Answer {
  const { context, tries, silent, plan, isHeardByUdp } = stand;
  const suspects = [...silent].filter(([, of]) => of.every(({ isUdp }) => isUdp)).sort(([a], [b]) => (stand.expectedMs(a) ?? Infinity) - (stand.expectedMs(b) ?? Infinity));
  if (suspects.length === 0) return nothing;
  let asked = [...tries.values()].filter((of) => of.some(({ isUdp }) => isUdp) && of.some(({ isUdp }) => !isUdp)).length;
  return join(suspects.map(([id, of]) => {
    const region = regionById(context.map, id);
    const expectedMs = stand.expectedMs(id);
    if (!region || expectedMs === undefined) return nothing;
    const dueMs = (of[0]?.atMs ?? 0) + 1.5 * expectedMs + 2 * overheadMs;
    if (isAnchor(stand, id)) return at(stand, dueMs, () => verifyTry(context, region));
    if (!plan.full || !isHeardByUdp || expectedMs > mayBeNearest * stand.nearestMs + overheadMs || asked >= mostVerified) return nothing;
    asked++;
    return at(stand, dueMs, () => connectTry(context, region, {}));
  }));
}

/** A region whose expected round trip is within so many times the nearest's may be the nearest. */
const mayBeNearest = 1.5;

/** When a region's silence is final, or what else it may tell is in; -Infinity: it is. */
export function finalAtMs(stand: Stand, id: RegionId): number {
  const { nearestMs, slowestMs, isHeardByUdp } = stand;
  const of = stand.tries.get(id) ?? [];
  if (of.every(({ isOpen }) => !isOpen)) return -Infinity;
  const latencyMs = stand.latencyMs(id);
  const isLate = stand.report.regions[id]?.doubt.includes('event-loop') === true;
  const hasUdpAnswer = of.some(({ isUdp, answeredMs }) => isUdp && answeredMs !== undefined);
  const waits = of.filter(({ isOpen }) => isOpen).map(({ kind, isUdp, atMs }): number => {
    if (latencyMs !== undefined && isUdp && hasUdpAnswer) return atMs + (isLate ? silencePatienceMs : 1.25 * latencyMs + overheadMs);
    if (hasUdpAnswer) return -Infinity;
    if (kind === 'icmp') return atMs + icmpPhaseMs;
    if (nearestMs === Infinity) return Infinity;
    const recentMs = Object.hasOwn(stand.known.recent, id) ? stand.known.recent[id] : undefined;
    if (!isUdp && isAnchor(stand, id) && isHeardByUdp && recentMs !== undefined) return connectedAtMs(kind, atMs, 2 * Math.max(nearestMs, recentMs));
    if (!isUdp) return atMs + Math.max(connectPatienceMs, 1.2 * answerDueMs(kind, slowestMs));
    return atMs + (recentMs === undefined ? Math.max(silencePatienceMs, 2 * slowestMs) : 1.5 * recentMs + 3 * overheadMs);
  });
  return Math.max(-Infinity, ...waits);
}

/** When a relay that far has answered over a connection at the latest. A handshake is one round trip, for which both ends need time as well. */
export const connectedAtMs = (kind: Kind, atMs: number, latencyMs: number): number => atMs + answerDueMs(kind, latencyMs) + (kind === 'tcp' ? 5 * overheadMs : 0);

/** Those that are wanted first, of them the nearest by what is known. */
export const byWish = ({ recent }: { readonly recent: Readonly<Record<RegionId, number>> }, { preferences }: Pick<Context, 'preferences'>): ReturnType<typeof byLastLatency> => {
  const of = (id: RegionId): number => (Object.hasOwn(recent, id) ? (recent[id] ?? Infinity) : Infinity);
  const otherwise = byLastLatency(undefined);
  return (a, b) => reluctanceOf(a, preferences) - reluctanceOf(b, preferences) || (of(a.id) === of(b.id) ? otherwise(a, b) : of(a.id) - of(b.id));
};
