import type { RegionId } from '../model/map.ts';
import { present } from '../model/present.ts';
import { createAtlas } from './atlas.ts';
import type { HomeReason } from './events.ts';
import type { Failure } from './failure.ts';
import type { Effect, MachineInput } from './inputs.ts';
import { createSlots, type Slot } from './slots.ts';

export interface MachineSettings {
  /** In [0, 1). */
  readonly random: () => number;
  /** Whether peers can be told of another home now. */
  readonly canAnnounce: () => boolean;
  /** Connections that are not home close after so long unused, ms. */
  readonly idleCloseMs: number;
}

/** Decides what to connect, announce and close. No I/O, no clock: the same inputs give the same effects. */
export interface Machine {
  take(input: MachineInput, nowMs: number): Effect[];
  /** When it wants a `tick` at the latest, ms; Infinity: not by itself. */
  readonly wakeAtMs: number;
  /** The announced home. */
  readonly home: RegionId | undefined;
  slot(region: RegionId): Readonly<Slot> | undefined;
  /** Where it would go if the home died now. */
  readonly standby: RegionId | undefined;
}

/** A region that failed of late is moved to only once its connection has lived so long, ms. */
export const trialMs = 5_000;
/** Attempts at the same time for a client without a home. */
export const mostAttempts = 3;
/** One that takes so long may still come to something, but keeps no other waiting: three regions can be black holes at once, ms. */
export const slowMs = 3_000;
/** The next candidate gets its attempt when the one before has had so many round trips, within bounds: TCP, TLS, login and echo take six. */
const staggerTrips = 7;
const leastStaggerMs = 250;
const mostStaggerMs = 2_000;
/** A first home that is connected waits so long for the report to be sure of it, or for a better one, ms: peers would be told twice. */
export const tentativeMs = 300;
/** Who wants a connection to a region waits for its next attempt no longer, ms. */
const mostDemandMs = 10_000;
/** While a move is held back, it is asked so often whether peers can be told, ms. */
const askAgainMs = 1_000;

