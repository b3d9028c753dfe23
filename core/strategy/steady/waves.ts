import { allowedRegions } from '../../choice/preferences.ts';
import type { Context } from '../../model/context.ts';
import { regionById, type Region, type RegionId } from '../../model/map.ts';
import type { ProbePlan, ProbeSet } from '../../model/plan.ts';
import { firstTry, udpTry } from './ask.ts';
import { awaitPriorMs, confirmedShare, confirmedWithinMs, confirmPatienceMs, farPatienceMs, fewRegions, firstProbes, overheadMs, shortlistPatienceMs, shortlistRegions } from './constants.ts';
import { isFar } from './held.ts';
import { likelyFirst } from './likely.ts';
import type { Stand } from './stand.ts';

/**
 * The regions that a report without any measurement to build on asks before all others: the first of a prior, or while one
 * is awaited a single one, which tells whether anything answers. Undefined: all at once, as nothing is to be gained by waiting.
 */
export function firstWave(context: Context): Region[] | undefined {
  const { map, preferences, prior, priorDue } = context;
  if (map.regions.length <= fewRegions) return undefined;
  const list = prior ? shortlist(context) : [];
  if (list.length > 1) return list;
  const first = priorDue && regionById(map, allowedRegions(map, preferences)[0]);
  return first ? [first] : undefined;
}

/** Those that may become home, in the prior's order; what is pinned before them. */
function rankedIn({ map, preferences, prior }: Context): Region[] {
  const allowed = new Set([preferences?.pin, ...allowedRegions(map, preferences)]);
  return [...new Set([preferences?.pin ?? [], prior?.ranked ?? []].flat())].flatMap((id) => (allowed.has(id) ? regionById(map, id) ?? [] : []));
}

const shortlist = (context: Context): Region[] => rankedIn(context).slice(0, shortlistRegions);

/** What is held back of the plan, and why it may be asked for now. */
export interface Wave {
  readonly add: readonly ProbeSet[];
  /** Some regions have not been asked yet, so the report is not at its end. */
  readonly isHolding: boolean;
  readonly wakeMs?: number;
}

/** What a plan holds back behind those first regions: nothing where there was a measurement to build on. */
export const heldBack = ({ skipped }: ProbePlan, { last }: Context): RegionId[] => (last ? [] : Object.keys(skipped).filter((id) => skipped[id] === 'enough'));

const none: Wave = { add: [], isHolding: false };

/**
 * The waves of a report that began with a few regions: the shortlist, once the prior is there; the few that its answers make
 * the most likely to be nearer; a second probe for the nearest two, unless they are alike, so that one bad sample does not
 * decide; then all others, behind the decision. Each wave waits for the one before no longer than its bound, so that a
 * prior that is late, wrong or dead costs little.
 */
export function nextWave(stand: Stand): Wave {
  const { plan, tries, context, elapsedMs } = stand;
  const others = heldBack(plan, context).flatMap((id) => (tries.has(id) ? [] : regionById(context.map, id) ?? []));
  if (others.length === 0) return none;
  const list = context.prior ? shortlist(context) : [];
  if (list.length < 2) {
    const isAwaited = context.priorDue === true && elapsedMs < awaitPriorMs;
    return isAwaited ? { add: [], isHolding: true, wakeMs: awaitPriorMs } : ask(context, others);
  }
  const missing = list.filter(({ id }) => !tries.has(id));
  if (missing.length > 0) return { add: missing.flatMap((region) => waveTry(context, region)), isHolding: true };
  return confirmation(stand, others) ?? judgeWave(stand, list, others);
}

/** Once the nearest have been asked again: that is waited for, then the others are asked. */
function confirmation({ tries, elapsedMs, context }: Stand, others: readonly Region[]): Wave | undefined {
  const again = [...tries.values()].flatMap((of) => of.filter(({ atMs }) => of.some(({ answeredMs = Infinity }) => answeredMs <= atMs)));
  if (again.length === 0) return undefined;
  const wakeMs = Math.max(...again.map(({ atMs }) => atMs)) + confirmPatienceMs;
  return again.some(({ isOpen }) => isOpen) && elapsedMs < wakeMs ? { add: [], isHolding: true, wakeMs } : ask(context, others);
}

