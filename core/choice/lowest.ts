import type { RegionId } from '../model/map.ts';

/** A map of figures by region as a record, which JSON knows. `of`: what becomes of each. */
export function recordOf(figures: ReadonlyMap<RegionId, number>, of: (figure: number) => number = (figure) => figure): Record<RegionId, number> {
  const record: Record<RegionId, number> = {};
  figures.forEach((figure, id) => {
    record[id] = of(figure);
  });
  return record;
}

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
