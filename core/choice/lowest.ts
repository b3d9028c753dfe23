import type { RegionId } from '../model/map.ts';

/** Each region's lowest latency over the reports. */
export function lowest(reports: readonly Readonly<Record<RegionId, number>>[]): Map<RegionId, number> {
  const found = new Map<RegionId, number>();
  for (const latencies of reports) for (const [id, latency] of Object.entries(latencies)) found.set(id, Math.min(latency, found.get(id) ?? Infinity));
  return found;
}
