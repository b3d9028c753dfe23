import { createMetric, type Metric } from '../core/report/exposition.ts';
import type { RelayMap } from '../core/model/map.ts';
import type { DigestOfLocation } from './storage/read-digests.ts';

/** What this process of the edge has done since it began, and what the locations have measured. */
export interface EdgeMetrics {
  request(route: string, status: number): void;
  report(outcome: 'accepted' | 'refused' | 'limited'): void;
  sweep(outcome: 'made' | 'failed'): void;
  storeError(operation: string): void;
  /** All metrics in the Prometheus text format 0.0.4. */
  text(map: RelayMap, locations: readonly DigestOfLocation[]): string;
}

/** In base units. Labels are bounded: routes and statuses are closed lists, regions are those of the map. */
export function createEdgeMetrics(): EdgeMetrics {
  const counters: Metric[] = [];
  const counter = (name: string, help: string): Metric => {
    const made = createMetric(`nearest_relay_edge_${name}`, 'counter', help);
    counters.push(made);
    return made;
  };
  const requests = counter('requests_total', 'Requests answered by this process, by route and status.');
  /** By route, then status. Told to the metric when it is read: making labels takes longer than counting. */
  const answered = new Map<string, Map<number, number>>();
  const reports = counter('reports_total', 'Reports that clients posted to this process, by outcome.');
  const sweeps = counter('sweeps_total', 'Sweeps that this process began, by outcome.');
  const failures = counter('store_errors_total', 'Operations of the store that failed.');
  for (const outcome of ['accepted', 'refused', 'limited']) reports.add({ outcome }, 0);
  for (const outcome of ['made', 'failed']) sweeps.add({ outcome }, 0);
  for (const operation of ['read', 'save-sweep', 'save-report', 'locations']) failures.add({ operation }, 0);
  return {
    request(route, status) {
      const statuses = answered.get(route) ?? new Map<number, number>();
      answered.set(route, statuses.set(status, (statuses.get(status) ?? 0) + 1));
    },
    report: (outcome) => reports.add({ outcome }),
    sweep: (outcome) => sweeps.add({ outcome }),
    storeError: (operation) => failures.add({ operation }),
    text(map, locations) {
      for (const [route, statuses] of answered) for (const [status, count] of statuses) requests.set({ route, status: String(status) }, count);
      return [...counters, ...gauges(map, locations)].map((metric) => metric.text()).join('');
    },
  };
}

/** Made anew each time: what a location no longer knows has no series. */
function gauges(map: RelayMap, locations: readonly DigestOfLocation[]): Metric[] {
  const latency = createMetric('nearest_relay_edge_region_latency_seconds', 'gauge', 'Last round trip from the location to the region; none where it did not answer.');
  const asked = createMetric('nearest_relay_edge_region_asked_timestamp_seconds', 'gauge', 'When the location last asked the region.');
  const missed = createMetric('nearest_relay_edge_region_missed', 'gauge', 'Times in a row that the region did not answer the location.');
  const clients = createMetric('nearest_relay_edge_clients', 'gauge', 'Clients whose report the location keeps.');
  for (const { location, digest: { sweep, clients: count } } of locations) {
    clients.set({ location: location.code }, count.reports);
    for (const { id } of map.regions) {
      const found = sweep && Object.hasOwn(sweep.regions, id) ? sweep.regions[id] : undefined;
      if (!found) continue;
      // By id: codes need not be unique.
      const labels = { location: location.code, region: id };
      asked.set(labels, found.at / 1_000);
      missed.set(labels, found.missed);
      if (found.latencyMs !== undefined) latency.set({ ...labels, kind: found.kind ?? 'unknown' }, Number((found.latencyMs / 1_000).toFixed(9)));
    }
  }
  return [latency, asked, missed, clients];
}
