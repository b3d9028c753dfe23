import type { Clock } from '../clock.ts';
import { ClosedError } from '../errors.ts';
import type { PickerEvent } from '../events.ts';
import type { NodeName, RegionId } from '../model/map.ts';
import { present } from '../model/present.ts';
import type { Picker } from '../picker/picker.ts';
import type { WatchRhythm } from '../picker/watch.ts';
import { attentionOf, checkAttention, type Attention, type AttentionSetting } from './attention.ts';
import type { Connect, RelayConnection } from './connection.ts';
import type { HomeEvent } from './events.ts';
import { classify } from './failure.ts';
import { createFollower } from './follow.ts';
import type { Effect, MachineInput } from './inputs.ts';
import { openLive, type Live } from './live.ts';
import { createMachine } from './machine.ts';
import { createWaiting } from './waiting.ts';

export interface HomeOptions<C extends RelayConnection = RelayConnection> {
  /** Says which region should be home, and is told what the connections are like. Outlives the home; close it yourself. */
  readonly picker: Pick<Picker, 'home' | 'decision' | 'note' | 'subscribe' | 'watch'> & Partial<Pick<Picker, 'latest' | 'map'>>;
  readonly connect: Connect<C>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Whether peers can be told of another home now. While not, the home is not moved, unless there is none. Default: always. */
  readonly canAnnounce?: () => boolean;
  /** How closely the home's connection is watched. Default `auto`. */
  readonly attention?: AttentionSetting;
  /** For one attempt: connection, login and echo. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** A connection that is not home closes after so long unused. Default 60 s. */
  readonly idleCloseMs?: number;
  /** How the picker is watched; false: somebody else does. Default: as its strategy waits. */
  readonly watch?: Omit<WatchRhythm, 'signal'> | false;
  readonly onEvent?: (event: HomeEvent) => void;
}

/** The home as it is announced: a connection that is up, logged in, and has echoed. */
export interface HomeConnection<C> {
  readonly region: RegionId;
  readonly node: NodeName;
  /** The last echo. */
  readonly rttMs: number;
  readonly connection: C;
}

/** An open connection, home or not. */
export interface OpenConnection<C> extends HomeConnection<C> {
  readonly isHome: boolean;
}

