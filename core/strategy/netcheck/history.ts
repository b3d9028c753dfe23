import type { RegionId, RelayMap } from '../../model/map.ts';
import type { Report } from '../../model/report.ts';
import { recordOf } from '../../choice/lowest.ts';
import { crowdedMs, maxHistory } from './constants.ts';
import { toMs, toNs } from '../../model/nanoseconds.ts';
import type { NetcheckState, Remembered } from './state.ts';

/** Lowest latency of each region over the history, ms, before any factor. */
export const bestRecent = ({ history }: NetcheckState): Record<RegionId, number> => recordOf(lowestNs(history), toMs);

/** Lowest latency of each region over the reports, ns. */
export function lowestNs(reports: readonly Remembered[]): Map<RegionId, number> {
  const found = new Map<RegionId, number>();
  for (const { latencyNs } of reports) {
    for (const [id, ns] of latencyNs) if (ns < (found.get(id) ?? Infinity)) found.set(id, ns);
  }
  return found;
}

/** What is kept of a report: the regions of the map that answered. */
export function latenciesOf({ at, regions }: Report, map: RelayMap): Remembered {
  const latencyNs: [RegionId, number][] = [];
  for (const { id } of map.regions) {
    const latencyMs = regions[id]?.latencyMs;
    if (latencyMs !== undefined) latencyNs.push([id, toNs(latencyMs)]);
  }
  return { at, latencyNs };
}

/** The history with this report in it, and what is out of the window, or of other relays, left out. */
export function remember(state: NetcheckState, latest: Remembered, hosts: NetcheckState['hosts'], windowMs: number): readonly Remembered[] {
  const isKnown = (id: RegionId): boolean => hosts[id] === state.hosts[id];
  const isStale = hosts !== state.hosts && !Object.keys(state.hosts).every(isKnown);
  const kept = isStale ? state.history.map((report) => withOnly(report, isKnown)) : state.history;
  const recent = kept.filter(({ at }) => isRecent(latest.at - at, windowMs));
  recent.push(latest);
  return bound(recent);
}

const withOnly = ({ at, latencyNs }: Remembered, isKnown: (id: RegionId) => boolean): Remembered =>
  ({ at, latencyNs: latencyNs.filter(([id]) => isKnown(id)) });

/** A report of the same instant gives way. After the clock was set back later reports stay, as in netcheck. */
const isRecent = (ageMs: number, windowMs: number): boolean => ageMs !== 0 && ageMs <= windowMs;

/** Exact up to `maxHistory` reports; then those of one `crowdedMs` share the place of the latest. */
function bound(history: readonly Remembered[]): readonly Remembered[] {
  if (history.length <= maxHistory) return history;
  const slots = new Map<number, Remembered[]>();
  for (const report of history) {
    const slot = Math.floor(report.at / crowdedMs);
    slots.set(slot, [...(slots.get(slot) ?? []), report]);
  }
  const merged = [...slots.values()].map((reports) => ({ at: Math.max(...reports.map(({ at }) => at)), latencyNs: [...lowestNs(reports)] }));
  return merged.slice(-maxHistory);
}
