import { byId, familiesSeen, type Families } from '../netcheck/rules.ts';
import { fastestTries, homeTries, icmpPhaseMs, initialRetryMs, initialTries } from '../netcheck/constants.ts';
import { udpKind } from '../netcheck/reach.ts';
import { reluctanceOf } from '../../choice/preferences.ts';
import { answerDueMs, type Kind } from '../../model/kind.ts';
import type { Context } from '../../model/context.ts';
import { regionById, type Region, type RegionId } from '../../model/map.ts';
import type { ProbeSet } from '../../model/plan.ts';
import { own } from '../../model/own.ts';
import { connectTry, isUdpDead, udpTry, verifyTry } from './ask.ts';
import { connectPatienceMs, longestRetryMs, mostVerified, overheadMs, silencePatienceMs, udpSilenceMs } from './constants.ts';
import type { Asked, Stand, Try } from './stand.ts';

/** What silence calls for. */
export interface Answer {
  readonly add: readonly ProbeSet[];
  readonly wakeMs: number;
}

const nothing: Answer = { add: [], wakeMs: Infinity };

/** Answers of several regions in one. */
interface Answers {
  readonly add: ProbeSet[];
  wakeMs: number;
}

/** Whether that time has come; before it `next` is to be woken for it. */
function isTime({ elapsedMs }: Stand, answers: Answers, whenMs: number): boolean {
  if (elapsedMs < whenMs) answers.wakeMs = Math.min(answers.wakeMs, whenMs);
  return elapsedMs >= whenMs;
}

/** The region that this report must not leave in the dark: home, or what is pinned. */
const isAnchor = ({ preferences, home }: Context, id: RegionId): boolean => id === (preferences?.pin ?? home?.region);

/** How many tries over UDP a silent region gets. Of a home another kind tells soon, where there is one. */
function triesFor(stand: Stand, region: Region): number {
  if (stand.plan.full) return initialTries;
  return isAnchor(stand.context, region.id) ? (verifyTry(stand.context, region).length > 0 ? initialTries : homeTries) : fastestTries;
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
  const answers: Answers = { add: [], wakeMs: Infinity };
  for (const { id, tries } of silent) {
    const region = regionById(context.map, id);
    let lastMs: number | undefined;
    for (const { isUdp, atMs } of tries) if (isUdp) lastMs = atMs;
    if (lastMs === undefined || !region) continue;
    const rounds = roundsOf(tries);
    if (rounds < triesFor(stand, region) && isTime(stand, answers, lastMs + retryMs(stand, id, rounds))) answers.add.push(...udpTry(context, region, rounds, familiesHeard(stand)));
  }
  return answers;
}

/** How often a region was asked over UDP, each family for itself. */
function roundsOf(tries: readonly Try[]): number {
  let [v4, v6, any] = [0, 0, 0];
  for (const { isUdp, family } of tries) {
    if (!isUdp) continue;
    if (family === 4) v4++;
    else if (family === 6) v6++;
    else any++;
  }
  return Math.max(v4, v6, any);
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
  const { context, asked, isHeardByUdp, elapsedMs } = stand;
  if (isHeardByUdp || udpKind(context) === undefined) return nothing;
  const silent: RegionId[] = [];
  let nearestMs = Infinity;
  let firstMs = Infinity;
  let isLost = true;
  for (const { id, tries } of asked) {
    if (!isUdpAlone(tries)) continue;
    silent.push(id);
    nearestMs = Math.min(nearestMs, stand.expectedMs(id) ?? Infinity);
    for (const { atMs, isOpen } of tries) {
      firstMs = Math.min(firstMs, atMs);
      isLost &&= !isOpen;
    }
  }
  if (silent.length === 0) return nothing;
  const patienceMs = nearestMs === Infinity ? udpSilenceMs : Math.min(udpSilenceMs, 2 * nearestMs + 4 * overheadMs);
  const answers: Answers = { add: [], wakeMs: Infinity };
  if (!isTime(stand, answers, isLost ? 0 : firstMs + patienceMs)) return answers;
  for (const id of silent) {
    const region = regionById(context.map, id);
    if (region && (!region.avoid || isAnchor(context, id))) answers.add.push(...connectTry(context, region, { ping: true, nowMs: elapsedMs }));
  }
  return answers;
}

const isUdpAlone = (tries: readonly Try[]): boolean => tries.every(({ isUdp }) => isUdp);

