import { decisionOf } from '../choice/decision-of.ts';
import { reluctanceOf } from '../choice/preferences.ts';
import type { Listener, PickerEvent } from '../events.ts';
import type { Context, Preferences } from '../model/context.ts';
import type { Decision } from '../model/decision.ts';
import type { Kind } from '../model/kind.ts';
import { regionById, speaks, type RegionId, type RelayMap } from '../model/map.ts';
import { present } from '../model/present.ts';
import type { Report } from '../model/report.ts';
import { createRunner } from '../probe/run.ts';
import type { Transport } from '../probe/transport.ts';
import { createLedger, type Budget } from './budget.ts';
import type { StartChecks } from './checks.ts';
import type { Connections } from './connections.ts';
import { fallbackRegion } from './fallback.ts';
import { createKeeper } from './keeper.ts';
import type { PickerOptions } from './picker.ts';
import { createPriorKeeper } from './prior.ts';
import { makeReport, type ReportOutcome } from './reporter.ts';
import { createTimeLine } from './time-line.ts';
import type { Timing } from './timing.ts';
import { udpWorksAfter } from './udp.ts';

/** What one report came to. */
export interface Picked {
  readonly report: Report;
  readonly decision: Decision;
  readonly timing: Timing;
}

export interface SeriesOptions<S> extends Omit<PickerOptions<S>, 'checks'> {
  /** The network checks that run beside each report. */
  readonly startChecks?: StartChecks;
  /** What is known of the client's own relay connections. */
  readonly connections?: Connections;
  /** From report to report, where somebody wants it otherwise than the strategy. */
  intervalMs?(): number | undefined;
}

/** What the caller wants of a report. */
export interface Ask {
  readonly full?: boolean | undefined;
  /** It was asked for, not merely due. */
  readonly asked?: boolean;
}

/** Reports one after the other, each from where the last one left off: with its state, its home, and what was remembered. */
export interface Series {
  /** Makes one report. Rejects with the signal's reason, soon after that aborts. Not to be called during another. */
  next(signal: AbortSignal, ask: Ask): Promise<Picked>;
  /** What is published: during a report it may be provisional. */
  readonly decision: Decision;
  /** Where to connect: the decision's home; without one the last home, else a fallback that is stable for this client. */
  readonly home: RegionId | undefined;
  readonly last: Report | undefined;
  readonly map: RelayMap;
  /** The owner's, and what the connections add to them. */
  readonly preferences: Preferences | undefined;
  /** Until the next report, as the strategy wants it. */
  readonly waitMs: number;
  /** Epoch ms, on the line of all reports. */
  now(): number;
  /** Takes effect with the next report. */
  update(change: { readonly map?: RelayMap; readonly preferences?: Preferences; readonly budget?: Budget }): void;
  /** Resolves when all that was learned is saved, or could not be. */
  flush(): Promise<void>;
}

