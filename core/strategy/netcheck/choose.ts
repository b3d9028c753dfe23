import { certainty } from '../../choice/certainty.ts';
import { explain, type Figures } from '../../choice/explain.ts';
import type { Context } from '../../model/context.ts';
import type { Decision, DecisionState, Reason } from '../../model/decision.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import type { Report } from '../../model/report.ts';
import { heardKeepAliveMs, heardRecentlyMs } from './constants.ts';
import type { Edition } from './edition.ts';
import { bestRecent, lowest, remember } from './history.ts';
import { toMs } from './nanoseconds.ts';
import { byId } from './rules.ts';
import type { NetcheckState } from './state.ts';

/** What a choice is made from; latencies in ns, factors applied. */
interface Evidence {
  /** Of this report. */
  readonly now: ReadonlyMap<RegionId, number>;
  /** Lowest of the window. */
  readonly best: ReadonlyMap<RegionId, number>;
  readonly report: Report;
  readonly context: Context;
  readonly edition: Edition;
}

interface Verdict {
  readonly home?: RegionId;
  readonly reason: Reason;
  /** The nearest by recent best of those that answered now. */
  readonly candidate?: RegionId;
}

/** Which region is home now. Its own last choice is the previous home, whatever the context says. */
export function choose(edition: Edition, state: NetcheckState, report: Report, context: Context): { state: NetcheckState; decision: Decision } {
  const { home: previous, ...seen } = remember(state, report, context.map, edition.windowMs);
  const scale = scaling(edition, context);
  const latest = seen.history.at(-1);
  const evidence: Evidence = { now: scale(lowest(latest ? [latest] : [])), best: scale(lowest(seen.history)), report, context, edition };
  const verdict = judge(evidence, regionById(context.map, previous)?.id);
  const learned: NetcheckState = {
    ...seen,
    ...(report.full && { lastFullAt: report.at - report.durationMs }),
    ...(verdict.home !== undefined && { home: verdict.home }),
  };
  return { state: learned, decision: decide(evidence, verdict, previous, learned) };
}

/** The rules in their order: the nearest, the home unless the gain is worth it, the pin, and last a home that was heard. */
function judge(evidence: Evidence, previous: RegionId | undefined): Verdict {
  const { now, context: { map, preferences }, edition } = evidence;
  const candidate = nearest(evidence);
  const pin = edition.heedsPin ? regionById(map, preferences?.pin)?.id : undefined;
  const found = candidate === undefined ? {} : { candidate };
  if (pin !== undefined && (now.has(pin) || wasHeard(evidence, pin))) return { home: pin, reason: 'pinned', ...found };
  if (previous !== undefined && previous !== candidate) {
    if (now.get(previous) && gainsTooLittle(evidence, previous, candidate)) return { home: previous, reason: 'gain-too-small', ...found };
    // A latency of 0 is for netcheck none.
    if (!now.get(previous) && wasHeard(evidence, previous)) return { home: previous, reason: 'heard', ...found };
    if (candidate === undefined && heardAgoMs(evidence, previous) < heardKeepAliveMs) return { home: previous, reason: 'heard' };
  }
  if (candidate === undefined) return { reason: 'no-answer' };
  return { home: candidate, reason: reasonFor(evidence, previous, candidate), candidate };
}

function reasonFor({ now }: Evidence, previous: RegionId | undefined, home: RegionId): Reason {
  if (previous === undefined) return now.size === 1 ? 'only' : 'first';
  if (previous === home) return 'nearest';
  return now.get(previous) ? 'moved-nearer' : 'moved-home-silent';
}

/** The lowest recent best among the regions that answered now, however slow they are at the moment. Ties: the lower id. */
function nearest({ now, best }: Evidence): RegionId | undefined {
  return [...now.keys()].sort((a, b) => (best.get(a) ?? 0) - (best.get(b) ?? 0) || byId(a, b))[0];
}

/** The home's latency now against the candidate's recent best: less than 10 ms (2026), or less than a third, is no reason. */
function gainsTooLittle({ now, best, edition }: Evidence, home: RegionId, candidate: RegionId | undefined): boolean {
  const homeNow = now.get(home) ?? 0;
  const bestNs = best.get(candidate ?? '') ?? 0;
  return homeNow - bestNs < edition.absoluteGainNs || bestNs > Math.trunc(homeNow / 3) * 2;
}

