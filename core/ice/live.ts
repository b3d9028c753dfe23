import type { Clock } from '../clock.ts';
import { ClosedError } from '../errors.ts';
import type { Listener } from '../events.ts';
import type { Region } from '../model/map.ts';
import { changeBetween, compose } from './compose.ts';
import type { GetCredentials } from './credentials.ts';
import type { IceServers, IceServersEvent } from './events.ts';
import { createKeeper } from './keeper.ts';
import { listing } from './listing.ts';
import { createRanking, type Standing } from './ranking.ts';

export interface LiveOptions {
  readonly clock: Clock;
  /** Asked for the regions that are listed; goes before credentials in the map. A region that it rejects for is left out, and asked again. */
  readonly credentials?: GetCredentials;
  /** How many regions follow the nearest, in case that fails. Default 1; browsers slow down above four servers or so. */
  readonly fallbacks?: number;
  /** How long before their end credentials are renewed, ms; with short-lived ones when half of their life is over. Default five minutes: time to set up a call with them. */
  readonly marginMs?: number;
  /** Closes it. */
  readonly signal?: AbortSignal;
  readonly onEvent?: Listener<IceServersEvent>;
}

/** ICE servers that stay good: renewed before credentials end, in another order when the home moves. */
export interface LiveIceServers {
  /** What a new connection should get. Undefined until `ready`. */
  readonly current: IceServers | undefined;
  /**
   * The first servers. Rejects where no region has TURN or STUN, or credentials are to be had for none, with the first one's
   * reason: it goes on trying all the same. Rejects with `ClosedError` when it is closed, and with the signal's reason.
   */
  readonly ready: Promise<IceServers>;
  /** Calls back with every event from now on, after `onEvent`; returns how to stop. */
  subscribe(listener: Listener<IceServersEvent>): () => void;
  /** Renews nothing any more; requests under way are aborted. `current` stays what it is. */
  close(): void;
  [Symbol.dispose](): void;
}

/** A live list, and what tells it where the client is. */
export interface Fed {
  readonly live: LiveIceServers;
  /** Ends with `live`. */
  readonly ended: AbortSignal;
  stand(standing: Standing): void;
  /** Nothing more will come of it, if nothing has come yet. */
  fail(error: unknown): void;
}

export function openLive({ clock, credentials, fallbacks = 1, marginMs = 300_000, signal, onEvent }: LiveOptions): Fed {
  const ranking = createRanking(fallbacks + 1);
  const listeners = new Set(onEvent && [onEvent]);
  const closing = new AbortController();
  let alarm = new AbortController();
  let standing: Standing | undefined;
  let wanted: readonly Region[] = [];
  let listed: readonly Region[] = [];
  let current: IceServers | undefined;
  let isTurning = false;
  let isStirred = false;
  let settle: { resolve(servers: IceServers): void; reject(reason: unknown): void } | undefined;
  const ready = new Promise<IceServers>((resolve, reject) => { settle = { resolve, reject }; });
  // Nobody need look at it.
  ready.catch(() => {});

  const emit = (event: IceServersEvent): void => {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch {
        // A listener's mistake must not end what renews the credentials.
      }
    }
  };
  const keeper = createKeeper({
    clock, get: credentials, marginMs,
    onDone: turn,
    onFailed: (region, error, retryMs) => emit({ type: 'failed', at: clock.wall(), region, error, retryMs }),
  });

  /** What is due is asked for, what is new is told. Called whenever anything happened; sleeps until something must. */
  function turn(): void {
    isStirred = true;
    if (isTurning) return;
    isTurning = true;
    let restMs = Infinity;
    while (isStirred && !closing.signal.aborted) {
      isStirred = false;
      restMs = Math.min(keeper.work(), publish());
    }
    isTurning = false;
    void rest(restMs);
  }

  async function rest(ms: number): Promise<void> {
    alarm.abort();
    if (ms === Infinity || closing.signal.aborted) return;
    const { signal } = (alarm = new AbortController());
    await clock.sleep(ms, signal);
    if (!signal.aborted) turn();
  }

  /** Ms until it must be tried again, though nothing happens. */
  function publish(): number {
    const [nearest] = wanted;
    if (!standing) return Infinity;
    if (!nearest) {
      settle?.reject(new TypeError('no region with TURN or STUN may be a home'));
      // Servers that have left the map are not to be used.
      return current ? tell([], current.region, standing) : Infinity;
    }
    const regions = listing({ wanted, listed, keeper, isFirst: current === undefined });
    if (typeof regions === 'number') return regions;
    if (regions.length === 0 && !current) {
      settle?.reject(wanted.map(keeper.failureOf).find((failure) => failure !== undefined));
      return Infinity;
    }
    return tell(regions, nearest, standing);
  }

  function tell(regions: readonly Region[], nearest: Region, { decision, preferences }: Pick<Standing, 'decision' | 'preferences'>): number {
    const before = current;
    current = compose(regions, nearest, keeper, decision, preferences);
    listed = regions;
    const change = changeBetween(before, current);
    if (!change) return Infinity;
    settle?.resolve(current);
    emit({ type: 'servers', at: clock.wall(), change, ...current });
    return Infinity;
  }

  function end(reason: unknown): void {
    if (closing.signal.aborted) return;
    closing.abort(reason);
    alarm.abort();
    keeper.close();
    settle?.reject(reason);
    signal?.removeEventListener('abort', onAbort);
  }
  const onAbort = (): void => end(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();

  const close = (): void => end(new ClosedError('the list of ICE servers'));
  return {
    live: {
      get current() { return current; },
      ready,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close,
      [Symbol.dispose]: close,
    },
    ended: closing.signal,
    stand(next) {
      standing = next;
      wanted = ranking.rank(next);
      listed = listed.flatMap(({ id }) => ranking.regions.find((region) => region.id === id) ?? []);
      keeper.want(wanted, ranking.regions);
      turn();
    },
    fail: (error) => settle?.reject(error),
  };
}
