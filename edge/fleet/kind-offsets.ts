import type { Kind } from '../../core/model/kind.ts';
import type { RegionSweep, Sweep } from './facts.ts';

/** What most regions that answered were measured by. */
export function usualKind({ regions }: Pick<Sweep, 'regions'>): Kind | undefined {
  const counts = new Map<Kind, number>();
  for (const { kind, latencyMs } of Object.values(regions)) if (kind !== undefined && latencyMs !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].reduce<readonly [Kind, number] | undefined>((most, one) => (most && most[1] >= one[1] ? most : one), undefined)?.[0];
}

/**
 * What the region's kind adds to the usual one, as far as that is known: an HTTPS request waits for the server as well, and a
 * region that is measured by it must not come behind a farther one for that.
 */
export const addedMs = ({ offsets }: Sweep, { kind }: RegionSweep): number => (offsets && kind !== undefined && kind !== offsets.to ? (offsets.addMs[kind] ?? 0) : 0);