export function createMachine({ random, canAnnounce, idleCloseMs }: MachineSettings): Machine {
  const atlas = createAtlas();
  let effects: Effect[] = [];
  const put = (effect: Effect): void => void effects.push(effect);
  const slots = createSlots(atlas, random, put);
  let home: RegionId | undefined;
  /** The last home, and since when there is none. */
  let lost: { readonly region: RegionId; readonly atMs: number } | undefined;
  let held: RegionId | undefined;
  /** Before then no connection is begun in place of the home: others have lost the same. */
  let calmUntilMs = -Infinity;
  let refusedBy: RegionId | undefined;
  let isStopped = false;
  let isClosed = false;
  let wakeAtMs = Infinity;

  /** Whether the moment has come; where not, the machine wants to be woken then. */
  const isDue = (atMs: number, nowMs: number): boolean => {
    if (atMs <= nowMs) return true;
    wakeAtMs = Math.min(wakeAtMs, atMs);
    return false;
  };

  function announce(slot: Slot, reason: HomeReason, nowMs: number): void {
    const previous = home ?? lost?.region;
    put(present({
      do: 'announce' as const, event: home === undefined ? 'up' as const : 'moved' as const, region: slot.region, reason,
      node: atlas.nodes(slot.region)[slot.node]?.name,
      previous: previous === slot.region ? undefined : previous,
      downMs: home === undefined && lost ? nowMs - lost.atMs : undefined,
    }));
    home = slot.region;
    lost = held = undefined;
    calmUntilMs = -Infinity;
    for (const other of slots.all()) if (other.phase === 'up') put({ do: 'prefer', id: other.id, preferred: other === slot });
  }

  function down(region: RegionId, reason: HomeReason, nowMs: number): void {
    home = held = undefined;
    lost = { region, atMs: nowMs };
    put({ do: 'announce', event: 'down', region, reason });
  }

  /** One that takes its time already draws no second time. */
  function takeTime(spreadMs: number, nowMs: number): void {
    if (spreadMs > 0 && calmUntilMs <= nowMs) calmUntilMs = nowMs + random() * spreadMs;
  }

  function judgeFailure(slot: Slot, failure: Failure): void {
    if (failure.class !== 'stop' && failure.class !== 'refused') return;
    // One that hangs up while another serves us has reasons of its own.
    if (failure.class === 'refused' && home !== undefined) return;
    // One may have died just then. A second one means it.
    if (failure.class === 'stop' || (refusedBy !== undefined && (refusedBy !== slot.region || isAlone()))) {
      isStopped = true;
      put({ do: 'stop', region: slot.region, message: failure.message });
    }
    refusedBy = slot.region;
  }

  const isAlone = (): boolean => atlas.candidates(home ?? lost?.region).length <= 1;

  function resume(): void {
    isStopped = false;
    refusedBy = undefined;
  }

  /** As if nothing had failed: somebody said so, or it is another network, whose portal or proxy refused us as well as any relay. */
  function startOver(nowMs: number): void {
    resume();
    calmUntilMs = -Infinity;
    slots.forgive(nowMs);
  }

  /** Brings attempts, home and connections in line with what is known. It asks of everything whether it should be, so that no order of inputs matters. */
  function settle(nowMs: number): void {
    wakeAtMs = Infinity;
    slots.review(nowMs, isDue);
    const order = atlas.candidates(home ?? lost?.region);
    const needed = new Set<Slot>();
    if (home === undefined) findHome(order, needed, nowMs);
    if (home !== undefined) move(home, order, needed, nowMs);
    for (const slot of slots.all()) if (slot.region !== home && !needed.has(slot)) closeIdle(slot, nowMs);
    // Behind those that were closed: whether a relay is well again is asked by a new connection.
    if (home !== undefined) recheck(home, order, needed, nowMs);
    for (const slot of slots.all()) {
      if (slot.isDemanded && (isStopped || !atlas.isMapped(slot.region))) slot.isDemanded = false;
      if (slot.phase === 'closed' && slot.retryAtMs > nowMs + mostDemandMs) slot.isDemanded = false;
      if (slot.isDemanded && slot.phase === 'closed' && isDue(slot.retryAtMs, nowMs)) slots.connect(slot, nowMs);
      if (slot.isDemanded || slot.region === home) needed.add(slot);
    }
    for (const slot of slots.all()) if (!needed.has(slot)) release(slot, nowMs);
  }

  function closeIdle(slot: Slot, nowMs: number): void {
    if (slot.phase === 'up' && (!atlas.isMapped(slot.region) || isDue(Math.max(slot.usedAtMs, slot.upAtMs) + idleCloseMs, nowMs))) slots.drop(slot, nowMs);
  }

  /** Nobody needs it now. */
  function release(slot: Slot, nowMs: number): void {
    if (slot.phase === 'connecting') slots.drop(slot, nowMs);
    if (slot.phase === 'closed' && !atlas.isMapped(slot.region)) slots.forget(slot);
  }

  /** Without a home: what is connected already, else the candidates in their order, the next one while the one before takes long. */
  function findHome(order: readonly RegionId[], needed: Set<Slot>, nowMs: number): void {
    const up = order.map(slots.of).filter(({ phase }) => phase === 'up');
    const best = up.find(({ leaving, unwellSinceMs }) => leaving === undefined && unwellSinceMs === undefined) ?? up[0];
    const isEarly = best !== undefined && lost === undefined && (atlas.isTentative || isComing(atlas.wanted, nowMs)) && !isDue(best.upAtMs + tentativeMs, nowMs);
    if (best && !isEarly) return announce(best, lost === undefined ? 'first' : lost.region === best.region ? 'recovered' : 'failover', nowMs);
    if (isStopped || (atlas.wanted === undefined && lost === undefined)) return;
    let attempts = 0;
    const isCalm = !isDue(calmUntilMs, nowMs);
    let mayStart = true;
    for (const slot of order.map(slots.of)) {
      if (slot.phase === 'closed' && !isCalm && mayStart && attempts < mostAttempts && isDue(slot.retryAtMs, nowMs)) slots.connect(slot, nowMs);
      if (slot.phase === 'closed') continue;
      needed.add(slot);
      if (slot.phase === 'up') return;
      if (!isDue(slot.startedAtMs + slowMs, nowMs)) attempts++;
      mayStart = isDue(slot.startedAtMs + staggerMs(slot.region), nowMs);
    }
  }

  /** Whether a connection to it may be up in a moment. */
  function isComing(id: RegionId | undefined, nowMs: number): boolean {
    const slot = id !== undefined && atlas.isMapped(id) ? slots.of(id) : undefined;
    if (!slot || isStopped) return false;
    return slot.phase === 'closed' ? slot.retryAtMs <= nowMs : slot.phase === 'connecting' && !isDue(slot.startedAtMs + staggerMs(slot.region), nowMs);
  }

  /** The home that was lost is tried first, where that makes sense at all; it has no more than a moment. */
  const staggerMs = (id: RegionId): number =>
    id === lost?.region ? leastStaggerMs : Math.min(mostStaggerMs, Math.max(leastStaggerMs, staggerTrips * atlas.latencyMs(id)));

  /** With a home: to where the picker wants it, or away from a relay that is leaving. The new connection first. */
  function move(from: RegionId, order: readonly RegionId[], needed: Set<Slot>, nowMs: number): void {
    const isGone = !atlas.isMapped(from);
    const why = isGone ? 'unmapped' as const : slots.of(from).leaving;
    const goals = why !== undefined ? order : atlas.wanted === undefined ? [] : [atlas.wanted];
    const isOpen = (slot: Slot): boolean => slot.phase !== 'closed' || (!isStopped && isDue(slot.retryAtMs, nowMs));
    const goal = goals.filter((id) => id !== from && atlas.isMapped(id)).map(slots.of).find((slot) => slot.leaving === undefined && slot.unwellSinceMs === undefined && isOpen(slot));
    if (goal && !canAnnounce()) {
      if (held !== goal.region) put({ do: 'hold', region: goal.region });
      held = goal.region;
      isDue(nowMs + askAgainMs, nowMs);
      // One that is up by now is kept for the moment in which peers can be told.
      if (goal.phase === 'up') needed.add(goal);
      return;
    }
    held = undefined;
    if (goal) {
      needed.add(goal);
      if (goal.phase === 'closed' && (why !== 'restarting' || isDue(calmUntilMs, nowMs))) slots.connect(goal, nowMs);
      if (goal.phase !== 'up') return;
      const isTrusted = goal.failures === 0 || why !== undefined || isDue(goal.upAtMs + trialMs, nowMs);
      if (isTrusted) announce(goal, why ?? 'chosen', nowMs);
    } else if (isGone) {
      down(from, 'unmapped', nowMs);
      findHome(order, needed, nowMs);
    }
  }

  /** Regions that were home or would be better, but were found dead, or restart: whether they are well again. One at a time. */
  function recheck(from: RegionId, order: readonly RegionId[], needed: Set<Slot>, nowMs: number): void {
    if (isStopped) return;
    const slot = order.filter((id) => id !== from).map(slots.of)
      .filter(({ region, isDead, diedAsHome, leaving }) => leaving !== undefined || (isDead && (diedAsHome || atlas.isBetter(region, from))))
      .find(({ phase, retryAtMs, recheckAtMs }) => phase === 'connecting' || (phase === 'closed' && isDue(Math.max(retryAtMs, recheckAtMs), nowMs)));
    if (!slot) return;
    needed.add(slot);
    if (slot.phase === 'closed') slots.connect(slot, nowMs);
  }

  function apply(input: MachineInput, nowMs: number): void {
    switch (input.type) {
      case 'want':
        if (atlas.update(input)) resume();
        return input.anew ? startOver(nowMs) : undefined;
      case 'connected': {
        const slot = slots.byId(input.id);
        if (slot?.phase !== 'connecting') return put({ do: 'drop', id: input.id });
        refusedBy = undefined;
        return slots.connected(slot, nowMs);
      }
      case 'failed': {
        const slot = slots.byId(input.id);
        if (slot?.phase !== 'connecting') return undefined;
        judgeFailure(slot, input.failure);
        return slots.fail(slot, input.failure, isAlone(), home !== undefined, nowMs);
      }
      case 'lost': {
        const slot = slots.byId(input.id);
        if (slot?.phase !== 'up') return undefined;
        slots.lose(slot, input.reason, home !== undefined && home !== slot.region, nowMs);
        if (slot.region !== home) return undefined;
        slot.diedAsHome = true;
        // Silence is noticed by each in its own time.
        if (input.reason === 'transport') takeTime(input.spreadMs ?? 0, nowMs);
        return down(home, input.reason, nowMs);
      }
      case 'notice': {
        const slot = slots.byId(input.id);
        if (slot?.phase !== 'up') return undefined;
        if (slot.region === home && input.notice.type === 'restarting') takeTime(input.spreadMs ?? 0, nowMs);
        return slots.heed(slot, input.notice, nowMs, input.spreadMs);
      }
      case 'demand': {
        if (!atlas.isMapped(input.region)) return undefined;
        const slot = slots.of(input.region);
        slot.usedAtMs = nowMs;
        slot.isDemanded = slot.phase !== 'up';
        // Somebody is there, and waits.
        calmUntilMs = -Infinity;
        return undefined;
      }
      case 'used': {
        const slot = slots.get(input.region);
        if (slot) slot.usedAtMs = Math.max(slot.usedAtMs, input.atMs);
        return undefined;
      }
      case 'retry':
        return startOver(nowMs);
      case 'close':
        isClosed = true;
        if (home !== undefined) down(home, 'closed', nowMs);
        for (const slot of slots.all()) slots.drop(slot, nowMs);
        return undefined;
      case 'tick':
        return undefined;
    }
  }

  const isGood = (slot: Slot | undefined): boolean => slot === undefined || (!slot.isDead && slot.leaving === undefined && slot.unwellSinceMs === undefined);

  return {
    take(input, nowMs) {
      effects = [];
      if (isClosed) return input.type === 'connected' ? [{ do: 'drop', id: input.id }] : [];
      wakeAtMs = Infinity;
      apply(input, nowMs);
      if (!isClosed) settle(nowMs);
      return effects;
    },
    get wakeAtMs() { return wakeAtMs; },
    get home() { return home; },
    slot: slots.get,
    get standby() {
      if (home === undefined) return undefined;
      const others = atlas.candidates(home).filter((id) => id !== home);
      return others.find((id) => slots.get(id)?.phase === 'up' && isGood(slots.get(id))) ?? others.find((id) => isGood(slots.get(id)));
    },
  };
}
