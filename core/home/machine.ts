import type { RegionId } from '../model/map.ts';
import { createAlarm } from './alarm.ts';
import { createAnnounced } from './announced.ts';
import { createAtlas } from './atlas.ts';
import { createCalm } from './calm.ts';
import type { Effect, MachineInput } from './inputs.ts';
import { moveHome } from './move.ts';
import { createRefusals } from './refusals.ts';
import { seekHome } from './seek.ts';
import type { Slot } from './slot.ts';
import { createSlots } from './slots.ts';
import type { Look, Standing } from './standing.ts';
import { closeIdle, recheck, release, serveDemand } from './upkeep.ts';

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
  /** Of its connection. */
  readonly homeId: number | undefined;
  /** The attempt or connection of that id, unless it is over. */
  byId(id: number): Readonly<Slot> | undefined;
  slot(region: RegionId): Readonly<Slot> | undefined;
  /** Where it would go if the home died now. */
  readonly standby: RegionId | undefined;
}

export function createMachine({ random, canAnnounce, idleCloseMs }: MachineSettings): Machine {
  let effects: Effect[] = [];
  const put = (effect: Effect): void => void effects.push(effect);
  const atlas = createAtlas();
  const alarm = createAlarm();
  const slots = createSlots(atlas, random, put);
  const calm = createCalm(alarm, random);
  const refusals = createRefusals(put);
  const announced = createAnnounced({ slots, calm, canAnnounce, put });
  const standing: Standing = { atlas, slots, alarm, calm, refusals, announced };
  let isClosed = false;

  /** Brings attempts, home and connections in line with what is known. It asks of everything whether it should be, so that no order of inputs matters. */
  function settle(nowMs: number): void {
    slots.review(nowMs, alarm.isDue);
    const look: Look = { nowMs, order: atlas.candidates(announced.last), needed: new Set() };
    if (!announced.slot) seekHome(standing, look);
    if (announced.slot) moveHome(standing, announced.slot, look);
    closeIdle(standing, look, idleCloseMs);
    // Behind those that were closed: whether a relay is well again is asked by a new connection.
    if (announced.slot) recheck(standing, announced.slot, look);
    serveDemand(standing, look);
    release(standing, look);
  }

  /** As if nothing had failed: somebody said so, or it is another network, whose portal or proxy refused us as well as any relay. */
  function startOver(wholly: boolean, nowMs: number): void {
    refusals.resume();
    calm.end();
    slots.forgive(nowMs, wholly);
  }

  const isAlone = (): boolean => atlas.candidates(announced.last).length <= 1;

  function apply(input: MachineInput, nowMs: number): void {
    switch (input.type) {
      case 'want':
        if (atlas.update(input)) {
          refusals.resume();
          slots.reconcile(nowMs);
        }
        return input.anew ? startOver(false, nowMs) : undefined;
      case 'connected': {
        const slot = slots.byId(input.id);
        if (slot?.phase !== 'connecting') return put({ do: 'drop', id: input.id });
        refusals.served();
        return slots.connected(slot, nowMs);
      }
      case 'failed': {
        const slot = slots.byId(input.id);
        if (slot?.phase !== 'connecting') return undefined;
        const hasHome = announced.home !== undefined;
        refusals.failed(slot.region, input.failure, isAlone(), hasHome);
        return slots.fail(slot, input.failure, isAlone(), hasHome, nowMs);
      }
      case 'lost': {
        const slot = slots.byId(input.id);
        if (slot?.phase !== 'up') return undefined;
        const { slot: home } = announced;
        slots.lose(slot, input.reason, home !== undefined && home !== slot, nowMs);
        if (slot !== home) return undefined;
        slot.diedAsHome = true;
        // Silence is noticed by each in its own time.
        if (input.reason === 'transport') calm.take(input.spreadMs ?? 0, nowMs);
        return announced.down(home.region, input.reason, nowMs);
      }
      case 'notice': {
        const slot = slots.byId(input.id);
        if (slot?.phase !== 'up' || slot.isOrphan) return undefined;
        if (slot === announced.slot && input.notice.type === 'restarting') calm.take(input.spreadMs ?? 0, nowMs);
        return slots.heed(slot, input.notice, nowMs, input.spreadMs);
      }
      case 'demand': {
        if (!atlas.isMapped(input.region)) return undefined;
        const slot = slots.of(input.region);
        slot.usedAtMs = nowMs;
        slot.isDemanded = slot.phase !== 'up';
        // Somebody is there, and waits.
        return calm.end();
      }
      case 'used': {
        const slot = slots.get(input.region);
        if (slot) slot.usedAtMs = Math.max(slot.usedAtMs, input.atMs);
        return undefined;
      }
      case 'retry':
        return startOver(true, nowMs);
      case 'close':
        isClosed = true;
        if (announced.home !== undefined) announced.down(announced.home, 'closed', nowMs);
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
      alarm.clear();
      apply(input, nowMs);
      if (!isClosed) settle(nowMs);
      return effects;
    },
    get wakeAtMs() { return alarm.atMs; },
    get home() { return announced.home; },
    get homeId() { return announced.slot?.id; },
    byId: slots.byId,
    slot: slots.get,
    get standby() {
      const { home } = announced;
      if (home === undefined) return undefined;
      const others = atlas.candidates(home).filter((id) => id !== home);
      return others.find((id) => slots.get(id)?.phase === 'up' && isGood(slots.get(id))) ?? others.find((id) => isGood(slots.get(id)));
    },
  };
}
