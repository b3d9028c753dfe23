import type { ClientReport, Location, Sweep } from '../fleet/facts.ts';
import { mostReports, mostReportsOfNetwork, retentionMs } from './bounds.ts';
import { withPoint, type Point } from './history.ts';
import type { FleetStore, LocationStore } from './store.ts';

interface Kept {
  at: number;
  location: Location;
  sweep?: Sweep;
  readonly history: Map<string, readonly Point[]>;
  /** By client, oldest first. */
  reports: Map<string, ClientReport>;
}

/** For tests, and where nothing lasting is bound: all is gone with the process. The same bounds as everywhere. */
export function memoryFleetStore(wall: () => number = Date.now): FleetStore {
  const kept = new Map<string, Kept>();
  const isFresh = (at: number): boolean => at > wall() - retentionMs;

  function at(code: string): Kept {
    const found: Kept = kept.get(code) ?? { at: -Infinity, location: { code }, history: new Map(), reports: new Map() };
    kept.set(code, found);
    if (found.sweep && !isFresh(found.sweep.at)) delete found.sweep;
    for (const [region, points] of found.history) if (!isFresh(points.at(-1)?.[0] ?? -Infinity)) found.history.delete(region);
    for (const [client, report] of found.reports) if (!isFresh(report.at)) found.reports.delete(client);
    return found;
  }

  /** Oldest first, as they are kept. */
  function dropBeyond(of: Kept, most: number, isMeant: (report: ClientReport) => boolean): void {
    const meant = [...of.reports.values()].filter(isMeant);
    for (const { client } of meant.slice(0, Math.max(0, meant.length - most))) of.reports.delete(client);
  }

  const store = (code: string): LocationStore => ({
    async saveSweep(sweep) {
      const of = at(code);
      for (const [region, { at: askedAt, latencyMs = -1 }] of Object.entries(sweep.regions)) {
        if (of.sweep?.regions[region]?.at !== askedAt) of.history.set(region, withPoint(of.history.get(region) ?? [], [askedAt, latencyMs]));
      }
      of.sweep = structuredClone(sweep);
      of.location = { ...of.location, ...sweep.location };
      of.at = sweep.at;
    },
    async saveReport(report) {
      const of = at(code);
      of.reports.delete(report.client);
      of.reports.set(report.client, structuredClone(report));
      of.reports = new Map([...of.reports].sort(([, one], [, other]) => one.at - other.at));
      dropBeyond(of, mostReportsOfNetwork, ({ network }) => network === report.network);
      dropBeyond(of, mostReports, () => true);
      of.at = report.at;
    },
    async read() {
      const { sweep, history, reports } = at(code);
      return structuredClone({ ...(sweep && { sweep }), history: Object.fromEntries(history), reports: [...reports.values()] });
    },
  });

  return {
    location: store,
    async locations() {
      for (const [code, of] of kept) if (!isFresh(of.at)) kept.delete(code);
      return [...kept.values()].map(({ location }) => location).sort((one, other) => (one.code < other.code ? -1 : 1));
    },
  };
}