export function createSeries<S>(options: SeriesOptions<S>): Series {
  const { clock, strategy, network, connections } = options;
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
  const keeper = createKeeper({ ...options, emit });
  const ledger = createLedger(options.budget, clock.now);
  const prior = createPriorKeeper(options.prior, timeLine.now);

  let map = options.map;
  let can = capabilities(map, options.transports);
  let preferences = options.preferences;
  let decision = decisionOf(map, { state: 'waiting', reason: map.regions.length ? 'no-answer' : 'no-map' });
  /** What stood when the report under way began. */
  let before = decision;
  let lastHome: RegionId | undefined;
  let waitMs = 0;
  /** Another network was entered, and no report of it is over yet: one that is given up tells the strategy nothing. */
  let isNew = false;
  /** How far the clocks drifted apart since a report was over, which the strategy has yet to hear: positive after a suspend. */
  let gapMs: number | undefined;

  /** A region whose service is dead is not chosen for its beacon, where there is another. */
  function wishes(): Preferences | undefined {
    const drain = join(preferences?.drain, connections?.draining());
    const avoid = join(preferences?.avoid, connections?.dead());
    return drain || avoid ? present({ ...preferences, drain, avoid }) : preferences;
  }

  function context(changed: boolean, ask: Ask): Context {
    const { memory, networkId, clientKey } = keeper.current();
    const { home } = before;
    return present({
      now: timeLine.now(),
      full: ask.full ?? false,
      map,
      families: network?.families() ?? { v4: true, v6: true },
      can,
      last: memory.last,
      home: home === undefined ? undefined : present({ region: home, alive: connections?.alive(home) }),
      heard: connections?.heard(timeLine.now()) ?? {},
      preferences: wishes(),
      network: present({ id: networkId, udpWorks: udpWorksAfter(memory.silentUdp), changed: changed || undefined, gapMs }),
      asked: ask.asked,
      ...prior.now(),
      budget: ledger.left(),
      clientKey,
      chance: options.random(),
    });
  }

  function conclude({ state, report, decision: final, timing, context: seen }: ReportOutcome<S>): void {
    publish(final);
    isNew = false;
    gapMs = undefined;
    keeper.learn({ state, report, home: final.home });
    waitMs = strategy.wait(state, final, { ...seen, chance: options.random() });
    emit({ type: 'report', at: report.at, report, decision: final, timing, context: seen, waitMs: options.intervalMs?.() ?? waitMs });
  }

  function publish(next: Decision): void {
    decision = before = next;
    lastHome = next.home ?? lastHome;
  }

  /** Nobody wants to be taken first to where they have said that they do not want to go. */
  function isWanted(id: RegionId): boolean {
    const pin = regionById(map, preferences?.pin);
    return pin ? id === pin.id : reluctanceOf(regionById(map, id), preferences) === 0;
  }

  function publishRemembered(home: RegionId, at: number): void {
    publish(decisionOf(map, { home, state: 'remembered', ageMs: Math.max(0, timeLine.now() - at), reason: 'remembered' }));
  }

  return {
    async next(signal, ask) {
      isNew = (await keeper.enter((await network?.id()) ?? 'unknown')) || isNew;
      const changed = isNew;
      signal.throwIfAborted();
      if (changed) prior.forget();
      const remembered = keeper.current().memory;
      if (before.home === undefined && remembered.home !== undefined && isWanted(remembered.home)) publishRemembered(remembered.home, remembered.at);
      const driftMs = timeLine.reanchor();
      if (driftMs !== undefined) gapMs = (gapMs ?? 0) + driftMs || undefined;
      const draft = context(changed, ask);
      const begun = { ...draft, full: strategy.full(remembered.state, draft) };
      const outcome = await makeReport({
        ...options, prior, ledger, state: remembered.state, context: begun, runner, signal,
        osHasIpv6: async () => network?.osHasIpv6?.(),
        contextNow: () => ({ ...context(changed, { full: begun.full, asked: ask.asked }), chance: begun.chance }),
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
    },
    get decision() { return decision; },
    get home() {
      const home = decision.home ?? lastHome;
      return home !== undefined && regionById(map, home) ? home : fallbackRegion(map, preferences, keeper.current().clientKey);
    },
    get last() { return keeper.current().memory.last; },
    get map() { return map; },
    get preferences() { return wishes(); },
    get waitMs() { return waitMs; },
    now: timeLine.now,
    update(change) {
      if (change.map) {
        map = change.map;
        can = capabilities(map, options.transports);
        if (before.home !== undefined && !regionById(map, before.home)) publish(decisionOf(map, { state: 'failing', reason: 'no-answer' }));
      }
      preferences = change.preferences ?? preferences;
      if (change.budget) ledger.setBudget(change.budget);
    },
    flush: keeper.flush,
  };
}

const join = (one: readonly RegionId[] = [], other: readonly RegionId[] = []): RegionId[] | undefined => (one.length + other.length ? [...one, ...other] : undefined);

/** What this client can measure at each node: what the node speaks, and a transport is there for. Nodes of one name share a line. */
function capabilities(map: RelayMap, transports: readonly Transport[]): Record<string, Kind[]> {
  const can: Record<string, Kind[]> = {};
  for (const region of map.regions) {
    for (const node of region.nodes) {
      const able = transports.filter((transport) => transport.supports(node)).map(({ kind }) => kind).filter((kind) => kind === 'fake' || speaks(node, kind));
      can[node.name] = [...new Set([...(can[node.name] ?? []), ...able])];
    }
  }
  return can;
}
