import { seekHome } from './seek.ts';
import type { Slot } from './slot.ts';
import type { Look, Standing } from './standing.ts';

/** A region that failed of late is moved to only once its connection has lived so long, ms. */
export const trialMs = 5_000;
/** While a move is held back, it is asked so often whether peers can be told, ms. */
const askAgainMs = 1_000;

/** With a home: to where the picker wants it, or away from a relay that is leaving. The new connection first. */
export function moveHome(standing: Standing, from: Slot, look: Look): void {
  const { atlas, slots, alarm, calm, refusals, announced } = standing;
  const { order, needed, nowMs } = look;
  const isGone = !atlas.isMapped(from.region);
  const isDrained = !isGone && slots.isDrained(from);
  if (isDrained && !from.isOrphan) {
    slots.leave(from);
    calm.take(atlas.spreadMs, nowMs);
  }
  const why = isDrained ? 'drained' as const : isGone || from.isOrphan ? 'unmapped' as const : from.leaving;
  const goals = why !== undefined ? order : atlas.wanted === undefined ? [] : [atlas.wanted];
  const isOpen = (slot: Slot): boolean => slot.phase !== 'closed' || (!refusals.isStopped && alarm.isDue(slot.retryAtMs, nowMs));
  const goal = goals.filter(atlas.isMapped).map(slots.of).find((slot) => slot !== from && slot.leaving === undefined && slot.unwellSinceMs === undefined && isOpen(slot));
  if (announced.isHeld(goal?.region)) {
    alarm.isDue(nowMs + askAgainMs, nowMs);
    // One that is up by now is kept for the moment in which peers can be told.
    if (goal?.phase === 'up') needed.add(goal);
  } else if (goal) {
    needed.add(goal);
    if (goal.phase === 'closed' && ((why !== 'restarting' && why !== 'drained') || calm.isOver(nowMs))) slots.connect(goal, nowMs);
    if (goal.phase !== 'up') return;
    const isTrusted = goal.failures === 0 || why !== undefined || alarm.isDue(goal.upAtMs + trialMs, nowMs);
    if (isTrusted) announced.up(goal, why ?? 'chosen', nowMs);
  } else if (isGone) {
    announced.down(from.region, 'unmapped', nowMs);
    seekHome(standing, look);
  }
}