/** UDP answers where it did not: all that were asked over a connection alone are asked over UDP as well, by which the rest of the map is told. */
export function returnToUdp({ context, asked, isHeardByUdp }: Stand): Answer {
  if (!isUdpDead(context) || !isHeardByUdp) return nothing;
  return { add: asked.flatMap(({ id, tries }) => {
    const region = tries.some(({ isUdp }) => isUdp) ? undefined : regionById(context.map, id);
    return region ? udpTry(context, region, 0, context.families) : [];
  }), wakeMs: Infinity };
}

/**
 * A region that should have answered over UDP by now and has not, while others have: is it dead, or its UDP alone? The home
 * is asked for a connection, which is the quickest proof; another that may be the nearest is timed over one, as it could
 * become home.
 */
export function verifySilent(stand: Stand): Answer {
  const { context, asked, silent, plan, isHeardByUdp } = stand;
  const mostMs = plan.full && isHeardByUdp ? mayBeNearest * stand.nearestMs + overheadMs : -Infinity;
  const suspects: { readonly region: Region; readonly expectedMs: number; readonly atMs: number }[] = [];
  for (const { id, tries } of silent) {
    const expectedMs = stand.expectedMs(id);
    const region = regionById(context.map, id);
    if (region && expectedMs !== undefined && (expectedMs <= mostMs || isAnchor(context, id)) && isUdpAlone(tries)) suspects.push({ region, expectedMs, atMs: tries[0]?.atMs ?? 0 });
  }
  if (suspects.length === 0) return nothing;
  const answers: Answers = { add: [], wakeMs: Infinity };
  let left = mostVerified;
  for (const { tries } of asked) if (!isUdpAlone(tries) && tries.some(({ isUdp }) => isUdp)) left--;
  for (const { region, expectedMs, atMs } of suspects.sort((a, b) => a.expectedMs - b.expectedMs)) {
    const isHome = isAnchor(stand.context, region.id);
    if (!isHome && left-- <= 0) continue;
    if (isTime(stand, answers, atMs + 1.5 * expectedMs + 2 * overheadMs)) answers.add.push(...(isHome ? verifyTry(context, region) : connectTry(context, region, {})));
  }
  return answers;
}

/** A region whose expected round trip is within so many times the nearest's may be the nearest. */
const mayBeNearest = 1.5;

/** When a region's silence is final, or what else it may tell is in; -Infinity: it is. */
export function finalAtMs(stand: Stand, { id, tries }: Asked): number {
  const hasUdpAnswer = tries.some(({ isUdp, answeredMs }) => isUdp && answeredMs !== undefined);
  let finalMs = -Infinity;
  for (const one of tries) if (one.isOpen) finalMs = Math.max(finalMs, waitedForMs(stand, id, one, hasUdpAnswer));
  return finalMs;
}

/** Until when a try is worth waiting for. */
function waitedForMs({ nearestMs, slowestMs, isHeardByUdp, report, context, known: { recent } }: Stand, id: RegionId, { kind, isUdp, atMs }: Try, hasUdpAnswer: boolean): number {
  const { latencyMs, doubt } = report.regions[id] ?? {};
  if (latencyMs !== undefined && isUdp && hasUdpAnswer) return atMs + (doubt?.includes('event-loop') ? silencePatienceMs : 1.25 * latencyMs + overheadMs);
  if (hasUdpAnswer) return -Infinity;
  if (kind === 'icmp') return atMs + icmpPhaseMs;
  if (nearestMs === Infinity) return Infinity;
  const recentMs = own(recent, id);
  if (!isUdp && isAnchor(context, id) && isHeardByUdp && recentMs !== undefined) return connectedAtMs(kind, atMs, 2 * Math.max(nearestMs, recentMs));
  if (!isUdp) return atMs + Math.max(connectPatienceMs, 1.2 * answerDueMs(kind, slowestMs));
  return atMs + (recentMs === undefined ? Math.max(silencePatienceMs, 2 * slowestMs) : 1.5 * recentMs + 3 * overheadMs);
}

/** When a relay that far has answered over a connection at the latest. A handshake is one round trip, for which both ends need time as well. */
export const connectedAtMs = (kind: Kind, atMs: number, latencyMs: number): number => atMs + answerDueMs(kind, latencyMs) + (kind === 'tcp' ? 5 * overheadMs : 0);

/** Those that are wanted first, of them the nearest by what is known. */
export const byWish = ({ recent }: { readonly recent: Readonly<Record<RegionId, number>> }, { preferences }: Pick<Context, 'preferences'>): (a: Region, b: Region) => number => {
  const rank = ({ id }: Region): number => own(recent, id) ?? Number.MAX_VALUE;
  return (a, b) => reluctanceOf(a, preferences) - reluctanceOf(b, preferences) || rank(a) - rank(b) || byId(a.id, b.id);
};