/** What the shortlist, and what was asked after it, has brought so far. */
function judgeWave(stand: Stand, list: readonly Region[], others: readonly Region[]): Wave {
  const { tries, context, elapsedMs, nearestMs } = stand;
  const asked = [...tries.keys()];
  const askedAtMs = (ids: readonly RegionId[]): number => Math.max(...ids.map((id) => tries.get(id)?.[0]?.atMs ?? 0));
  const lastAtMs = askedAtMs(asked);
  const boundMs = askedAtMs(list.map(({ id }) => id)) + (asked.length > list.length ? farPatienceMs : patienceFor(context));
  const best = asked.filter((id) => stand.latencyMs(id) !== undefined).sort((a, b) => (stand.latencyMs(a) ?? 0) - (stand.latencyMs(b) ?? 0)).slice(0, 2);
  const [nearest, second] = best;
  // Where others may be nearer all the same, the answer is not sure before they have been asked.
  const near = others.filter(({ id }) => nearest === undefined || !isFar(context, { id: nearest, latencyMs: nearestMs }, id));
  const left = nearest === undefined ? 0 : firstProbes - asked.length;
  // Who is silent for longer than the nearest took is farther: that is all there is to wait for where more must be asked. Others' figures help to choose those by more answers.
  const isBrief = left > 0 ? !context.prior?.vantages : near.length > 0;
  const wakeMs = Math.min(boundMs, lastAtMs + (isBrief ? nearestMs : 1.25 * nearestMs + overheadMs));
  const isAwaited = asked.some((id) => stand.latencyMs(id) === undefined && tries.get(id)?.some(({ isOpen }) => isOpen));
  if (isAwaited && elapsedMs < wakeMs) return { add: [], isHolding: true, wakeMs };
  const more = left > 0 ? likelyFirst(stand, rankedIn(context).filter((region) => others.includes(region))).slice(0, left) : [];
  if (more.length > 0) return { add: more.flatMap((region) => waveTry(context, region)), isHolding: true };
  // Between two that read alike a second probe would but toss a coin, and move whoever has gone to the first.
  const isClose = (stand.latencyMs(second ?? '') ?? Infinity) <= nearestMs + Math.max(confirmedWithinMs, confirmedShare * nearestMs);
  const again = isClose ? [] : best.flatMap((id) => {
    const region = regionById(context.map, id);
    return region ? udpTry(context, region, 0, oneFamily(stand, id)) : [];
  });
  if (near.length === 0 && again.length > 0) return { add: again, isHolding: true };
  const rest = ask(context, others);
  return { ...rest, add: [...again, ...rest.add] };
}

/** One probe, to count few: over the family that the client and the region have, IPv4 where both have both. */
export function waveTry(context: Context, region: Region): ProbeSet[] {
  const [first] = firstTry(context, region, context.families);
  return first ? [first] : [];
}

/** A client that the prior was meant for may be no nearer to its first region than the edge is. */
function patienceFor({ prior }: Context): number {
  const edgeMs = prior?.latencyMs?.[prior.ranked[0] ?? ''] ?? 0;
  return Math.max(shortlistPatienceMs, Math.min(farPatienceMs, 1.25 * edgeMs + overheadMs));
}

/** The family by which it answered. */
const oneFamily = ({ report }: Stand, id: RegionId): { v4: boolean; v6: boolean } => (report.regions[id]?.family === 6 ? { v4: false, v6: true } : { v4: true, v6: false });

const ask = (context: Context, regions: readonly Region[]): Wave => ({ add: regions.flatMap((region) => firstTry(context, region, context.families)), isHolding: false });
