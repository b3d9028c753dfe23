import type { Context, Preferences } from '../model/context.ts';
import type { Decision } from '../model/decision.ts';
import type { RegionId, RelayMap } from '../model/map.ts';
import { present } from '../model/present.ts';
import type { Report } from '../model/report.ts';
import type { Strategy } from '../model/strategy.ts';
import { isWorthRemembering, remember, type Memory } from '../picker/memory.ts';
import { TraceError } from './trace-error.ts';
import type { RecordedContext, TraceLine } from './trace-reader.ts';

/** One report of a trace, and what a strategy decided on it. */
export interface ReplayStep {
  /** Of the report, from 1. */
  readonly number: number;
  /** Of its line in the trace, from 1. */
  readonly line: number;
  readonly at: number;
  readonly report: Report;
  /** What `choose` was asked with. */
  readonly context: Context;
  /** The strategy's state before it. */
  readonly state: unknown;
  readonly decision: Decision;
}

/** A strategy that lives through a trace. */
export interface Playback {
  readonly strategy: Strategy;
  /** The step that the line makes, if it is a report. Throws `TraceError` where the strategy fails on what the trace has. */
  take(line: TraceLine): ReplayStep | undefined;
}

/**
 * Lives through a trace. With `own` the strategy is the recorded one and goes on from the recorded states. Otherwise it
 * begins anew, with its own homes and its own memory of each network; of connections it knows no more than the recorded
 * client did: those of its home where that was the recorded home too.
 */
export function createPlayback(strategy: Strategy, { own }: { readonly own: boolean }): Playback {
  let map: RelayMap = { version: 1, regions: [] };
  let preferences: Preferences | undefined;
  let state: unknown = strategy.start();
  let last: Report | undefined;
  let home: RegionId | undefined;
  let number = 0;
  /** By home lines. */
  let alive = new Map<RegionId, boolean>();
  let memory: Memory = { version: 1, clientKey: '', networks: [] };
  let isEntering = false;

  function begin(recorded: { readonly state?: unknown; readonly last?: Report }): void {
    alive = new Map();
    ({ last } = recorded);
    if (own) ({ state = strategy.start() } = recorded);
    else isEntering = true;
  }

  /** As the picker enters a network: with what it remembers of it. */
  function enter(networkId: string | undefined): void {
    isEntering = false;
    const known = memory.networks.find(({ id }) => id === networkId);
    state = known ? known.state : strategy.start();
    last ??= known?.last;
  }

  function contextOf(recorded: RecordedContext): Context {
    const region = own ? (recorded.home?.region ?? (home !== undefined && alive.has(home) ? home : undefined)) : home;
    const isAlive = region === undefined ? undefined : ((recorded.home?.region === region ? recorded.home.alive : undefined) ?? alive.get(region));
    return present({
      ...recorded, map, last,
      preferences: recorded.preferences ?? preferences,
      home: region === undefined ? undefined : present({ region, alive: isAlive }),
    });
  }

  function decide({ line, at, report: recordedReport, context: recorded }: Extract<TraceLine, { type: 'report' }>): ReplayStep {
    if (isEntering) enter(recorded.network?.id);
    const context = contextOf(recorded);
    const before = state;
    // What the recorded strategy had to say of it is in it.
    const report = own ? recordedReport : asked(strategy, line, () => strategy.annotate?.(before, recordedReport, context) ?? recordedReport);
    const { state: next, decision } = asked(strategy, line, () => strategy.choose(before, report, context));
    state = next;
    last = report;
    home = decision.home;
    if (!own && isWorthRemembering(report)) memory = remember(memory, present({ id: recorded.network?.id ?? '', at: report.at, strategy: strategy.name, state, last, home }));
    return { number: ++number, line, at, report, context, state: before, decision };
  }

  return {
    strategy,
    take(line) {
      switch (line.type) {
        case 'trace':
          ({ map } = line);
          return void begin(line);
        case 'start':
          return void begin(line);
        case 'map':
          return void ({ map } = line);
        case 'preferences':
          return void ({ preferences } = line);
        case 'home':
          return void alive.set(line.region, line.alive);
        case 'report':
          return decide(line);
      }
    },
  };
}

/** The strategy's answer. What only it can check is its own state; where it stumbles over that, the trace is what is wrong. */
export function asked<T>({ name }: Strategy, line: number, question: () => T): T {
  try {
    return question();
  } catch (error) {
    throw new TraceError(line, '', `${name} cannot go on from the state and the report that are recorded: ${String(error).replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 200)}`);
  }
}
