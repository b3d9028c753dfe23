import { createMetric, type Metric } from '../core/report/exposition.ts';

/** What this process of the edge has done since it began. */
export interface EdgeMetrics {
  request(route: string, status: number): void;
  report(outcome: 'accepted' | 'refused' | 'limited'): void;
  sweep(outcome: 'made' | 'failed'): void;
  storeError(operation: string): void;
  /** In the Prometheus text format 0.0.4. */
  text(): string;
}

/** Labels are bounded: routes and statuses are closed lists. */
export function createEdgeMetrics(): EdgeMetrics {
  const counters: Metric[] = [];
  const counter = (name: string, help: string): Metric => {
    const made = createMetric(`nearest_relay_edge_${name}`, 'counter', help);
    counters.push(made);
    return made;
  };
  const requests = counter('requests_total', 'Requests answered by this process, by route and status.');
  /** By route, then status. Told to the metric when it is read, as reports are: making labels takes longer than counting. */
  const answered = new Map<string, Map<number, number>>();
  const reports = counter('reports_total', 'Reports that clients posted to this process, by outcome.');
  const posted = { accepted: 0, refused: 0, limited: 0 };
  const sweeps = counter('sweeps_total', 'Sweeps that this process began, by outcome.');
  const failures = counter('store_errors_total', 'Operations of the store that failed.');
  for (const outcome of ['made', 'failed']) sweeps.add({ outcome }, 0);
  for (const operation of ['read', 'save-sweep', 'save-report', 'locations', 'key']) failures.add({ operation }, 0);
  return {
    request(route, status) {
      const statuses = answered.get(route) ?? new Map<number, number>();
      answered.set(route, statuses.set(status, (statuses.get(status) ?? 0) + 1));
    },
    report: (outcome) => void posted[outcome]++,
    sweep: (outcome) => sweeps.add({ outcome }),
    storeError: (operation) => failures.add({ operation }),
    text() {
      for (const [route, statuses] of answered) for (const [status, count] of statuses) requests.set({ route, status: String(status) }, count);
      for (const [outcome, count] of Object.entries(posted)) reports.set({ outcome }, count);
      return counters.map((metric) => metric.text()).join('');
    },
  };
}
