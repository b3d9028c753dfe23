import type { PickerEvent } from './events.ts';
import type { HomeEvent } from './home/events.ts';
import type { Family } from './model/kind.ts';
import type { RelayMap, RegionId } from './model/map.ts';
import { answered, type RegionReport, type Report } from './model/report.ts';
import { createMetric, type Metric } from './report/exposition.ts';
import { wasAsked } from './report/region-order.ts';

/** Counts what a picker and its home do, for Prometheus. */
export interface Metrics {
  readonly onEvent: (event: PickerEvent | HomeEvent) => void;
  /** All metrics in the Prometheus text format 0.0.4 (`Content-Type: text/plain; version=0.0.4; charset=utf-8`). */
  text(): string;
}

/**
 * Metrics as a listener. They count what Tailscale's client counts of netcheck (reports, full ones, STUN sent and received
 * by family, HTTPS measurements, home changes), for every kind alike, and add the home and the latencies. In base units.
 * Label sets are bounded: kinds, families, reasons and codes are closed lists, regions are those of the last map.
 */
export function createMetrics(): Metrics {
  const all: Metric[] = [];
  const metric = (name: string, type: 'counter' | 'gauge', help: string): Metric => {
    const made = createMetric(`nearest_relay_${name}`, type, help);
    all.push(made);
    return made;
  };
  const reports = metric('reports_total', 'counter', 'Reports made, by scope.');
  const failed = metric('reports_failed_total', 'counter', 'Reports in which no relay answered.');
  const changes = metric('home_changes_total', 'counter', 'Changes of the home region, by reason.');
  const home = metric('home_info', 'gauge', '1 for the region that is home; no sample without a home.');
  const sure = metric('home_sure_ratio', 'gauge', 'Probability that no allowed region is more than 2 ms nearer than the home.');
  const latency = metric('region_latency_seconds', 'gauge', 'Lowest round trip in the last report that measured the region; none once it no longer answers.');
  const seen = metric('region_last_answer_timestamp_seconds', 'gauge', 'End of the last report in which the region answered.');
  const duration = metric('report_duration_seconds', 'gauge', 'How long the last report took.');
  const finished = metric('report_timestamp_seconds', 'gauge', 'End of the last report.');
  const sent = metric('probes_sent_total', 'counter', 'Probes sent, by kind and family.');
  const back = metric('probes_answered_total', 'counter', 'Probes answered, by kind and family.');
  const lost = metric('probes_lost_total', 'counter', 'Probes without an answer, by kind and cause.');
  const packets = metric('udp_packets_sent_total', 'counter', 'UDP packets sent in reports.');
  const bytes = metric('udp_bytes_sent_total', 'counter', 'Bytes of those packets, with IP and UDP headers.');
  const connection = metric('home_connection_info', 'gauge', '1 for the region to which the home is connected; no sample without a connection.');
  const connectionChanges = metric('home_connection_changes_total', 'counter', 'Connections to the home that came, went or moved, by reason.');
  const rtt = metric('home_connection_rtt_seconds', 'gauge', 'Last echo of the home\'s relay over its connection.');
  const attempts = metric('home_attempts_total', 'counter', 'Attempts to connect to a relay, by outcome.');
  const failover = metric('failover_seconds', 'gauge', 'How long the last loss of the home lasted.');
  const downtime = metric('home_down_seconds_total', 'counter', 'Time without a home between a loss and the next connection.');
  const held = metric('home_moves_held_total', 'counter', 'Moves held back because peers could not be told.');
  // Both scopes show from the start, so that a rate over the first report is right.
  for (const scope of ['full', 'incremental']) reports.add({ scope }, 0);
  for (const counter of [failed, packets, bytes, downtime, held]) counter.add({}, 0);

  let label = (id: RegionId): string => id;

  function onHome(event: Extract<HomeEvent, { type: 'home' }>): void {
    connectionChanges.add({ event: event.event, reason: event.reason });
    connection.prune(() => false);
    if (event.event === 'down') rtt.prune(() => false);
    else connection.set({ region: label(event.region) }, 1);
    if (event.rttMs !== undefined) rtt.set({}, seconds(event.rttMs));
    if (event.downMs === undefined) return;
    failover.set({}, seconds(event.downMs));
    downtime.add({}, seconds(event.downMs));
  }

  function onReport({ report, decision, timing, context }: Extract<PickerEvent, { type: 'report' }>): void {
    label = regionLabels(context.map, report);
    reports.add({ scope: report.full ? 'full' : 'incremental' });
    if (answered(report).length === 0) failed.add({});
    if (decision.changed) changes.add({ reason: decision.reason });
    home.prune(() => false);
    if (decision.home !== undefined) home.set({ region: label(decision.home) }, 1);
    sure.set({}, decision.sure);
    duration.set({}, seconds(report.durationMs));
    finished.set({}, seconds(report.at));
    packets.add({}, timing.packetsSent);
    bytes.add({}, timing.bytesSent);

    // A region that was not asked keeps its last figures; one that was asked in vain, or has left the map, has none.
    const known = new Set(context.map.regions.map((region) => label(region.id)));
    const fresh = new Set(Object.entries(report.regions).filter(([, region]) => wasAsked(region)).map(([id]) => label(id)));
    latency.prune(({ region = '' }) => known.has(region) && !fresh.has(region));
    seen.prune(({ region = '' }) => known.has(region));
    for (const [id] of answered(report)) {
      const region = report.regions[id];
      if (!region || !known.has(label(id))) continue;
      seen.set({ region: label(id) }, seconds(report.at));
      for (const { ms, ...labels } of latenciesOf(region)) latency.set({ region: label(id), ...labels }, seconds(ms));
    }
  }

  return {
    onEvent(event) {
      if (event.type === 'probe') sent.add({ kind: event.kind, family: familyLabel(event.family) });
      else if (event.type === 'sample') back.add({ kind: event.sample.kind, family: familyLabel(event.sample.family) });
      else if (event.type === 'lost') lost.add({ kind: event.kind, code: event.code });
      else if (event.type === 'started') label = regionLabels(event.context.map, { regions: {} });
      else if (event.type === 'report') onReport(event);
      else if (event.type === 'home') onHome(event);
      else if (event.type === 'pong') rtt.set({}, seconds(event.rttMs));
      else if (event.type === 'held') held.add({});
      else if (event.type === 'connection' && (event.state === 'carries' || event.state === 'failed')) attempts.add({ outcome: event.state });
    },
    text: () => all.map((one) => one.text()).join(''),
  };
}

