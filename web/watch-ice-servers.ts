import type { PickerEvent } from '../core/events.ts';
import { isEnough } from '../core/ice/ice-servers.ts';
import { openLive, type LiveIceServers, type LiveOptions } from '../core/ice/live.ts';
import { withIce } from '../core/ice/servers.ts';
import { systemClock } from '../universal/clock.ts';
import { mapOf, type IceSource } from './ice-servers.ts';
import { prepare, type NearestOptions } from './nearest.ts';
import { localStore } from './store.ts';
import { unlessAborted } from './unless-aborted.ts';
import { watchLoaded } from './watch.ts';

export type WatchIceServersOptions = Omit<NearestOptions, 'map' | 'until' | 'onEvent'> & IceSource & Omit<LiveOptions, 'clock'> & {
  /** What the measuring does, where this tab is the one that measures. `onEvent` tells of the servers. */
  readonly onPickerEvent?: NearestOptions['onEvent'];
};

/**
 * `nearestIceServers` that lives: keeps measuring as `watchNearest` does, renews credentials before they end, and changes the
 * order at once when the home moves. Resolves with the first servers there, in `current`; `subscribe` tells of others.
 *
 * Goes on until it is closed, or the signal aborts. Rejects, and has ended, when the signal aborts before, where the map
 * cannot be had, where no region has TURN or STUN, and where credentials are to be had for none, with the first one's reason.
 */
export async function watchIceServers({ credentials, fallbacks = 1, marginMs, onEvent, onPickerEvent, signal, ...options }: WatchIceServersOptions): Promise<LiveIceServers> {
  const { store = localStore('nearest-relay ice'), iceServers } = options;
  const { live, ended, stand, fail } = openLive({
    clock: systemClock(), fallbacks,
    ...(credentials && { credentials }), ...(marginMs !== undefined && { marginMs }), ...(onEvent && { onEvent }), ...(signal && { signal }),
  });
  try {
    const listed = options.map === undefined && iceServers ? await unlessAborted(mapOf(iceServers), ended) : undefined;
    const { loaded, end, ...rest } = await prepare({ ...options, signal: ended, ...(onPickerEvent && { onEvent: onPickerEvent }), ...(listed && { map: listed }) });
    ended.addEventListener('abort', end, { once: true });
    const map = withIce(loaded.map);
    const follow = (event: PickerEvent): void => {
      onPickerEvent?.(event);
      if (event.type === 'provisional' && live.current === undefined && isEnough(event, fallbacks)) stand({ map, preferences: options.preferences, home: event.decision.home, report: event.report, decision: event.decision });
    };
    const watch = async (): Promise<void> => {
      for await (const { report, decision, at } of watchLoaded({ ...loaded, map }, { ...options, ...rest, store, onEvent: follow, signal: ended })) stand({ map, preferences: options.preferences, home: at, report, decision });
    };
    if (map.regions.length === 0) throw new TypeError('no region has TURN or STUN');
    void watch().catch(fail);
    await live.ready;
    return live;
  } catch (error) {
    live.close();
    throw error;
  }
}
