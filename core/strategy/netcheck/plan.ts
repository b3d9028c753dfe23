import { mightHave } from '../../model/address.ts';
import type { Context } from '../../model/context.ts';
import type { Family } from '../../model/kind.ts';
import type { Region, RegionId, RelayNode } from '../../model/map.ts';
import type { ProbePlan, ProbeSet } from '../../model/plan.ts';
import type { SkipReason } from '../../model/report.ts';
import { incrementalRegions, initialRetryMs, initialTries, reportTimeoutMs } from './constants.ts';
import type { Edition } from './edition.ts';
import { httpSets, udpKind } from './reach.ts';
import { byLastLatency, familiesAt, familiesSeen, firstFew, mayProbe, needsFullPlan, retryDelay, takesProbe, triesAt } from './rules.ts';

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
  const sets: ProbeSet[] = [];
  for (const one of planned) sets.push(...one.sets);
  return { full, timeoutMs: reportTimeoutMs, sets, skipped: skipped(edition, context, planned) };
}

function planRegions(edition: Edition, context: Context, full: boolean): Planned[] {
  const kind = udpKind(context);
  if (kind === undefined) return withoutUdp(context, full);
  return full ? planFull(edition, context, kind) : planIncremental(edition, context, kind);
}

/** Nothing is known: every region, its nodes in turn; avoided ones too, which only incremental plans leave out. */
function planFull(edition: Edition, { map, families }: Context, kind: UdpKind): Planned[] {
  const tries: Tries = {
    count: initialTries,
    delayMs: (attempt) => attempt * initialRetryMs,
    wants: (node, family) => takesProbe(edition, node, family, (family === 4 ? families.v4 : families.v6) && mightHave(node, family)),
  };
  return map.regions.filter((region) => !region.noHome).map((region) => ({ region, sets: setsOf(region, kind, tries) }));
}

/** A region without nodes still takes its place. IPv6 is tried again only where it has answered before. */
function planIncremental(edition: Edition, { map, last, home, families }: Context, kind: UdpKind): Planned[] {
  const seen = families.v6 ? familiesSeen(last) : { v4: false, v6: false };
  const able = map.regions.filter((region) => mayProbe(edition, region, home?.region));
  const chosen = firstFew(able, incrementalRegions, byLastLatency(last));
  // The home wherever it ranks (2026): one bad sample of it must not leave it unprobed for five minutes.
  if (edition.alwaysProbesHome) for (const region of able) if (region.id === home?.region && !chosen.includes(region)) chosen.push(region);
  return chosen.map((region, rank) => {
    const place = { rank, isHome: region.id === home?.region };
    const wanted = familiesAt(edition, place, families, seen);
    const retryMs = retryDelay(last?.regions[region.id]?.latencyMs);
    return { region, sets: setsOf(region, kind, {
      count: triesAt(place),
      delayMs: retryMs,
      wants: (node, family, attempt) => takesProbe(edition, node, family, family === 4 ? wanted.v4 : wanted.v6 && (attempt === 0 || seen.v6)),
    }) };
  });
}

/** As netcheck where it has HTTP alone: one node of each region, in incremental reports of those that answered last time. */
function withoutUdp(context: Context, full: boolean): Planned[] {
  return context.map.regions.filter((region) => !region.noHome && (full || context.last?.regions[region.id]?.latencyMs !== undefined)).map((region) => ({
    region,
    sets: httpSets(context, region).map((set) => ({ ...set, probes: set.probes.slice(0, 1) })),
  }));
}

type UdpKind = 'stun' | 'ice';

/** The tries at a region, counted from 0. */
interface Tries {
  readonly count: number;
  delayMs(attempt: number): number;
  wants(node: RelayNode, family: Family, attempt: number): boolean;
}

/** The region's nodes in turn. STUN has a set a family; where the platform chooses the family one set holds all tries. */
function setsOf({ id, nodes }: Region, kind: UdpKind, { count, delayMs, wants }: Tries): ProbeSet[] {
  const v4: ProbeSet['probes'][number][] = [];
  const v6: typeof v4 = [];
  const any: typeof v4 = [];
  for (let attempt = 0; attempt < count; attempt++) {
    const node = nodes[attempt % nodes.length];
    if (!node) break;
    const probe = { node: node.name, delayMs: delayMs(attempt) };
    const [byV4, byV6] = [wants(node, 4, attempt), wants(node, 6, attempt)];
    if (byV4) v4.push(probe);
    if (byV6) v6.push(probe);
    if (byV4 || byV6) any.push(probe);
  }
  if (kind === 'ice') return any.length ? [{ region: id, kind, probes: any }] : [];
  const sets: ProbeSet[] = [];
  if (v4.length) sets.push({ region: id, kind, family: 4, probes: v4 });
  if (v6.length) sets.push({ region: id, kind, family: 6, probes: v6 });
  return sets;
}

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
