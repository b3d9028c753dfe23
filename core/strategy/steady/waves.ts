import { allowedRegions } from '../../choice/preferences.ts';
import { distanceKm, placeOf, type Place } from '../../choice/light.ts';
import type { Context } from '../../model/context.ts';
import { regionById, type Region, type RegionId } from '../../model/map.ts';
import type { ProbeSet } from '../../model/plan.ts';
import { firstTry, udpTry } from './ask.ts';
import { awaitPriorMs, confirmPatienceMs, farPatienceMs, fewRegions, nextRegions, overheadMs, shortlistPatienceMs, shortlistRegions, spreadRegions } from './constants.ts';
import { isFar } from './held.ts';
import type { Stand } from './stand.ts';

/**
 * The regions that a report without any measurement to build on asks before all others: the first of a prior, or while one
 * is awaited a few that lie far apart. Undefined: all at once, as nothing is to be gained by waiting.
 */
export function firstWave(context: Context): Region[] | undefined {
  const { map, prior, priorDue } = context;
  if (map.regions.length <= fewRegions) return undefined;
  const list = prior ? shortlist(context) : [];
  if (list.length > 1) return list;
  return priorDue ? spread(map.regions.filter(({ noHome, nodes }) => !noHome && nodes.length > 0)) : undefined;
}

/** The prior's nearest of those that may become home. */
function shortlist({ map, preferences, prior }: Context): Region[] {
  const allowed = new Set(allowedRegions(map, preferences));
  const ids = new Set(prior?.ranked.filter((id) => allowed.has(id)));
  return [...ids].slice(0, shortlistRegions).flatMap((id) => regionById(map, id) ?? []);
}

/** Each the farthest from those before it, so that one of them is not too far from anywhere; without places the first. */
function spread(regions: readonly Region[]): Region[] {
  const placed = regions.flatMap((region) => {
    const place = placeOf(region);
    return place ? [{ region, place, farKm: Infinity }] : [];
  });
  const chosen: Region[] = [];
  let last: Place | undefined;
  while (chosen.length < spreadRegions && chosen.length < placed.length) {
    for (const one of placed) if (last) one.farKm = Math.min(one.farKm, distanceKm(one.place, last));
    const next = placed.reduce((far, one) => (one.farKm > far.farKm ? one : far));
    chosen.push(next.region);
    last = next.place;
  }
  return chosen.length > 1 ? chosen : regions.slice(0, spreadRegions);
}

/** What is held back of the plan, and why it may be asked for now. */
export interface Wave {
  readonly add: readonly ProbeSet[];
  /** Some regions have not been asked yet, so the report is not at its end. */
  readonly isHolding: boolean;
  readonly wakeMs?: number;
}

const none: Wave = { add: [], isHolding: false };

/**
 * The waves of a report that began with a few regions: the shortlist, once the prior is there; where others may be nearer
 * all the same, the next few of them; a second probe for the nearest two, so that one bad sample does not decide; then all
 * others, behind the decision. Each wave waits for the one before no longer than its bound, so that a prior that is late,
 * wrong or dead costs little.
 */
export function nextWave(stand: Stand): Wave {
  const { plan, tries, context, elapsedMs } = stand;
  const held = Object.keys(plan.skipped).filter((id) => plan.skipped[id] === 'enough' && !tries.has(id));
  if (held.length === 0) return none;
  const others = held.flatMap((id) => regionById(context.map, id) ?? []);
  const list = context.prior ? shortlist(context) : [];
  if (list.length < 2) {
    const isAwaited = context.priorDue === true && elapsedMs < awaitPriorMs;
    return isAwaited ? { add: [], isHolding: true, wakeMs: awaitPriorMs } : ask(context, others);
  }
  const missing = list.filter(({ id }) => !tries.has(id));
  if (missing.length > 0) return { add: missing.flatMap((region) => waveTry(context, region)), isHolding: true };
  const more = Object.keys(plan.skipped).filter((id) => plan.skipped[id] === 'enough' && tries.has(id) && !list.some((region) => region.id === id));
  const listed = [...list.map(({ id }) => id), ...more];
  const confirmed = listed.filter((id) => (tries.get(id) ?? []).some(({ atMs }) => atMs >= firstAnswerMs(stand, id)));
  if (confirmed.length > 0) {
    const untilMs = Math.max(...confirmed.map((id) => (tries.get(id)?.at(-1)?.atMs ?? 0))) + confirmPatienceMs;
    const isOpen = confirmed.some((id) => tries.get(id)?.some((one) => one.isOpen && one.atMs >= firstAnswerMs(stand, id)));
    return isOpen && elapsedMs < untilMs ? { add: [], isHolding: true, wakeMs: untilMs } : ask(context, others);
  }
  const askedAtMs = (ids: readonly RegionId[]): number => Math.max(...ids.map((id) => tries.get(id)?.[0]?.atMs ?? 0));
  const boundMs = askedAtMs(list.map(({ id }) => id)) + patienceFor(context);
  const best = listed.filter((id) => stand.latencyMs(id) !== undefined).sort((a, b) => (stand.latencyMs(a) ?? 0) - (stand.latencyMs(b) ?? 0)).slice(0, 2);
  const [nearest] = best;
  // Where others may be nearer all the same, the answer is not sure before they have been asked.
  const near = nearest === undefined ? held : held.filter((id) => !isFar(context, { id: nearest, latencyMs: stand.nearestMs }, id));
  // Who is silent for longer than the nearest took is farther: that is all there is to wait for where more must be asked.
  const patienceMs = nearest !== undefined && near.length > 0 ? stand.nearestMs : 1.25 * stand.nearestMs + overheadMs;
  const untilMs = Math.min(boundMs, askedAtMs(listed) + patienceMs);
  const isAllAnswered = listed.every((id) => stand.latencyMs(id) !== undefined || !tries.get(id)?.some(({ isOpen }) => isOpen));
  if (!isAllAnswered && elapsedMs < untilMs) return { add: [], isHolding: true, wakeMs: untilMs };
  const next = more.length > 0 || nearest === undefined || elapsedMs >= boundMs ? [] : [...new Set(context.prior?.ranked)].filter((id) => near.includes(id)).slice(0, nextRegions);
  if (next.length > 0) return { add: regionsOf(context, next).flatMap((region) => waveTry(context, region)), isHolding: true };
  const again = regionsOf(context, best).flatMap((region) => udpTry(context, region, 0, oneFamily(stand, region.id)));
  if (near.length === 0 && again.length > 0) return { add: again, isHolding: true };
  return { ...ask(context, others), add: [...again, ...ask(context, others).add] };
}

const regionsOf = ({ map }: Context, ids: readonly RegionId[]): Region[] => ids.flatMap((id) => regionById(map, id) ?? []);

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

/** When the region first answered; Infinity if it has not. */
const firstAnswerMs = ({ tries }: Stand, id: RegionId): number => Math.min(...(tries.get(id) ?? []).map(({ answeredMs = Infinity }) => answeredMs));

/** The family by which it answered. */
const oneFamily = ({ report }: Stand, id: RegionId): { v4: boolean; v6: boolean } => (report.regions[id]?.family === 6 ? { v4: false, v6: true } : { v4: true, v6: false });

const ask = (context: Context, regions: readonly Region[]): Wave => ({ add: regions.flatMap((region) => firstTry(context, region, context.families)), isHolding: false });
