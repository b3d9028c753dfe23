import { decisionOf } from '../choice/decision-of.ts';
import type { Clock } from '../clock.ts';
import { ClosedError } from '../errors.ts';
import type { Listener, PickerEvent } from '../events.ts';
import type { Context, Preferences, Prior } from '../model/context.ts';
import type { Decision } from '../model/decision.ts';
import type { Kind } from '../model/kind.ts';
import { isLocal, regionById, spokenKinds, type RegionId, type RelayMap } from '../model/map.ts';
import { present } from '../model/present.ts';
import type { Report } from '../model/report.ts';
import type { Strategy } from '../model/strategy.ts';
import type { NetworkCheck } from '../probe/check.ts';
import type { Network } from '../probe/network.ts';
import type { Pace } from '../probe/pace.ts';
import { createRunner } from '../probe/run.ts';
import type { Transport } from '../probe/transport.ts';
import { createLedger, type Budget } from './budget.ts';
import { createConnections, type ConnectionNote } from './connections.ts';
import { fallbackRegion } from './fallback.ts';
import { createKeeper } from './keeper.ts';
import { makeReport, type ReportOutcome } from './reporter.ts';
import { createPriorKeeper } from './prior.ts';
import { createShared } from './shared.ts';
import type { Store } from './store.ts';
import { createTimeLine } from './time-line.ts';
import type { Timing } from './timing.ts';
import { watch, type WatchRhythm } from './watch.ts';

/** What one report came to. */
export interface Picked {
  readonly report: Report;
  readonly decision: Decision;
  readonly timing: Timing;
}

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
  snapshot(): Snapshot;
  /** Connection truth from outside: counts above probes. */
  note(note: ConnectionNote): void;
  /** Takes effect with the next report, which `watch` makes at once. */
  update(change: { readonly map?: RelayMap; readonly preferences?: Preferences; readonly budget?: Budget }): void;
  /** Ends reports under way, closes the transports. What was learned is saved. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What the caller wants of a report. */
interface Ask {
  readonly full?: boolean;
  /** It was asked for, not merely due. */
  readonly asked?: boolean;
}