const seconds = (ms: number): number => Number((ms / 1000).toFixed(9));

/** As OpenTelemetry's `network.type`; `any` where the platform chose. */
const familyLabel = (family: Family | undefined): string => (family === undefined ? 'any' : `ipv${family}`);

/** Every kind and family that answered; where a report has no details by kind, what ranks the region. */
function latenciesOf(region: RegionReport): { readonly kind: string; readonly family: string; readonly ms: number }[] {
  const found: { kind: string; family: string; ms: number }[] = [];
  const kinds = region.kinds ?? (region.kind && { [region.kind]: { v4Ms: region.v4Ms, v6Ms: region.v6Ms, ms: region.latencyMs } });
  for (const [kind, { ms, v4Ms, v6Ms }] of Object.entries(kinds ?? {})) {
    if (v4Ms !== undefined) found.push({ kind, family: 'ipv4', ms: v4Ms });
    if (v6Ms !== undefined) found.push({ kind, family: 'ipv6', ms: v6Ms });
    if (v4Ms === undefined && v6Ms === undefined && ms !== undefined) found.push({ kind, family: 'any', ms });
  }
  return found;
}

/** A region's code, or its code and id where two regions of the map share the code: no two series may be one. */
function regionLabels(map: RelayMap, report: Pick<Report, 'regions'>): (id: RegionId) => string {
  const codes = new Map<RegionId, string>(Object.entries(report.regions).map(([id, region]) => [id, region.code]));
  for (const region of map.regions) codes.set(region.id, region.code);
  const count = new Map<string, number>();
  for (const code of codes.values()) count.set(code, (count.get(code) ?? 0) + 1);
  return (id) => {
    const code = codes.get(id) ?? id;
    return (count.get(code) ?? 0) > 1 ? `${code}-${id}` : code;
  };
}
