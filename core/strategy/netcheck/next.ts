import { isUdpKind } from '../../model/kind.ts';
import type { RegionId } from '../../model/map.ts';
import type { ProbeSet } from '../../model/plan.ts';
import type { Report } from '../../model/report.ts';
import type { Follow, Progress } from '../../model/strategy.ts';
import { enoughRegions, fullPatience, stunPhaseMs } from './constants.ts';
import type { Edition } from './edition.ts';
import { followFallback, startFallback } from './fallback.ts';
import { answeredByUdp, udpKind } from './reach.ts';

/** A report has two phases: STUN, and if that brought nothing HTTPS and ICMP. Without UDP it just waits for all answers. */
export function next(edition: Edition, progress: Progress): Follow {
  if (udpKind(progress.context) === undefined) return progress.over.every(Boolean) ? { stop: 'enough' } : {};
  return progress.sets.some(({ kind }) => !isUdpKind(kind)) ? followFallback(progress) : followStun(edition, progress);
}

/** The STUN phase ends when all sets are done, when enough regions answered and the rest had its time, or after 3 s. */
function followStun(edition: Edition, progress: Progress): Follow {
  const { plan, elapsedMs, due } = progress;
  const skips = due !== undefined && !wouldHelp(plan.sets[due.set], progress.report);
  const endMs = Math.min(stunPhaseMs, enoughAtMs(progress));
  const allDone = areAllDone(progress, skips ? due.set : undefined);
  if (!allDone && elapsedMs < endMs) return skips ? { skip: true, wakeMs: endMs } : { wakeMs: endMs };
  const stop = allDone || endMs < stunPhaseMs ? 'enough' : 'timeout';
  const end = hasUdpAnswer(progress) ? { stop } as const : startFallback(edition, progress, stop);
  return skips ? { skip: true, ...end } : end;
}

const hasUdpAnswer = ({ sets, report: { regions } }: Progress): boolean => sets.some(({ region }) => regions[region] && answeredByUdp(regions[region]));

/**
 * Whether a probe of the set could still tell something new: its region is unknown; or nothing is known of IPv6; or not yet
 * how the NAT maps, which needs two IPv4 answers. Once false it stays false.
 */
function wouldHelp(set: ProbeSet | undefined, report: Report): boolean {
  if (!set || report.regions[set.region]?.latencyMs === undefined) return true;
  if (set.family === 6) return !Object.values(report.regions).some((region) => answeredByUdp(region) && region.v6Ms !== undefined);
  return set.family === 4 && report.mappingVariesByDestIp === undefined;
}

/**
 * A set is done when it has answered, or when a probe that fell due was not worth sending. One whose probes all went out,
 * or that had nothing to send to, is waited for until the phase ends. `skipped`: this one is about to be done.
 */
function areAllDone({ plan, sets, over, sent, report }: Progress, skipped: number | undefined): boolean {
  for (let set = 0; set < plan.sets.length; set++) if (!over[set] && set !== skipped) return false;
  for (let set = 0; set < plan.sets.length; set++) {
    if (set === skipped) continue;
    let tries = 0;
    let hasAnswer = false;
    for (const one of sent) {
      if (one.set !== set) continue;
      tries++;
      hasAnswer ||= one.answeredMs !== undefined;
    }
    if (!hasAnswer && (tries >= (sets[set]?.probes.length ?? 0) || wouldHelp(sets[set], report))) return false;
  }
  return true;
}

/** When enough regions have answered the others get as long again as the slowest of these took, in a full report twice that. */
function enoughAtMs({ plan, sent, sets, report, context }: Progress): number {
  const first: RegionId[] = [];
  let slowestMs = 0;
  let atMs = -Infinity;
  while (first.length < enoughRegions) {
    let next: RegionId | undefined;
    let nextMs = Infinity;
    for (const { set, answeredMs = Infinity } of sent) {
      const region = sets[set]?.region;
      if (answeredMs >= nextMs || region === undefined || first.includes(region)) continue;
      next = region;
      nextMs = answeredMs;
    }
    if (next === undefined) return Infinity;
    first.push(next);
    atMs = nextMs;
    slowestMs = Math.max(slowestMs, report.regions[next]?.latencyMs ?? 0);
  }
  // A full plan for want of latencies is in netcheck still an incremental report.
  return atMs + (plan.full && (context.full || !context.last) ? fullPatience : 1) * slowestMs;
}