/** Its relay sent something after the report began, or less than 8 s before its end: it is there, whatever the probes say. */
const wasHeard = (evidence: Evidence, region: RegionId): boolean =>
  heardAgoMs(evidence, region) < Math.max(heardRecentlyMs, evidence.report.durationMs);

/** Since the region's last life sign; Infinity without one, or where the edition heeds none. */
const heardAgoMs = ({ report, context, edition }: Evidence, region: RegionId): number =>
  edition.heedsLifeSigns ? report.at - (context.heard?.[region] ?? -Infinity) : Infinity;

/** Multiplies latencies by the map's factor and the owner's; 0 and below are ignored. Cut to whole ns, as netcheck does. */
function scaling({ heedsFactors }: Edition, { map, preferences }: Context): (latencies: Map<RegionId, number>) => Map<RegionId, number> {
  const effective = (factor = 1): number => (factor > 0 ? factor : 1);
  const factorOf = (id: RegionId): number => effective(regionById(map, id)?.latencyFactor) * effective(preferences?.latencyFactor?.[id]);
  return (latencies) => (heedsFactors ? new Map([...latencies].map(([id, ns]) => [id, Math.trunc(ns * factorOf(id))])) : latencies);
}

function decide(evidence: Evidence, { home, reason, candidate }: Verdict, previous: RegionId | undefined, learned: NetcheckState): Decision {
  const { report, context: { map } } = evidence;
  const why = figures(evidence, home, previous, candidate);
  return {
    ...(home !== undefined && { home }),
    ...(previous !== undefined && { previous }),
    changed: home !== previous,
    state: stateOf(evidence, home, previous),
    sure: home === undefined ? 0 : certainty({ report, home, allowed: map.regions.filter((region) => !region.noHome).map(({ id }) => id), known: bestRecent(learned) }),
    ageMs: home === undefined ? 0 : ageMs(evidence, home, learned),
    reason,
    why,
    equals: [],
    sentence: explain(reason, why),
  };
}

function stateOf(evidence: Evidence, home: RegionId | undefined, previous: RegionId | undefined): DecisionState {
  if (home === undefined) return previous === undefined ? 'unreachable' : 'failing';
  return evidence.now.size === 0 && !wasHeard(evidence, home) ? 'failing' : 'settled';
}

/** Of the newest measurement of the home, or else of its last life sign. */
function ageMs({ report, context }: Evidence, home: RegionId, { history }: NetcheckState): number {
  const measured = history.filter(({ latencyNs }) => Object.hasOwn(latencyNs, home)).map(({ at }) => at);
  const at = measured.length ? Math.max(...measured) : (context.heard?.[home] ?? report.at);
  return Math.max(0, report.at - at);
}

/** The figures that were compared, factors applied: a region counts by its recent best, the home by this report. */
function figures(evidence: Evidence, home: RegionId | undefined, previous: RegionId | undefined, candidate: RegionId | undefined): Figures & Decision['why'] {
  const { now, best, context: { map }, edition } = evidence;
  const code = (id: RegionId): string => regionById(map, id)?.code ?? id;
  const homeNow = home === undefined ? undefined : now.get(home);
  const rival = candidate === home ? undefined : candidate;
  const bestNs = rival === undefined ? undefined : best.get(rival);
  const previousNow = previous === undefined || previous === home ? undefined : now.get(previous);
  const gain = homeNow !== undefined && bestNs !== undefined ? homeNow - bestNs : previousNow !== undefined && home !== undefined ? previousNow - (best.get(home) ?? 0) : undefined;
  return {
    answered: now.size,
    ...(home !== undefined && { home: code(home) }),
    ...(previous !== undefined && { previous: code(previous) }),
    ...(homeNow !== undefined && { homeNowMs: toMs(homeNow) }),
    ...(rival !== undefined && { best: code(rival) }),
    ...(bestNs !== undefined && { bestMs: toMs(bestNs) }),
    ...(gain !== undefined && { gainMs: toMs(gain) }),
    ...(rival !== undefined && homeNow !== undefined && { neededMs: toMs(Math.max(edition.absoluteGainNs, homeNow - Math.trunc(homeNow / 3) * 2)) }),
    ...(home !== undefined && !homeNow && heardAgoMs(evidence, home) < Infinity && { heardAgoMs: Math.max(0, heardAgoMs(evidence, home)) }),
  };
}
