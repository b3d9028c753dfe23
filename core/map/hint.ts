import type { Prior } from '../model/context.ts';
import type { RegionId, RelayMap } from '../model/map.ts';

/** UTF-16 units of a hint: some 5,000 regions. */
export const maxHintText = 262_144;

/** Nobody's round trip on Earth is longer. */
const longestMs = 60_000;

/**
 * Reads what an edge answers at `/v1/hint`: `{ ranked, latencyMs?, ageMs }` and whatever else. Regions that the map does not
 * have are dropped, as are latencies that are none. Undefined where it is no hint, or one that ranks no region of the map;
 * never throws, whatever the text.
 */
export function parseHint(text: string, map: RelayMap): Prior | undefined {
  const { ranked, latencyMs, ageMs } = Object(text.length <= maxHintText ? parseJson(text) : undefined) as Record<string, unknown>;
  if (!Array.isArray(ranked) || typeof ageMs !== 'number' || !(ageMs >= 0 && ageMs < Infinity)) return undefined;
  const ids = new Set<unknown>(map.regions.map(({ id }) => id));
  const known = new Set(ranked.filter((id: unknown): id is RegionId => ids.has(id)));
  if (known.size === 0) return undefined;
  const figures = Object(latencyMs) as Record<string, unknown>;
  const latencies = [...known].flatMap((id): [RegionId, number][] => {
    const ms = Object.hasOwn(figures, id) ? figures[id] : undefined;
    return typeof ms === 'number' && ms >= 0 && ms <= longestMs ? [[id, ms]] : [];
  });
  return { ranked: [...known], ...(latencies.length > 0 && { latencyMs: Object.fromEntries(latencies) }), ageMs };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
