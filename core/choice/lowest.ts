import type { RegionId } from '../model/map.ts';

/** Each region's lowest latency over the reports. */
export function lowest(reports: readonly Readonly<Record<RegionId, number>>[]): Map<RegionId, number> {
  const found = new Map<RegionId, number>();
  for (const latencies of reports) {
    for (const id of Object.keys(latencies)) {
      const latency = latencies[id] ?? Infinity;
      if (latency < (found.get(id) ?? Infinity)) found.set(id, latency);
    }
  }
  return found;
}
