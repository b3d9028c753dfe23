import type { Clock } from '../clock.ts';
import { ClosedError } from '../errors.ts';
import type { Listener, PickerEvent } from '../events.ts';
import type { Preferences, Prior } from '../model/context.ts';
import type { Decision } from '../model/decision.ts';
import { isLocal, type RegionId, type RelayMap } from '../model/map.ts';
import { present } from '../model/present.ts';
import type { Report } from '../model/report.ts';
import { replacedRegions } from '../model/same-relay.ts';
import type { Strategy } from '../model/strategy.ts';
import type { NetworkCheck } from '../probe/check.ts';
import type { Network } from '../probe/network.ts';
import type { Pace } from '../probe/pace.ts';
import type { Transport } from '../probe/transport.ts';
import type { Budget } from './budget.ts';
import { startChecks } from './checks.ts';
import { createConnections, type ConnectionNote } from './connections.ts';
import { createSeries, type Ask, type Picked, type SeriesOptions } from './series.ts';
import { createShared } from './shared.ts';
import type { Store } from './store.ts';
import { watch, type WatchRhythm } from './watch.ts';

/** Where a client that must connect somewhere should connect, and how good that is. */
export interface Snapshot {
  /** As `Picker.home`. */
  readonly home?: RegionId;
  /** The decision, or what stands in for one: `waiting` without a map, `unreachable` on a fallback. */
  readonly state: Decision['state'];
  readonly reason: Decision['reason'];
  readonly decision: Decision;
  readonly report?: Report;
  /** Age of the newest report. */
  readonly ageMs?: number;
}

type ReportEvent = Extract<PickerEvent, { readonly type: 'report' }>;

export interface PickerOptions<S = unknown> {
  readonly map: RelayMap;
  /** Where the map came from, for the report. */
  readonly mapSource?: string;
  readonly transports: readonly Transport[];
  readonly strategy: Strategy<S>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly network?: Network;
  readonly checks?: readonly NetworkCheck[];
  readonly store?: Store;
  readonly preferences?: Preferences;
  /** A guess from elsewhere, such as an edge's: what to measure first where nothing is known. One that is on its way delays nothing; one that rejects is none. */
  readonly prior?: Prior | Promise<Prior | undefined>;
  /** What probes may cost in any hour that this picker lives; none by default. Network checks are not counted. */
  readonly budget?: Budget;
  readonly pace?: Pace;
  /** Stable for this client. Default: drawn once and kept in the store. */
  readonly clientKey?: string;
  readonly onEvent?: Listener<PickerEvent>;
}

/** The loop that ties them: asks the strategy, runs, reports, publishes. */
export interface Picker {
  /**
   * Makes one report. Called during another it joins that one. Rejects with the signal's reason when that aborts (a joined
   * report goes on for the others) and with `ClosedError` after `close`; a network where nothing answers is no error.
   */
  report(options?: { readonly signal?: AbortSignal; readonly full?: boolean }): Promise<Picked>;
  /** Reports for ever: when the strategy says so, at once when the network changes; waits while offline. Ends when the signal aborts. */
  watch(options?: WatchRhythm): AsyncIterable<Picked>;
  /** Where to connect: the decision's home; without one the last home, else a fallback that is stable for this client. */
  readonly home: RegionId | undefined;
  readonly decision: Decision;
  /** The one that it was made with, or the newest of `update`. */
  readonly map: RelayMap;
  /** The newest, with the regions that are noted `draining` in `drain`, and those that are noted `dead` in `avoid`. */
  readonly preferences: Preferences | undefined;
  snapshot(): Snapshot;
  /** The newest event of a report that is over: for those who come later. */
  readonly latest: ReportEvent | undefined;
  /** Calls back with every event from now on, after `onEvent`; returns how to stop. */
  subscribe(listener: Listener<PickerEvent>): () => void;
  /** Connection truth from outside: counts above probes. */
  note(note: ConnectionNote): void;
  /** Takes effect with the next report, which `watch` makes at once. */
  update(change: { readonly map?: RelayMap; readonly preferences?: Preferences; readonly budget?: Budget }): void;
  /** Ends reports under way, closes the transports. What was learned is saved. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export function createPicker<S>({ checks = [], ...options }: PickerOptions<S>): Picker {
  return createLoop({ ...options, startChecks: (beside) => startChecks({ ...beside, checks }) });
}

/** As `createPicker`, for a page, which has no network checks and need not load what runs them. */
export function createLoop<S>(options: Omit<SeriesOptions<S>, 'connections' | 'intervalMs'>): Picker {
  const { clock, network } = options;
  const connections = createConnections();
  /** What a caller of `watch` wants instead of the strategy's wait. */
  let givenWaitMs: number | undefined;
  const listeners = new Set(options.onEvent && [options.onEvent]);
  let latest: ReportEvent | undefined;
  const onEvent: Listener<PickerEvent> = (event) => {
    if (event.type === 'report') latest = event;
    for (const listener of listeners) listener(event);
  };
  const series = createSeries({ ...options, onEvent, connections, intervalMs: () => givenWaitMs });
  const shared = createShared<Picked>();
  const stirred = new Set<() => void>();
  const closing = new AbortController();

  function join(signal: AbortSignal | undefined, ask: Ask): Promise<Picked> {
    if (closing.signal.aborted) return Promise.reject(new ClosedError('the picker'));
    return shared.join(signal, (ended) => series.next(ended, ask));
  }

  const stir = (): void => {
    for (const wake of stirred) wake();
  };

  const picker: Picker = {
    report: ({ signal, full } = {}) => join(signal, { full, asked: true }),
    watch({ signal, intervalMs, full, evenOffline = false, stretch = () => 1 } = {}) {
      givenWaitMs = intervalMs ?? givenWaitMs;
      // Whoever begins to watch waits for the first report; the others are merely due.
      let first: Ask = { asked: true, full };
      return watch({
        report(ended) {
          const ask = first;
          first = {};
          return join(ended, ask);
        },
        clock, closing: closing.signal, evenOffline,
        signal, network,
        isLocal: () => isLocal(series.map),
        waitMs: () => Math.max(intervalMs ?? series.waitMs, Number.MIN_VALUE) * stretch(),
        onStir(listener) {
          stirred.add(listener);
          return () => stirred.delete(listener);
        },
      });
    },
    get home() { return series.home; },
    get decision() { return series.decision; },
    get map() { return series.map; },
    get preferences() { return series.preferences; },
    get latest() { return latest; },
    snapshot() {
      const { home, decision, last } = series;
      const isFallback = decision.home === undefined && home !== undefined && last !== undefined;
      return present({
        home,
        state: isFallback ? 'unreachable' as const : decision.state,
        reason: isFallback ? 'fallback' as const : decision.reason,
        decision,
        report: last,
        ageMs: last && Math.max(0, series.now() - last.at),
      });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    note(note) {
      connections.note(note);
      if (note.type === 'dead' && note.region === series.home) stir();
    },
    update(change) {
      if (change.map) connections.forget(replacedRegions(series.map, change.map));
      series.update(change);
      stir();
    },
    async close() {
      closing.abort(new ClosedError('the picker'));
      shared.abort(new ClosedError('the picker'));
      await shared.idle();
      await series.flush();
      await Promise.all(options.transports.map((transport) => transport.close()));
    },
    [Symbol.asyncDispose]: () => picker.close(),
  };
  return picker;
}
