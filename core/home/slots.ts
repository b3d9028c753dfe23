import type { RegionId, RelayNode } from '../model/map.ts';
import { isSameRelay } from '../model/same-relay.ts';
import type { Atlas } from './atlas.ts';
import { capAloneMs, capMs, nextBackOffMs } from './back-off.ts';
import type { RelayNotice } from './connection.ts';
import type { Failure } from './failure.ts';
import type { Effect } from './inputs.ts';
import { unknownSlot, type Slot } from './slot.ts';

/** A connection that lived so long clears the region of its failures, ms. */
export const stableMs = 30_000;
/** What a relay says of its health counts once it has stood so long, ms: that of a client that has just reconnected passes. */
export const unwellMs = 2_000;
/** No relay may keep its clients away, or coming, for longer, ms. */
export const mostRestartMs = 600_000;
/** One that says it ends now is believed for so long, ms. */
export const leastRestartMs = 5_000;
/** Those who have another home look within so long whether a relay that restarted is back, ms. */
const recheckSpreadMs = 10_000;

export interface SlotBook {
  of(region: RegionId): Slot;
  get(region: RegionId): Slot | undefined;
  all(): Slot[];
  /** The attempt or connection of that id, unless it is over. */
  byId(id: number): Slot | undefined;
  connect(slot: Slot, nowMs: number): void;
  /** Ends the attempt or the connection, if there is one. */
  drop(slot: Slot, nowMs: number): void;
  /** An attempt has succeeded. */
  connected(slot: Slot, nowMs: number): void;
  /** An attempt has failed: the next node, the same again, or a wait. `isAlone`: there is no other region. */
  fail(slot: Slot, failure: Failure, isAlone: boolean, hasHome: boolean, nowMs: number): void;
  /** A connection is over, not by us. */
  lose(slot: Slot, reason: 'transport' | 'silent', hasHome: boolean, nowMs: number): void;
  /** @param spreadMs after a restart it is come back to within so long of the time that it said */
  heed(slot: Slot, notice: RelayNotice, nowMs: number, spreadMs?: number): void;
  /** What relays have said of themselves, as time passes: a problem that stands, a restart that does not come. */
  review(nowMs: number, isDue: (atMs: number, nowMs: number) => boolean): void;
  /** Waits mean nothing any more; those that restarting relays asked for only where `wholly`. */
  forgive(nowMs: number, wholly: boolean): void;
  /** The map is another one, or what the owner wants of it: what is connected to a relay that is no longer in it makes room for its region's new ones. */
  reconcile(nowMs: number): void;
  /** Makes room for a connection to another node of its region. */
  leave(slot: Slot): void;
  /** The owner drains its node, while the region has others. */
  isDrained(slot: Slot): boolean;
  forget(slot: Slot): void;
}

const sameIn = ({ node }: Slot, nodes: readonly RelayNode[]): RelayNode | undefined => node && nodes.find((each) => isSameRelay(each, node));

