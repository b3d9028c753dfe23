import type { Place } from '../../core/choice/light.ts';
import { distanceKm, leastRttMs } from '../../core/choice/light.ts';
import { median } from './robust.ts';

/** How round trips grow with distance: so many times what light needs, plus what the way to the network and back costs. */
export interface Pace {
  /** Light in fibre needs 1.47 times what it needs in vacuum, and cables take detours. */
  readonly timesLight: number;
  readonly accessMs: number;
}

/** Until something is known: half way between good paths (1.6) and poor ones (2.4). */
export const usualPace: Pace = { timesLight: 2, accessMs: 3 };

/** Below it the access outweighs the distance. */
const farMs = 5;
const fewestPairs = 3;
/** No cable is straighter, and what is slower is no path to reckon by. */
const quickest = 1.2;
const slowest = 4;

/**
 * Learned from places and round trips between them, each pair one vote. Fewer than three far ones teach nothing.
 *
 * @param accessMs what of each round trip is not the distance's; 0 where the pairs are differences of two
 */
export function paceOf(pairs: readonly { readonly leastMs: number; readonly latencyMs: number }[], accessMs: number = usualPace.accessMs): Pace {
  const far = pairs.filter(({ leastMs }) => leastMs >= farMs);
  const timesLight = far.length < fewestPairs ? undefined : median(far.map(({ leastMs, latencyMs }) => (latencyMs - accessMs) / leastMs));
  return timesLight === undefined ? usualPace : { ...usualPace, timesLight: Math.min(slowest, Math.max(quickest, timesLight)) };
}

/** What a round trip between the two places may be expected to take. */
export const expectedMs = (pace: Pace, from: Place, to: Place): number => pace.accessMs + pace.timesLight * leastRttMs(distanceKm(from, to));
