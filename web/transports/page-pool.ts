import type { Clock } from '../../core/clock.ts';
import { watchEventLoop } from './event-loop.ts';
import { createGatherer } from './gatherer.ts';
import { createIcePool, type IcePool } from './ice-pool.ts';
import type { PeerConnectionConstructor } from './peer-connection.ts';
import { createStartTimes } from './start-time.ts';

/** So long after its last user left, the connections are kept for the next one. */
export const lingerMs = 30_000;

interface PagePool {
  readonly pool: IcePool;
  users: number;
  /** Ends the lingering. */
  wanted: AbortController;
}

const pools = new WeakMap<PeerConnectionConstructor, PagePool>();

/**
 * The page's one pool, and how to let go of it. Transports come and go with each call that a page makes, but connections
 * must not: Chromium counts closed ones until they are collected, and refuses the 501st, were it the page's own call.
 */
export function usePagePool(RTCPeerConnection: PeerConnectionConstructor, clock: Pick<Clock, 'now' | 'sleep'>): { readonly pool: IcePool; release(): void } {
  const shared = pools.get(RTCPeerConnection) ?? open(RTCPeerConnection, clock);
  shared.users++;
  shared.wanted.abort();
  return {
    pool: shared.pool,
    release(): void {
      if (--shared.users > 0) return;
      shared.wanted = new AbortController();
      const { signal } = shared.wanted;
      void clock.sleep(lingerMs, signal).then(() => { if (!signal.aborted) shared.pool.rest(); });
    },
  };
}

function open(RTCPeerConnection: PeerConnectionConstructor, clock: Pick<Clock, 'now' | 'sleep'>): PagePool {
  const startOf = createStartTimes();
  const watch = watchEventLoop(clock.now);
  const pool = createIcePool(() => createGatherer(RTCPeerConnection, { now: clock.now, startOf, watch }), clock, watch);
  const shared = { pool, users: 0, wanted: new AbortController() };
  pools.set(RTCPeerConnection, shared);
  // Chromium keeps no page with an open connection for the way back (bfcache, reason `mediastream`).
  (globalThis as unknown as Partial<Pick<EventTarget, 'addEventListener'>>).addEventListener?.('pagehide', () => pool.rest());
  return shared;
}