/** @param random in [0, 1) */
export function createSlots(atlas: Atlas, random: () => number, put: (effect: Effect) => void): SlotBook {
  const slots = new Map<RegionId, Slot>();
  const orphans = new Set<Slot>();
  let lastId = 0;

  function postpone(slot: Slot, hasHome: boolean, nowMs: number, atLeastMs = 0): void {
    // A relay that restarts said for how long it wants to be tried: that is for those who need it, not for all it ever had.
    const lastMs = !hasHome && nowMs < slot.tryUntilMs ? 0 : slot.backOffMs;
    slot.backOffMs = nextBackOffMs(lastMs, random(), hasHome ? capMs : capAloneMs);
    // Beyond the time that a relay said, which it says to many at once.
    slot.retryAtMs = nowMs + atLeastMs + slot.backOffMs;
  }

  function die(slot: Slot): void {
    if (!slot.isDead) put({ do: 'note', region: slot.region, type: 'dead' });
    slot.isDead = true;
    slot.isDemanded = false;
  }

  function shut(slot: Slot, nowMs: number): void {
    if (slot.phase === 'up' && slot.leaving !== 'unhealthy' && nowMs - slot.upAtMs >= stableMs) slot.failures = slot.backOffMs = 0;
    slot.phase = 'closed';
    slot.unwellSinceMs = slot.node = undefined;
    orphans.delete(slot);
  }

  const book: SlotBook = {
    of(region) {
      const slot = slots.get(region) ?? unknownSlot(region);
      slots.set(region, slot);
      return slot;
    },
    get: (region) => slots.get(region),
    all: () => [...slots.values(), ...orphans],
    byId: (id) => book.all().find((slot) => slot.phase !== 'closed' && slot.id === id),
    connect(slot, nowMs) {
      const region = atlas.region(slot.region);
      const node = slot.node ?? atlas.nodes(slot.region)[0];
      if (!region || !node) return shut(slot, nowMs);
      slot.node = node;
      slot.phase = 'connecting';
      slot.id = ++lastId;
      slot.startedAtMs = nowMs;
      put({ do: 'connect', id: slot.id, region, node });
    },
    drop(slot, nowMs) {
      if (slot.phase !== 'closed') put({ do: 'drop', id: slot.id });
      shut(slot, nowMs);
    },
    connected(slot, nowMs) {
      slot.phase = 'up';
      slot.upAtMs = nowMs;
      slot.isDemanded = slot.isDead = slot.diedAsHome = slot.wasAskedAgain = false;
      slot.leaving = undefined;
      slot.tryUntilMs = -Infinity;
      put({ do: 'note', region: slot.region, type: 'up' });
    },
    fail(slot, failure, isAlone, hasHome, nowMs) {
      const isNext = failure.class === 'next';
      const nodes = atlas.nodes(slot.region);
      const next = nodes[nodes.findIndex((node) => node === slot.node) + 1];
      if (isNext && next) {
        slot.node = next;
        return book.connect(slot, nowMs);
      }
      shut(slot, nowMs);
      if (isNext && isAlone && nodes.length === 1 && slot.failures === 0 && !slot.wasAskedAgain) {
        slot.wasAskedAgain = true;
        return book.connect(slot, nowMs);
      }
      slot.failures++;
      postpone(slot, hasHome, nowMs, failure.retryAfterMs);
      return die(slot);
    },
    lose(slot, reason, hasHome, nowMs) {
      shut(slot, nowMs);
      if (slot.isOrphan) return;
      const isYoung = nowMs - slot.upAtMs < stableMs;
      const isRestarting = slot.leaving === 'restarting';
      if (isYoung || !isRestarting) slot.failures++;
      if (isRestarting) {
        // It also said when to come back. But who says so to whoever comes is no better than one that takes clients only to kill them.
        if (isYoung && slot.failures > 1) postpone(slot, hasHome, nowMs, Math.max(0, slot.retryAtMs - nowMs));
      // A connection that was cut may be had again at once. A relay that fell silent, or kills its clients, waits.
      } else if (reason === 'transport' && slot.failures === 1 && !isYoung) slot.retryAtMs = nowMs;
      else postpone(slot, hasHome, nowMs);
      die(slot);
    },
    heed(slot, notice, nowMs, spreadMs = 0) {
      if (notice.type === 'health') {
        slot.unwellSinceMs = notice.problem === '' ? undefined : slot.unwellSinceMs ?? nowMs;
        if (slot.leaving !== 'unhealthy' || slot.unwellSinceMs !== undefined) return;
        slot.leaving = undefined;
        return put({ do: 'note', region: slot.region, type: 'up' });
      }
      // Nor is what is no number one.
      const bounded = (ms: number): number => (ms > 0 ? Math.min(ms, mostRestartMs) : 0);
      slot.leaving = 'restarting';
      if (nowMs - slot.upAtMs >= stableMs) slot.backOffMs = 0;
      const dueMs = nowMs + bounded(notice.reconnectInMs);
      slot.retryAtMs = dueMs + random() * spreadMs;
      slot.recheckAtMs = slot.retryAtMs + random() * recheckSpreadMs;
      slot.tryUntilMs = dueMs + bounded(notice.tryForMs);
      slot.believedUntilMs = Math.max(slot.tryUntilMs, nowMs + leastRestartMs);
      return put({ do: 'note', region: slot.region, type: 'draining' });
    },
    review(nowMs, isDue) {
      for (const slot of slots.values()) {
        // It said that it would restart, and did not.
        if (slot.leaving !== 'restarting' || slot.phase !== 'up' || !isDue(slot.believedUntilMs, nowMs)) continue;
        slot.leaving = undefined;
        put({ do: 'note', region: slot.region, type: 'up' });
      }
      const unwell = [...slots.values()].filter(({ unwellSinceMs, leaving }) => unwellSinceMs !== undefined || leaving === 'unhealthy');
      const [slot] = unwell;
      // Where a second says that something is wrong it is this client, and no third would do better.
      if (unwell.length !== 1 || slot?.unwellSinceMs === undefined || slot.leaving !== undefined || !isDue(slot.unwellSinceMs + unwellMs, nowMs)) return;
      slot.leaving = 'unhealthy';
      slot.failures++;
      postpone(slot, true, nowMs);
      put({ do: 'note', region: slot.region, type: 'draining' });
    },
    forgive(nowMs, wholly) {
      for (const slot of slots.values()) {
        slot.backOffMs = 0;
        if (wholly || slot.leaving === undefined) slot.retryAtMs = Math.min(slot.retryAtMs, nowMs);
      }
    },
    reconcile(nowMs) {
      for (const slot of slots.values()) {
        const { region, phase } = slot;
        // What is up on a drained node stays until it is home, or unused.
        const same = sameIn(slot, phase === 'up' ? atlas.relays(region) : atlas.nodes(region));
        if (!atlas.isMapped(region)) continue;
        if (same) slot.node = same;
        if (phase === 'closed' ? !atlas.replaced.includes(region) : same) continue;
        if (phase === 'up') book.leave(slot);
        else {
          slots.delete(region);
          book.drop(slot, nowMs);
        }
      }
      for (const slot of orphans) {
        const other = slots.get(slot.region);
        const same = sameIn(slot, atlas.nodes(slot.region));
        // The map has it again, or the owner wants it again.
        if (!same || other?.phase === 'up') continue;
        if (other) book.drop(other, nowMs);
        orphans.delete(slot);
        slots.set(slot.region, Object.assign(slot, { node: same, isOrphan: false }));
      }
    },
    leave(slot) {
      slots.delete(slot.region);
      slot.isOrphan = true;
      orphans.add(slot);
    },
    isDrained: (slot) => sameIn(slot, atlas.relays(slot.region)) !== undefined && (slot.isOrphan || sameIn(slot, atlas.nodes(slot.region)) === undefined),
    forget: (slot) => void slots.delete(slot.region),
  };
  return book;
}
