import { mightHave } from '../../model/address.ts';
import type { Context } from '../../model/context.ts';
import type { Region, RegionId, RelayNode } from '../../model/map.ts';
import type { ProbePlan, ProbeSet } from '../../model/plan.ts';
import type { SkipReason } from '../../model/report.ts';
import { incrementalRegions, initialRetryMs, initialTries, reportTimeoutMs } from './constants.ts';
import type { Edition } from './edition.ts';
import { httpSets, udpKind } from './reach.ts';
import { byLastLatency, familiesAt, familiesSeen, mayProbe, needsFullPlan, retryDelayMs, takesProbe, triesAt, type Families } from './rules.ts';

/** One try at a region, and over which families. */
interface Try extends Families {
  readonly node: RelayNode;
  readonly delayMs: number;
}

/** A region that the plan chose, with its sets; none if nothing of it can be asked. */
interface Planned {
  readonly region: Region;
  readonly sets: readonly ProbeSet[];
}

/**
 * What to send. A full plan asks all regions, three tries a family; an incremental one the nearest three and the home. A
 * client without UDP times HTTPS from the start.
 */
export function plan(edition: Edition, context: Context): ProbePlan {
  const full = needsFullPlan(context);
  const planned = planRegions(edition, context, full);
  return { full, timeoutMs: reportTimeoutMs, sets: planned.flatMap(({ sets }) => sets), skipped: skipped(edition, context, planned) };
}

function planRegions(edition: Edition, context: Context, full: boolean): Planned[] {
  const kind = udpKind(context);
  if (kind === undefined) return withoutUdp(context, full);
  const tried = full ? fullTries(edition, context) : incrementalTries(edition, context);
  return tried.map(({ region, tries }) => ({ region, sets: setsOf(region, kind, tries) }));
}

/** Nothing is known: every region, its nodes in turn; avoided ones too, which only incremental plans leave out. */
function fullTries(edition: Edition, { map, families }: Context): { region: Region; tries: Try[] }[] {
  return map.regions.filter((region) => !region.noHome).map((region) => ({
    region,
    tries: inTurn(region, initialTries).map((node, attempt) => ({
      node,
      delayMs: attempt * initialRetryMs,
      v4: takesProbe(edition, node, 4, families.v4 && mightHave(node, 4)),
      v6: takesProbe(edition, node, 6, families.v6 && mightHave(node, 6)),
    })),
  }));
}

/** A region without nodes still takes its place. IPv6 is tried again only where it has answered before. */
function incrementalTries(edition: Edition, { map, last, home, families }: Context): { region: Region; tries: Try[] }[] {
  const seen = familiesSeen(last);
  const able = map.regions.filter((region) => mayProbe(edition, region, home?.region));
  // The home wherever it ranks (2026): one bad sample of it must not leave it unprobed for five minutes.
  const chosen = able.sort(byLastLatency(last)).filter(({ id }, rank) => rank < incrementalRegions || (id === home?.region && edition.alwaysProbesHome));
  return chosen.map((region, rank) => {
    const place = { rank, isHome: region.id === home?.region };
    const wanted = familiesAt(edition, place, families, seen);
    const tries = inTurn(region, triesAt(place)).map((node, attempt) => ({
      node,
      delayMs: retryDelayMs(attempt, last?.regions[region.id]?.latencyMs),
      v4: takesProbe(edition, node, 4, wanted.v4),
      v6: takesProbe(edition, node, 6, wanted.v6 && (attempt === 0 || seen.v6)),
    }));
    return { region, tries };
  });
}

/** As netcheck where it has HTTP alone: one node of each region, in incremental reports of those that answered last time. */
function withoutUdp(context: Context, full: boolean): Planned[] {
  return context.map.regions.filter((region) => !region.noHome && (full || context.last?.regions[region.id]?.latencyMs !== undefined)).map((region) => ({
    region,
    sets: httpSets(context, region).map((set) => ({ ...set, probes: set.probes.slice(0, 1) })),
  }));
}

function inTurn({ nodes }: Region, tries: number): RelayNode[] {
  const found: RelayNode[] = [];
  for (let attempt = 0; attempt < tries; attempt++) {
    const node = nodes[attempt % nodes.length];
    if (node) found.push(node);
  }
  return found;
}

/** STUN has a set a family; where the platform chooses the family one set holds all tries. */
function setsOf({ id }: Region, kind: 'stun' | 'ice', tries: readonly Try[]): ProbeSet[] {
  const probes = (wants: (one: Try) => boolean): ProbeSet['probes'] => tries.filter(wants).map(({ node, delayMs }) => ({ node: node.name, delayMs }));
  if (kind === 'ice') return tries.some(anyFamily) ? [{ region: id, kind, probes: probes(anyFamily) }] : [];
  const sets: ProbeSet[] = [];
  if (tries.some(byV4)) sets.push({ region: id, kind, family: 4, probes: probes(byV4) });
  if (tries.some(byV6)) sets.push({ region: id, kind, family: 6, probes: probes(byV6) });
  return sets;
}

const byV4 = ({ v4 }: Try): boolean => v4;
const byV6 = ({ v6 }: Try): boolean => v6;
const anyFamily = ({ v4, v6 }: Try): boolean => v4 || v6;

function skipped(edition: Edition, { map, home }: Context, planned: readonly Planned[]): Record<string, SkipReason> {
  const chosen = new Map<RegionId, number>();
  for (const { region, sets } of planned) chosen.set(region.id, sets.length);
  const reasons: Record<RegionId, SkipReason> = {};
  for (const region of map.regions) {
    const sets = chosen.get(region.id);
    if (!sets) reasons[region.id] = sets === 0 ? 'impossible' : mayProbe(edition, region, home?.region) ? 'not-due' : 'flag';
  }
  return reasons;
}
