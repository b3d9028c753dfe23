import { hash } from '../core/choice/hash.ts';
import { nodesInOrder } from '../core/choice/nodes.ts';
import type { Listener, PickerEvent } from '../core/events.ts';
import type { Preferences, Prior } from '../core/model/context.ts';
import type { Decision } from '../core/model/decision.ts';
import { regionById, type Region, type RelayMap, type RelayNode } from '../core/model/map.ts';
import { answered, type Report } from '../core/model/report.ts';
import type { Strategy } from '../core/model/strategy.ts';
import { createSeries, type Series, type SeriesOptions } from '../core/picker/series.ts';
import type { Store } from '../core/picker/store.ts';
import { settledSure } from '../core/picker/timing.ts';
import type { Transport } from '../core/probe/transport.ts';
import { steady } from '../core/strategy/steady/steady.ts';
import { systemClock } from '../universal/clock.ts';
import { askEdge, edgeUrl, type EdgeSource } from '../universal/edge.ts';
import { loadMap, type LoadedMap, type MapSource } from './load-map.ts';
import { mixedContent } from './mixed-content.ts';
import { webNetwork } from './network.ts';
import { readFound, type Found } from './read-found.ts';
import { localStore } from './store.ts';
import { together } from './tabs/together.ts';
import { webTransports } from './transports/index.ts';

export interface NearestOptions {
  /** A relay map, or where one is. Default: the one that the edge serves. */
  readonly map?: MapSource;
  /** URL of an edge, whose hint says what to measure first where nothing is known. Without an answer from it there is a note. */
  readonly edge?: EdgeSource;
  readonly signal?: AbortSignal;
  /** Default `steady()`. */
  readonly strategy?: Strategy;
  /** Remembers the home from visit to visit. Default: `localStore()`. */
  readonly store?: Store;
  readonly preferences?: Preferences;
  /** Default: all that a page can measure, shared with the origin's other tabs. They are closed at the end. */
  readonly transports?: readonly Transport[];
  readonly onEvent?: Listener<PickerEvent>;
  /**
   * `certain` (default): the answer comes as soon as no other region can be nearer, about one round trip to the nearest after
   * the start, with a report that is `partial`; the rest is measured behind it and remembered. `complete`: with the whole report.
   */
  readonly until?: 'certain' | 'complete';
}

export interface Nearest {
  /** Absent: nothing answered. */
  readonly home?: { readonly region: Region; readonly nodes: readonly RelayNode[] };
  readonly report: Report;
  readonly decision: Decision;
}

/**
 * Measures once and names the nearest relay region, with its nodes in the order in which to try them. Tabs that ask at the
 * same time share one measurement; the events are then in the tab that makes it.
 *
 * Rejects when the signal aborts, and with a `RelayMapError` where the map cannot be had; a network where nothing
 * answers gives a report without a home.
 */
export async function nearest(options: NearestOptions): Promise<Nearest> {
  const { loaded, end, ...rest } = await prepare(options);
  try {
    return named(loaded.map, options.preferences, await find(loaded, { ...options, ...rest }));
  } finally {
    end();
  }
}

/** The map, and the edge's hint on its way: both are asked for at once. `end`: the hint is no longer of use. */
export async function prepare({ map, edge, signal, onEvent }: Pick<NearestOptions, 'map' | 'edge' | 'signal' | 'onEvent'>): Promise<{ readonly loaded: LoadedMap; readonly prior?: Promise<Prior | undefined>; end(): void }> {
  const source = map ?? (edge === undefined ? undefined : edgeUrl(edge, '/v1/relays'));
  if (source === undefined) throw new TypeError('neither a map nor an edge is given');
  const loading = loadMap(source, signal);
  const asked = edge === undefined ? undefined : askEdge(edge, loading.then((loaded) => loaded.map), { signal, note: (code, message) => onEvent?.({ type: 'note', at: Date.now(), code, message }) });
  try {
    return { loaded: await loading, ...(asked && { prior: asked.prior }), end: () => asked?.end() };
  } catch (error) {
    asked?.end();
    throw error;
  }
}