/** A home that lives: a verified connection to the region that the picker chose, or to the best that can be had. */
export interface Home<C extends RelayConnection = RelayConnection> {
  /** Absent: there is none at the moment. */
  readonly current: HomeConnection<C> | undefined;
  /** Where it would go if the home died now: what is wanted or connected already, else the best region that does not share its fate. No connection to it is held. */
  readonly standby: RegionId | undefined;
  readonly connections: readonly OpenConnection<C>[];
  /**
   * A connection to a region, which need not be home: such as that of a peer. It is the home's own, or one that stays as long as
   * it is used. Rejects with the signal's reason, `ClosedError`, or an error when the region cannot be had.
   */
  open(region: RegionId, options?: { readonly signal?: AbortSignal }): Promise<C>;
  /** Tries again at once, also after `stopped`: such as when credentials were renewed. */
  retry(): void;
  /** Ends all connections and attempts. Resolves when nothing is left of them. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Keeps a connection to the home region, and announces it once it is proved. Makes the new one before it gives up the old.
 *
 * @throws RangeError on times that cannot be
 */
export function createHome<C extends RelayConnection>(options: HomeOptions<C>): Home<C> {
  const { picker, clock, attention = 'auto', connectTimeoutMs = 10_000, idleCloseMs = 60_000, watch = {} } = options;
  const { canAnnounce = () => true } = options;
  checkAttention(attention);
  for (const [name, ms] of Object.entries({ connectTimeoutMs, idleCloseMs })) if (!(ms > 0)) throw new RangeError(`${name}: must be above 0, is ${ms}`);
  const machine = createMachine({ random: options.random, canAnnounce: () => guarded(canAnnounce) === true, idleCloseMs });
  const lives = new Map<number, Live<C>>();
  const unfinished = new Set<Promise<void>>();
  const waiting = createWaiting<C>();
  const closing = new AbortController();
  const inbox: MachineInput[] = [];
  let isBusy = false;
  let alarm = new AbortController();

  const emit = (event: HomeEvent): void => guarded(() => options.onEvent?.(event));
  const liveOf = (region: RegionId | undefined): Live<C> | undefined => {
    const slot = region === undefined ? undefined : machine.slot(region);
    return slot?.phase === 'up' ? lives.get(slot.id) : undefined;
  };

  /** Inputs one after the other: what an effect calls back, or a listener asks, comes behind what is under way. */
  function take(input: MachineInput): void {
    inbox.push(input);
    if (isBusy) return;
    isBusy = true;
    for (let next = inbox.shift(); next; next = inbox.shift()) {
      for (const [, { region, connection }] of lives) {
        if (connection?.usedAtMs !== undefined) machine.take({ type: 'used', region, atMs: connection.usedAtMs }, clock.now()).forEach(perform);
      }
      machine.take(next, clock.now()).forEach(perform);
    }
    isBusy = false;
    waiting.settle((region) => liveOf(region)?.connection, (region) => machine.slot(region)?.isDemanded === true);
    void rest();
  }

  async function rest(): Promise<void> {
    alarm.abort();
    if (closing.signal.aborted || machine.wakeAtMs === Infinity) return;
    const { signal } = (alarm = new AbortController());
    await clock.sleep(machine.wakeAtMs - clock.now(), signal);
    if (!signal.aborted) take({ type: 'tick' });
  }

  function perform(effect: Effect): void {
    const at = clock.wall();
    switch (effect.do) {
      case 'connect':
        return void lives.set(effect.id, start(effect));
      case 'drop': {
        const live = lives.get(effect.id);
        if (!live) return;
        lives.delete(effect.id);
        if (live.connection) emit({ type: 'connection', at, region: live.region, node: live.node, state: 'closed', message: 'no longer needed' });
        return live.end();
      }
      case 'prefer':
        return guarded(() => lives.get(effect.id)?.connection?.setPreferred?.(effect.preferred));
      case 'note':
        return picker.note({ region: effect.region, type: effect.type, at });
      case 'announce': {
        const { do: _, id, ...announced } = effect;
        return emit({ type: 'home', at, ...announced, ...(id !== undefined && present({ rttMs: lives.get(id)?.rttMs })) });
      }
      case 'hold':
        return emit({ type: 'held', at, region: effect.region });
      case 'stop':
        return emit({ type: 'stopped', at, region: effect.region, message: effect.message });
    }
  }

  const watchedAs = (isHome: boolean, { region, connection }: Live<C>): Attention =>
    attentionOf(attention, isHome, clock.now() - (connection?.usedAtMs ?? machine.slot(region)?.usedAtMs ?? -Infinity));

  function start(effect: Extract<Effect, { do: 'connect' }>): Live<C> {
    const { id } = effect;
    const region = effect.region.id;
    const tell = (state: 'connecting' | 'serves' | 'carries' | 'failed' | 'closed', more: { readonly rttMs?: number; readonly message?: string } = {}): void =>
      emit({ type: 'connection', at: clock.wall(), region, node: effect.node.name, state, ...more });
    tell('connecting');
    const watched = (): Attention => watchedAs(machine.homeId === id, live);
    const live: Live<C> = openLive<C>(effect, {
      clock, connectTimeoutMs,
      connect: options.connect,
      attention: watched,
      onServes: () => tell('serves'),
      onCarries(rttMs) {
        tell('carries', { rttMs });
        take({ type: 'connected', id });
      },
      onFailed(error) {
        lives.delete(id);
        const failure = classify(error);
        tell('failed', { message: failure.message });
        take({ type: 'failed', id, failure });
      },
      onLost(reason, message) {
        lives.delete(id);
        tell('closed', { message });
        take({ type: 'lost', id, reason, spreadMs: watched().spreadMs });
      },
      onNotice: (notice) => take({ type: 'notice', id, notice, spreadMs: watched().spreadMs }),
      onPong(rttMs) {
        picker.note({ region, type: 'heard', at: clock.wall() });
        if (machine.homeId === id) emit({ type: 'pong', at: clock.wall(), region, rttMs });
      },
    });
    const done = live.done.finally(() => unfinished.delete(done));
    unfinished.add(done);
    return live;
  }

  async function watchPicker(rhythm: Omit<WatchRhythm, 'signal'>): Promise<void> {
    try {
      for await (const _ of picker.watch({ ...rhythm, signal: closing.signal }));
    } catch {
      // Its owner closed it: the home stays where it is.
    }
  }

  const follow = createFollower({ picker, hasHome: () => machine.home !== undefined, isUnwell: (region) => {
    const slot = machine.slot(region);
    return slot !== undefined && (slot.isDead || slot.leaving !== undefined);
  } });
  const heed = (event: PickerEvent): void => {
    const input = follow(event);
    const live = lives.get(machine.homeId ?? -1);
    if (input) take({ ...input, spreadMs: live && watchedAs(true, live).spreadMs });
  };
  const unsubscribe = picker.subscribe(heed);
  // It may be long until the next report. In a turn of its own: the caller has no home yet.
  void Promise.resolve(picker.latest).then((event) => {
    if (event && event.context.map === (picker.map ?? event.context.map) && !closing.signal.aborted) heed(event);
  });
  if (watch !== false) void watchPicker(watch);

  const describe = (id: number | undefined): HomeConnection<C> | undefined => {
    const live = id !== undefined && machine.byId(id)?.phase === 'up' ? lives.get(id) : undefined;
    return live?.connection && { region: live.region, node: live.node, rttMs: live.rttMs ?? 0, connection: live.connection };
  };
  const home: Home<C> = {
    get current() { return describe(machine.homeId); },
    get standby() { return machine.standby; },
    get connections() {
      return [...lives.keys()].flatMap((id) => {
        const open = describe(id);
        return open ? [{ ...open, isHome: id === machine.homeId }] : [];
      });
    },
    open(region, { signal } = {}) {
      if (closing.signal.aborted) return Promise.reject(new ClosedError('the home'));
      const opened = waiting.add(region, signal);
      take({ type: 'demand', region });
      return opened;
    },
    retry: () => take({ type: 'retry' }),
    async close() {
      if (!closing.signal.aborted) {
        closing.abort(new ClosedError('the home'));
        unsubscribe();
        take({ type: 'close' });
        alarm.abort();
        waiting.end(new ClosedError('the home'));
      }
      await Promise.all(unfinished);
    },
    [Symbol.asyncDispose]: () => home.close(),
  };
  return home;
}

/** A mistake of what was handed in must not end a home. */
function guarded<T>(call: () => T): T | undefined {
  try {
    const result = call();
    // An `async` one makes its mistakes later.
    if (result instanceof Promise) result.catch(() => {});
    return result;
  } catch {
    return undefined;
  }
}
