import type { RegionId, RelayNode } from '../model/map.ts';

/** What is known of one region. At most one connection, or one attempt, a region. */
export interface Slot {
  readonly region: RegionId;
  phase: 'closed' | 'connecting' | 'up';
  /** Of the attempt, and of the connection that came of it. */
  id: number;
  /** Which of its nodes; undefined: the first is next. */
  node: RelayNode | undefined;
  /** Its relay has left the map, or is drained, while the region has others now: they have a slot of their own. */
  isOrphan: boolean;
  startedAtMs: number;
  upAtMs: number;
  usedAtMs: number;
  /** Attempts that failed, and connections that died young, since one lived. */
  failures: number;
  backOffMs: number;
  /** Not before then. */
  retryAtMs: number;
  /** Nor before then, where there is another home: nobody waits for it. */
  recheckAtMs: number;
  /** The picker was told that it is dead. */
  isDead: boolean;
  /** It was home when it died: it is asked again whatever its figures were. */
  diedAsHome: boolean;
  /** Since when the relay has said that something is wrong with the connection. */
  unwellSinceMs: number | undefined;
  /** Why its relay should be left, although it may live. */
  leaving: 'restarting' | 'unhealthy' | undefined;
  /** Until then a relay that restarts is tried without growing patience by those who have no other. */
  tryUntilMs: number;
  /** Until then it counts as one that restarts, although it still stands. */
  believedUntilMs: number;
  /** Somebody waits for a connection to it, home or not. */
  isDemanded: boolean;
  /** A lone host was asked once more: once an outage, or every client would knock twice each time. */
  wasAskedAgain: boolean;
}

/** Of a region that nobody has asked for yet. */
export const unknownSlot = (region: RegionId): Slot => ({
  region, phase: 'closed', id: 0, node: undefined, isOrphan: false, startedAtMs: -Infinity, upAtMs: -Infinity, usedAtMs: -Infinity, failures: 0, backOffMs: 0, retryAtMs: -Infinity,
  recheckAtMs: -Infinity, isDead: false, diedAsHome: false, unwellSinceMs: undefined, leaving: undefined, tryUntilMs: -Infinity, believedUntilMs: -Infinity, isDemanded: false, wasAskedAgain: false,
});
