import type { Bounds } from '../../choice/bounds.ts';
import { fingerprints } from '../../choice/fingerprint.ts';
import type { Context } from '../../model/context.ts';
import type { RegionId, RelayMap } from '../../model/map.ts';
import { present } from '../../model/present.ts';
import type { Bars } from './bars.ts';
import type { Evidence } from './evidence.ts';
import { sleepMs } from './constants.ts';
import type { Offsets } from './kinds.ts';
import type { Bucket } from './window.ts';

/** What `steady` remembers from report to report. JSON, of bounded size. */
export interface SteadyState {
  /** Stays while nothing answers, so that it is home again afterwards. */
  readonly home?: RegionId;
  /** What the last decision named. */
  readonly named?: RegionId;
  readonly window: readonly Bucket[];
  readonly evidence: Evidence;
  /** Reports running in which the home was silent and nothing was known of its connection. */
  readonly misses: number;
  /** Regions that are no home because their connection died. */
  readonly barred: Bars;
  /** When the last report ended, epoch ms. */
  readonly reportedAt?: number;
  /** Since when there is evidence without a break: the start, or the end of a sleep. */
  readonly since?: number;
  /** Reports running that look like another network. */
  readonly shaken?: number;
  /** The network seems to be another: the next full report chooses anew. */
  readonly unsettled?: boolean;
  readonly offsets: Offsets;
  readonly bounds: Bounds;
  /** Start of the last full report, epoch ms. */
  readonly lastFullAt?: number;
  /** Fingerprints of the regions' hosts: what was learned of relays that were replaced is forgotten. */
  readonly hosts: Readonly<Record<RegionId, number>>;
}

export const start = (): SteadyState => ({ window: [], evidence: {}, misses: 0, barred: {}, offsets: {}, bounds: {}, hosts: {} });

/**
 * What counts for the report: nothing that was measured on another network, or before a sleep. A state of an older version
 * has less in it.
 */
export function forgetPast(state: SteadyState, at: number, network: Context['network']): SteadyState {
  const gapMs = state.reportedAt === undefined ? 0 : at - state.reportedAt;
  const isOther = network?.changed === true;
  // A clock that was set back tells nothing of how long it was.
  if (!isOther && gapMs <= sleepMs && state.since !== undefined && state.since <= at) return state;
  return present({ ...state, evidence: {}, misses: 0, since: at, reportedAt: undefined, shaken: undefined, unsettled: undefined, ...(isOther && { window: [], barred: {} }) });
}

/** On a new map what is unknown is dropped, what was kept survives. */
export function forgetReplaced(state: SteadyState, map: RelayMap): SteadyState {
  const hosts = fingerprints(map);
  // By far most reports have the map of the one before.
  if (hosts === state.hosts) return state;
  const stays = (id: RegionId): boolean => hosts[id] !== undefined && (state.hosts[id] === undefined || hosts[id] === state.hosts[id]);
  if ([...Object.keys(state.hosts), state.home ?? ''].every((id) => id === '' || stays(id))) return { ...state, hosts };
  const only = <T>(of: Readonly<Record<RegionId, T>>): Record<RegionId, T> => Object.fromEntries(Object.entries(of).filter(([id]) => stays(id)));
  return present({
    ...state,
    hosts,
    home: state.home !== undefined && stays(state.home) ? state.home : undefined,
    window: state.window.map(({ at, ms }) => ({ at, ms: only(ms) })),
    evidence: only(state.evidence),
    barred: only(state.barred),
    bounds: only(state.bounds),
  });
}
