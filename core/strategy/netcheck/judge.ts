import type { Reason } from '../../model/decision.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import { heardKeepAliveMs } from './constants.ts';
import { heardAgoMs, wasHeard, type Evidence, type Verdict } from './evidence.ts';
import { byId } from './rules.ts';

/** The rules in their order: the nearest, the home unless the gain is worth it, the pin, and last a home that was heard. */
export function judge(evidence: Evidence, previous: RegionId | undefined): Verdict {
  const { now, context: { map, preferences }, edition } = evidence;
  const candidate = nearest(evidence);
  const pin = edition.heedsPin ? regionById(map, preferences?.pin)?.id : undefined;
  const found = candidate === undefined ? {} : { candidate };
  if (pin !== undefined && (now.has(pin) || wasHeard(evidence, pin))) return { home: pin, reason: 'pinned', ...found };
  if (previous !== undefined && previous !== candidate) {
    if (now.get(previous) && gainsTooLittle(evidence, previous, candidate)) return { home: previous, reason: 'gain-too-small', ...found };
    // A latency of 0 is for netcheck none.
    if (!now.get(previous) && wasHeard(evidence, previous)) return { home: previous, reason: 'heard', ...found };
    if (candidate === undefined && heardAgoMs(evidence, previous) < heardKeepAliveMs) return { home: previous, reason: 'heard' };
  }
  if (candidate === undefined) return { reason: map.regions.length ? 'no-answer' : 'no-map' };
  return { home: candidate, reason: reasonFor(evidence, previous, candidate), candidate };
}

function reasonFor({ now }: Evidence, previous: RegionId | undefined, home: RegionId): Reason {
  if (previous === undefined) return now.size === 1 ? 'only' : 'first';
  if (previous === home) return 'nearest';
  return now.get(previous) ? 'moved-nearer' : 'moved-home-silent';
}

/** The lowest recent best among the regions that answered now, however slow they are at the moment. Ties: the lower id. */
function nearest({ now, best }: Evidence): RegionId | undefined {
  let nearest: RegionId | undefined;
  for (const id of now.keys()) if (nearest === undefined || ((best.get(id) ?? 0) - (best.get(nearest) ?? 0) || byId(id, nearest)) < 0) nearest = id;
  return nearest;
}

/** The home's latency now against the candidate's recent best: less than 10 ms (2026), or less than a third, is no reason. */
function gainsTooLittle({ now, best, edition }: Evidence, home: RegionId, candidate: RegionId | undefined): boolean {
  const homeNow = now.get(home) ?? 0;
  const bestNs = best.get(candidate ?? '') ?? 0;
  return homeNow - bestNs < edition.absoluteGainNs || bestNs > twoThirds(homeNow);
}

/** In whole ns, the division first, as netcheck computes it. */
export const twoThirds = (ns: number): number => Math.trunc(ns / 3) * 2;