/** The finding with its home as the map has it. */
export function named(map: RelayMap, preferences: Preferences | undefined, { report, decision }: Found): Nearest {
  const region = regionById(map, decision.home);
  return { ...(region && { home: { region, nodes: nodesInOrder(region, preferences) } }), report, decision };
}

/** As `nearest`. `regions`: how many must have answered, where so many do. */
export function find(loaded: LoadedMap, { transports, ...options }: Omit<NearestOptions, 'map' | 'edge'> & Hinted, regions = 1): Promise<Found> {
  const { signal } = options;
  const work = (tell: (found: Found) => void): Promise<Found> => measure(loaded, { ...options, transports: transports ?? webTransports() }, regions, tell);
  // What measures otherwise finds otherwise: nothing for the other tabs.
  if (transports) return new Promise((resolve, reject) => { work(resolve).then(resolve, reject); });
  return together({ name: sharedName('once', loaded.map, { ...options, regions }), read: (data) => readFound(data, loaded.map), ...(signal && { signal }) }, work);
}

/** Tabs share what was asked in the same way of the same map. */
export const sharedName = (how: string, map: RelayMap, { strategy, preferences, until, regions }: Pick<NearestOptions, 'strategy' | 'preferences' | 'until'> & { readonly regions?: number }): string =>
  `nearest-relay ${how} ${hash(JSON.stringify([map, strategy?.name, preferences, until, regions]))}`;

/** A hint from an edge, on its way. */
interface Hinted {
  readonly prior?: Promise<Prior | undefined>;
}

/** A region that is asked over a connection gets so long, or as long again as the first answers took. */
const leastGraceMs = 100;

async function measure(loaded: LoadedMap, { until, signal = new AbortController().signal, ...options }: Omit<NearestOptions, 'map' | 'edge'> & Hinted & { readonly transports: readonly Transport[] }, regions: number, tell: (found: Found) => void): Promise<Found> {
  let grace: ReturnType<typeof setTimeout> | undefined;
  let latest: Pick<Found, 'report' | 'decision'> | undefined;
  const tellIfCertain = (isLate: boolean): void => {
    if (!latest || latest.decision.sure < settledSure || answered(latest.report).length < regions) return;
    const { durationMs } = latest.report;
    if (isLate || !isAwaited(latest.report)) tell(found(series, latest));
    else grace ??= setTimeout(() => tellIfCertain(true), Math.max(leastGraceMs, durationMs));
  };
  const series = createSeries(pageOptions(loaded, { ...options, onEvent(event) {
    options.onEvent?.(event);
    if (event.type !== 'provisional' || until === 'complete') return;
    latest = event;
    tellIfCertain(false);
  } }));
  try {
    return found(series, await series.next(signal, { asked: true }));
  } finally {
    clearTimeout(grace);
    await series.flush();
    await Promise.all(options.transports.map((transport) => transport.close()));
  }
}

/**
 * Whether a region is silent that must connect before it answers, and does so while the page still starts up: silence then
 * says less than it does of a datagram.
 */
const isAwaited = ({ regions }: Report): boolean => Object.values(regions).some(({ pending, kinds }) => pending && (kinds?.https ?? kinds?.websocket));

/** What a page has, for one report or many. */
export function pageOptions({ map, mapSource }: LoadedMap, { transports = webTransports(), store = localStore(), onEvent, strategy = steady(), preferences, prior }: Omit<NearestOptions, 'map' | 'edge' | 'signal' | 'until'> & Hinted): SeriesOptions<unknown> {
  const note = mixedContent(map);
  if (note) onEvent?.({ type: 'note', at: Date.now(), ...note });
  return { map, transports, store, strategy, clock: systemClock(), random: Math.random, network: webNetwork(), ...(mapSource !== undefined && { mapSource }), ...(preferences && { preferences }), ...(prior && { prior }), ...(onEvent && { onEvent }) };
}

/** With the region to connect to where the decision names none. */
export function found({ home }: Pick<Series, 'home'>, { report, decision }: Pick<Found, 'report' | 'decision'>): Found {
  const at = decision.home ?? home;
  return { report, decision, ...(at !== undefined && { at }) };
}
