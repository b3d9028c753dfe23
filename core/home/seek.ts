import type { RegionId } from '../model/map.ts';
import type { Look, Standing } from './standing.ts';

/** Attempts at the same time for a client without a home. */
export const mostAttempts = 3;
/** One that takes so long may still come to something, but keeps no other waiting: three regions can be black holes at once, ms. */
export const slowMs = 3_000;
/** A first home that is connected waits so long for the report to be sure of it, or for a better one, ms: peers would be told twice. */
export const tentativeMs = 300;
/** The next candidate gets its attempt when the one before has had so many round trips, within bounds: TCP, TLS, login and echo take six. */
const staggerTrips = 7;
const leastStaggerMs = 250;
const mostStaggerMs = 2_000;

/** Without a home: what is connected already, else the candidates in their order, the next one while the one before takes long. */
export function seekHome(standing: Standing, { order, needed, nowMs }: Look): void {
  const { atlas, slots, alarm, calm, refusals, announced } = standing;
  const { lost } = announced;
  const up = order.map(slots.of).filter(({ phase }) => phase === 'up');
  const best = up.find(({ leaving, unwellSinceMs }) => leaving === undefined && unwellSinceMs === undefined) ?? up[0];
  const isEarly = best !== undefined && lost === undefined && (atlas.isTentative || isComing(standing, atlas.wanted, nowMs)) && !alarm.isDue(best.upAtMs + tentativeMs, nowMs);
  if (best && !isEarly) return announced.up(best, lost === undefined ? 'first' : lost.region === best.region ? 'recovered' : 'failover', nowMs);
  if (refusals.isStopped || (atlas.wanted === undefined && lost === undefined)) return;
  let attempts = 0;
  const isCalm = !calm.isOver(nowMs);
  let mayStart = true;
  for (const slot of order.map(slots.of)) {
    if (slot.phase === 'closed' && !isCalm && mayStart && attempts < mostAttempts && alarm.isDue(slot.retryAtMs, nowMs)) slots.connect(slot, nowMs);
    if (slot.phase === 'closed') continue;
    needed.add(slot);
    if (slot.phase === 'up') return;
    if (!alarm.isDue(slot.startedAtMs + slowMs, nowMs)) attempts++;
    mayStart = alarm.isDue(slot.startedAtMs + staggerMs(standing, slot.region), nowMs);
  }
}

/** Whether a connection to it may be up in a moment. */
function isComing(standing: Standing, id: RegionId | undefined, nowMs: number): boolean {
  const { atlas, slots, alarm, refusals } = standing;
  const slot = id !== undefined && atlas.isMapped(id) ? slots.of(id) : undefined;
  if (!slot || refusals.isStopped) return false;
  return slot.phase === 'closed' ? slot.retryAtMs <= nowMs : slot.phase === 'connecting' && !alarm.isDue(slot.startedAtMs + staggerMs(standing, slot.region), nowMs);
}

/** The home that was lost is tried first, where that makes sense at all; it has no more than a moment. */
const staggerMs = ({ atlas, announced }: Standing, id: RegionId): number =>
  id === announced.lost?.region ? leastStaggerMs : Math.min(mostStaggerMs, Math.max(leastStaggerMs, staggerTrips * atlas.latencyMs(id)));
