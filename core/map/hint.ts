import type { Prior, Vantages } from '../model/context.ts';
import type { RegionId, RelayMap } from '../model/map.ts';

/** UTF-16 units of a hint: some 5,000 regions. */
export const maxHintText = 262_144;

/** Of what others measured, the first so many rows of so many regions are read. */
const mostVantages = 32;
const mostOfVantage = 64;

/** Nobody's round trip on Earth is longer. */
const longestMs = 60_000;

/**
 * Reads what an edge answers at `/v1/hint`: `{ ranked, latencyMs?, vantages?, ageMs }` and whatever else. Regions that the map does not
 * have are dropped, as are latencies that are none. Undefined where it is no hint, or one that ranks no region of the map;
 * never throws, whatever the text.
 */
export function parseHint(text: string, map: RelayMap): Prior | undefined {
  const { ranked, latencyMs, vantages, ageMs } = Object(text.length <= maxHintText ? parseJson(text) : undefined) as Record<string, unknown>;
  if (!Array.isArray(ranked) || typeof ageMs !== 'number' || !(ageMs >= 0 && ageMs < Infinity)) return undefined;
  const ids = new Set<unknown>(map.regions.map(({ id }) => id));
  const known = new Set(ranked.filter((id: unknown): id is RegionId => ids.has(id)));
  if (known.size === 0) return undefined;
  const figures = Object(latencyMs) as Record<string, unknown>;
  const latencies = [...known].flatMap((id): [RegionId, number][] => {
    const ms = Object.hasOwn(figures, id) ? figures[id] : undefined;
    return isRoundTrip(ms) ? [[id, ms]] : [];
  });
  const others = vantagesIn(vantages, ids);
  return { ranked: [...known], ...(latencies.length > 0 && { latencyMs: Object.fromEntries(latencies) }), ...(others && { vantages: others }), ageMs };
}

const isRoundTrip = (ms: unknown): ms is number => typeof ms === 'number' && ms >= 0 && ms <= longestMs;

/** Regions that the map does not have leave with their column; what is no row, or none of figures, is left out. */
function vantagesIn(given: unknown, ids: ReadonlySet<unknown>): Vantages | undefined {
  const { regions, latencyMs } = Object(given) as Record<string, unknown>;
  if (!Array.isArray(regions) || !Array.isArray(latencyMs)) return undefined;
  const columns = regions.slice(0, mostOfVantage).flatMap((id: unknown, at): [RegionId, number][] => (typeof id === 'string' && ids.has(id) && regions.indexOf(id) === at ? [[id, at]] : []));
  const rows = latencyMs.slice(0, mostVantages).flatMap((row: unknown) => {
    const read = columns.map(([, at]) => (Array.isArray(row) && isRoundTrip(row[at]) ? row[at] : null));
    return read.some((ms) => ms !== null) ? [read] : [];
  });
  return rows.length > 0 ? { regions: columns.map(([id]) => id), latencyMs: rows } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
