import type { Slot } from './slot.ts';
import type { Look, Standing } from './standing.ts';

/** Who wants a connection to a region waits for its next attempt no longer, ms. */
const mostDemandMs = 10_000;

/** Connections beside the home, once nobody has used them for so long. */
export function closeIdle({ atlas, slots, alarm, announced }: Standing, { needed, nowMs }: Look, idleCloseMs: number): void {
  for (const slot of slots.all()) {
    if (slot.phase !== 'up' || slot === announced.slot || needed.has(slot)) continue;
    if (slot.isOrphan || !atlas.isMapped(slot.region) || alarm.isDue(Math.max(slot.usedAtMs, slot.upAtMs) + idleCloseMs, nowMs)) slots.drop(slot, nowMs);
  }
}

/** Regions that were home or would be better than `home`, but were found dead, or restart: whether they are well again. One at a time. */
export function recheck({ atlas, slots, alarm, refusals }: Standing, home: Slot, { order, needed, nowMs }: Look): void {
  if (refusals.isStopped) return;
  const slot = order.map(slots.of).filter((each) => each !== home)
    .filter(({ region, isDead, diedAsHome, leaving }) => leaving !== undefined || (isDead && (diedAsHome || atlas.isBetter(region, home.region))))
    .find(({ phase, retryAtMs, recheckAtMs }) => phase === 'connecting' || (phase === 'closed' && alarm.isDue(Math.max(retryAtMs, recheckAtMs), nowMs)));
  if (!slot) return;
  needed.add(slot);
  if (slot.phase === 'closed') slots.connect(slot, nowMs);
}

/** What somebody waits for, home or not. */
export function serveDemand({ atlas, slots, alarm, refusals }: Standing, { needed, nowMs }: Look): void {
  const isHopeless = (slot: Slot): boolean => refusals.isStopped || !atlas.isMapped(slot.region) || (slot.phase === 'closed' && slot.retryAtMs > nowMs + mostDemandMs);
  for (const slot of slots.all()) {
    if (slot.isDemanded && isHopeless(slot)) slot.isDemanded = false;
    if (slot.isDemanded && slot.phase === 'closed' && alarm.isDue(slot.retryAtMs, nowMs)) slots.connect(slot, nowMs);
    if (slot.isDemanded) needed.add(slot);
  }
}

/** Attempts that nobody needs now, and what is known of regions that have left the map. */
export function release({ atlas, slots, announced }: Standing, { needed, nowMs }: Look): void {
  for (const slot of slots.all()) {
    if (needed.has(slot) || slot === announced.slot) continue;
    if (slot.phase === 'connecting') slots.drop(slot, nowMs);
    if (slot.phase === 'closed' && !atlas.isMapped(slot.region)) slots.forget(slot);
  }
}
