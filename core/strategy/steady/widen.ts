import { measuredIn } from '../../choice/places.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import type { ProbeSet } from '../../model/plan.ts';
import { firstTry } from './ask.ts';
import { udpSilenceMs } from './constants.ts';
import { excludedBy } from './exclusion.ts';
import type { Stand } from './stand.ts';

/** Regions that were left out for light by the last report's latencies. */
const leftOut = ({ plan, tries }: Stand): RegionId[] => Object.keys(plan.skipped).filter((id) => plan.skipped[id] === 'light' && !tries.has(id));

const ask = ({ context }: Stand, ids: readonly RegionId[]): ProbeSet[] => ids.flatMap((id) => {
  const region = regionById(context.map, id);
  return region ? firstTry(context, region, context.families) : [];
});

/** Before a report ends: what its own latencies no longer exclude is asked after all. */
export function widen(stand: Stand): ProbeSet[] {
  const ids = leftOut(stand);
  if (ids.length === 0) return [];
  const still = excludedBy(stand.known.light, stand.context, measuredIn(stand.report));
  return ask(stand, ids.filter((id) => !still.has(id)));
}

/** Where nothing answers there is nothing to exclude by. */
export function widenInSilence(stand: Stand): { readonly add: readonly ProbeSet[]; readonly wakeMs: number } {
  const ids = stand.nearestMs === Infinity ? leftOut(stand) : [];
  if (ids.length === 0) return { add: [], wakeMs: Infinity };
  return stand.elapsedMs < udpSilenceMs ? { add: [], wakeMs: udpSilenceMs } : { add: ask(stand, ids), wakeMs: Infinity };
}
