import type { RelayMap } from '../../core/model/map.ts';
import { createMetric } from '../../core/report/exposition.ts';
import type { LocationDigest } from './digest.ts';
import type { Location } from './facts.ts';

/** Regions of all locations that are told: 6 MB of text. With 60 regions that is 333 locations, more than Cloudflare has. */
const mostFigures = 20_000;

/**
 * What the locations have measured, in the Prometheus text format 0.0.4, in base units. Made anew each time: what a location no
 * longer knows has no series. Labels are bounded: by the map's regions, and locations beyond the bound are left out, the last by
 * code, so that series do not come and go.
 */
export function gaugesText({ map, locations }: { readonly map: RelayMap; readonly locations: readonly { readonly location: Location; readonly digest: LocationDigest }[] }): string {
  const latency = createMetric('nearest_relay_edge_region_latency_seconds', 'gauge', 'Last round trip from the location to the region; none where it did not answer.');
  const asked = createMetric('nearest_relay_edge_region_asked_timestamp_seconds', 'gauge', 'When the location last asked the region.');
  const missed = createMetric('nearest_relay_edge_region_missed', 'gauge', 'Times in a row that the region did not answer the location.');
  const clients = createMetric('nearest_relay_edge_clients', 'gauge', 'Clients whose report the location keeps.');
  const known = createMetric('nearest_relay_edge_locations', 'gauge', 'Locations that measured within a day.');
  const leftOut = createMetric('nearest_relay_edge_locations_left_out', 'gauge', 'Those of them that are not told, as there are too many.');
  const told = locations.slice(0, Math.floor(mostFigures / Math.max(1, map.regions.length)));
  known.set({}, locations.length);
  leftOut.set({}, locations.length - told.length);
  for (const { location, digest: { sweep, clients: count } } of told) {
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
  return [latency, asked, missed, clients, known, leftOut].map((metric) => metric.text()).join('');
}