export function createPicker<S>(options: PickerOptions<S>): Picker {
  const { clock, strategy, network } = options;
  const emit: Listener<PickerEvent> = (event) => {
    try {
      options.onEvent?.(event);
    } catch (error) {
      // A listener's mistake must not end a report; it hears of it, but only once.
      if (event.type !== 'note') emit({ type: 'note', at: timeLine.now(), code: 'listener', message: `a listener failed on ${event.type}: ${String(error)}` });
    }
  };
  const timeLine = createTimeLine(clock);
  const runner = createRunner(options);
  const connections = createConnections();
  const keeper = createKeeper({ ...options, emit });
  const shared = createShared<Picked>();
  const stirred = new Set<() => void>();
  const closing = new AbortController();
  const ledger = createLedger(options.budget, clock.now);
  const prior = createPriorKeeper(options.prior, timeLine.now);

  let map = options.map;
  let can = capabilities(map, options.transports);
  let preferences = options.preferences;
  /** What is published: during a report it may be provisional. */
  let decision = decisionOf(map, { state: 'waiting', reason: map.regions.length ? 'no-answer' : 'no-map' });
  /** What stood when the report under way began. */
  let before = decision;
  let lastHome: RegionId | undefined;
  /** Until the next report, and what a caller of `watch` wants instead. */
  let plannedWaitMs = 0;
  let givenWaitMs: number | undefined;

  function context(gapMs: number | undefined, changed: boolean, ask: Ask = {}): Context {
    const { memory, networkId, clientKey } = keeper.current();
    const { home } = before;
    const draining = connections.draining();
    return present({
      now: timeLine.now(),
      full: ask.full ?? false,
      map,
      families: network?.families() ?? { v4: true, v6: true },
      can,
      last: memory.last,
      home: home === undefined ? undefined : present({ region: home, alive: connections.alive(home) }),
      heard: connections.heard(),
      preferences: draining.length ? { ...preferences, drain: [...(preferences?.drain ?? []), ...draining] } : preferences,
      network: present({ id: networkId, changed: changed || undefined, gapMs }),
      asked: ask.asked,
      ...prior.now(),
      budget: ledger.left(),
      clientKey,
      chance: options.random(),
    });
  }

  async function makeOne(signal: AbortSignal, ask: Ask): Promise<Picked> {
    const changed = await keeper.enter((await network?.id()) ?? 'unknown');
    signal.throwIfAborted();
    if (changed) prior.forget();
    const remembered = keeper.current().memory;
    if (before.home === undefined && remembered.home !== undefined && regionById(map, remembered.home)) publishRemembered(remembered.home, remembered.at);
    const gapMs = timeLine.reanchor();
    const draft = context(gapMs, changed, ask);
    const begun = { ...draft, full: strategy.full(remembered.state, draft) };
    const outcome = await makeReport({
      ...options, prior, ledger, state: remembered.state, context: begun, runner, signal,
      osHasIpv6: async () => network?.osHasIpv6?.(),
      contextNow: () => ({ ...context(gapMs, changed, { full: begun.full, asked: ask.asked }), chance: begun.chance }),
      onProvisional(provisional, report, atMs) {
        decision = provisional;
        emit({ type: 'provisional', atMs, decision: provisional, report });
      },
      emit,
    }).catch((error: unknown) => {
      // A provisional answer of a report that was given up is no decision.
      decision = before;
      throw error;
    });
    conclude(outcome);
    const { report, decision: made, timing } = outcome;
    return { report, decision: made, timing };
  }

  function conclude({ state, report, decision: final, timing, context: seen }: ReportOutcome<S>): void {
    publish(final);
    keeper.learn({ state, report, home: final.home });
    plannedWaitMs = strategy.wait(state, final, { ...seen, chance: options.random() });
    emit({ type: 'report', at: report.at, report, decision: final, timing, context: seen, waitMs: givenWaitMs ?? plannedWaitMs });
  }

  function publish(next: Decision): void {
    decision = before = next;
    lastHome = next.home ?? lastHome;
  }

  function publishRemembered(home: RegionId, at: number): void {
    publish(decisionOf(map, { home, state: 'remembered', ageMs: Math.max(0, timeLine.now() - at), reason: 'remembered' }));
  }

  function join(signal: AbortSignal | undefined, ask: Ask): Promise<Picked> {
    if (closing.signal.aborted) return Promise.reject(new ClosedError('the picker'));
    return shared.join(signal, (ended) => makeOne(ended, ask));
  }

  const stir = (): void => {
    for (const wake of stirred) wake();
  };

  const picker: Picker = {
    report: ({ signal, full } = {}) => join(signal, { full, asked: true }),
    watch({ signal, intervalMs, evenOffline = false, stretch = () => 1 } = {}) {
      givenWaitMs = intervalMs;
      return watch({
        report: (ended) => join(ended, {}),
        clock, closing: closing.signal, evenOffline,
        signal, network,
        isLocal: () => isLocal(map),
        waitMs: () => Math.max(intervalMs ?? plannedWaitMs, Number.MIN_VALUE) * stretch(),
        onStir(listener) {
          stirred.add(listener);
          return () => stirred.delete(listener);
        },
      });
    },
    get home() {
      const home = decision.home ?? lastHome;
      return home !== undefined && regionById(map, home) ? home : fallbackRegion(map, keeper.current().clientKey);
    },
    get decision() {
      return decision;
    },
    snapshot() {
      const { home } = picker;
      const last = keeper.current().memory.last;
      const isFallback = decision.home === undefined && home !== undefined && last !== undefined;
      return present({
        home,
        state: isFallback ? 'unreachable' as const : decision.state,
        reason: isFallback ? 'fallback' as const : decision.reason,
        decision,
        report: last,
        ageMs: last && Math.max(0, timeLine.now() - last.at),
      });
    },
    note(note) {
      connections.note(note);
      if (note.type === 'dead' && note.region === picker.home) stir();
    },
    update(change) {
      if (change.map) {
        map = change.map;
        can = capabilities(map, options.transports);
        if (before.home !== undefined && !regionById(map, before.home)) publish(decisionOf(map, { state: 'failing', reason: 'no-answer' }));
      }
      preferences = change.preferences ?? preferences;
      if (change.budget) ledger.setBudget(change.budget);
      stir();
    },
    async close() {
      closing.abort(new ClosedError('the picker'));
      shared.abort(new ClosedError('the picker'));
      await shared.idle();
      await keeper.flush();
      await Promise.all(options.transports.map((transport) => transport.close()));
    },
    [Symbol.asyncDispose]: () => picker.close(),
  };
  return picker;
}

/** What this client can measure at each node: what the node speaks, and a transport is there for. Nodes of one name share a line. */
function capabilities(map: RelayMap, transports: readonly Transport[]): Record<string, Kind[]> {
  const can: Record<string, Kind[]> = {};
  for (const region of map.regions) {
    for (const node of region.nodes) {
      const spoken = spokenKinds(node);
      const able = transports.filter((transport) => transport.supports(node)).map(({ kind }) => kind).filter((kind) => kind === 'fake' || spoken.includes(kind));
      can[node.name] = [...new Set([...(can[node.name] ?? []), ...able])];
    }
  }
  return can;
}
