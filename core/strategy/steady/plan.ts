import type { Context } from '../../model/context.ts';
import { regionById, type Region } from '../../model/map.ts';
import type { ProbePlan, ProbeSet } from '../../model/plan.ts';
import { edition2026 } from '../netcheck/edition.ts';
import { plan as netcheckPlan } from '../netcheck/plan.ts';
import { httpSets, isAble, udpKind } from '../netcheck/reach.ts';

/**
 * netcheck's plan, and beside it the regions that no UDP probe can reach: a relay that speaks HTTPS alone may be the
 * nearest. Incremental reports ask those of them that are home or that answered last time nearer than the home did.
 */
export function plan(asked: Context): ProbePlan {
  const context = withPin(asked);
  const planned = netcheckPlan(edition2026, context);
  if (udpKind(context) === undefined) return planned;
  const sets = context.map.regions.flatMap((region) => (isDue(region, context, planned.full) ? setsWithoutUdp(region, context) : []));
  const withoutUdp = new Set(sets.map(({ region }) => region));
  // Their STUN probes, which netcheck plans all the same, would only be dropped.
  return {
    ...planned,
    sets: [...planned.sets.filter(({ region }) => !withoutUdp.has(region)), ...sets],
    skipped: Object.fromEntries(Object.entries(planned.skipped).filter(([region]) => !withoutUdp.has(region))),
  };
}

/** A pinned region is asked as the home is, whatever its rank: it is to be home. */
function withPin(context: Context): Context {
  const pin = regionById(context.map, context.preferences?.pin)?.id;
  return pin === undefined ? context : { ...context, home: { region: pin } };
}

function isDue({ id, noHome, avoid }: Region, { last, home }: Context, isFull: boolean): boolean {
  if (noHome) return false;
  if (isFull || id === home?.region) return true;
  const lastMs = last?.regions[id]?.latencyMs;
  const homeMs = home && last?.regions[home.region]?.latencyMs;
  return !avoid && lastMs !== undefined && (homeMs === undefined || lastMs < homeMs);
}

/** A set over the region's nodes in order, if none of them can be asked over UDP. */
function setsWithoutUdp(region: Region, context: Context): ProbeSet[] {
  const hasUdp = region.nodes.some((node) => (['stun', 'ice', 'fake'] as const).some((kind) => isAble(context, node, kind)));
  return hasUdp ? [] : httpSets(context, region);
}
