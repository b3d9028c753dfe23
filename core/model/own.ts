import type { RegionId } from './map.ts';

/**
 * What a record has of a region. An id may be the name of something that every object inherits: functions, and `__proto__`.
 * `Object.hasOwn` tells it as well, and takes longer than a comparison of two regions otherwise does.
 */
export function own<T>(record: Readonly<Record<RegionId, T>>, id: RegionId): T | undefined {
  const found: unknown = record[id];
  return typeof found === 'function' || found === Object.prototype ? undefined : (found as T | undefined);
}
