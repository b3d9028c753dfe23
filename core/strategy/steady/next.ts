import { answerDueMs, isUdpKind } from '../../model/kind.ts';
import type { RegionId } from '../../model/map.ts';
import type { Report } from '../../model/report.ts';
import type { Follow, Progress } from '../../model/strategy.ts';
import { toleranceMs } from '../../choice/certainty.ts';
import { edition2026 } from '../netcheck/edition.ts';
import { startFallback } from '../netcheck/fallback.ts';
import { next as netcheckNext } from '../netcheck/next.ts';
import { answeredByUdp, udpKind } from '../netcheck/reach.ts';
import { confirmLate, followConfirmation, isConfirming } from './confirm.ts';
import { connectPatienceMs, pinPatienceMs, silencePatienceMs, udpSilenceMs } from './constants.ts';

/** netcheck's phases, with less patience for silence and more for relays that need several round trips to answer. */
export function next(progress: Progress): Follow {
  if (isConfirming(progress)) return followConfirmation(progress);
  const follow = netcheckNext(edition2026, progress);
  return wakeForCertainty(progress, confirmLate(progress, awaitSlowKinds(progress, giveUpSilence(progress, turnToHttps(progress, follow)))));
}

/**
 * Where fewer regions than "enough" answer, netcheck waits three seconds for the dead ones. Once every probe has gone out
 * and something has answered, what stays silent for long is dead, or too far to matter.
 */
function giveUpSilence({ sets, over, sent, due, elapsedMs, report }: Progress, follow: Follow): Follow {
  const slowestMs = Math.max(...latenciesOf(report));
  // The probe that is due goes out right after this.
  const tries = (index: number): number => sent.filter((one) => one.set === index).length + (due?.set === index ? 1 : 0);
  const isAllSent = sets.every((set, index) => over[index] || tries(index) >= set.probes.length);
  if (follow.stop !== undefined || follow.add || !isAllSent || slowestMs < 0) return follow;
  const isConnecting = sets.some(({ kind }, index) => !isUdpKind(kind) && kind !== 'icmp' && !over[index]);
  const untilMs = (due ? elapsedMs : (sent.at(-1)?.atMs ?? 0)) + Math.max(isConnecting ? connectPatienceMs : silencePatienceMs, 2 * slowestMs);
  return elapsedMs < untilMs ? { ...follow, wakeMs: Math.min(follow.wakeMs ?? Infinity, untilMs) } : { ...follow, stop: 'enough' };
}

/** Nothing over UDP for longer than the farthest relay takes: HTTPS and ICMP begin. What UDP still brings counts. */
function turnToHttps(progress: Progress, follow: Follow): Follow {
  const { context, plan, sets, elapsedMs, report } = progress;
  const isUdpPhase = udpKind(context) !== undefined && sets.length === plan.sets.length && follow.stop === undefined && !follow.add;
  if (!isUdpPhase || Object.values(report.regions).some(answeredByUdp)) return follow;
  if (elapsedMs < udpSilenceMs) return { ...follow, wakeMs: Math.min(follow.wakeMs ?? Infinity, udpSilenceMs) };
  return { ...follow, ...startFallback(edition2026, progress, 'timeout') };
}

/**
 * "Enough" is enough of UDP answers. A relay that is asked otherwise answers later than it is far: it is awaited until it
 * would have answered if it were nearer than the nearest so far. A pinned region is to be home however far it is.
 */
function awaitSlowKinds({ sets, over, elapsedMs, report, plan, context }: Progress, follow: Follow): Follow {
  if (follow.stop !== 'enough') return follow;
  const pin = context.preferences?.pin;
  const isPinAwaited = pin !== undefined && report.regions[pin]?.pending === true;
  const nearestMs = nearestOf(report);
  const dueMs = sets.slice(0, plan.sets.length).map(({ kind }, index) => (isUdpKind(kind) || over[index] ? 0 : answerDueMs(kind, nearestMs)));
  const untilMs = Math.max(...dueMs, isPinAwaited ? pinPatienceMs : 0);
  return elapsedMs < untilMs ? { ...follow, stop: undefined, wakeMs: untilMs } : follow;
}

/**
 * Asks to be woken when the silent regions are known to be slower than the nearest that answered: the answer is certain
 * then, which the decision should say at once.
 */
function wakeForCertainty({ sent, sets, elapsedMs, report }: Progress, follow: Follow): Follow {
  if (follow.stop !== undefined) return follow;
  const neededMs = nearestOf(report) - toleranceMs;
  const certainAt = new Map<RegionId, number>();
  for (const { set, atMs } of sent) {
    const { region = '', kind = 'stun' } = sets[set] ?? {};
    if (report.regions[region]?.pending) certainAt.set(region, Math.min(certainAt.get(region) ?? Infinity, atMs + answerDueMs(kind, neededMs)));
  }
  const certainMs = Math.max(...certainAt.values());
  return certainMs > elapsedMs && certainMs < Infinity ? { ...follow, wakeMs: Math.min(follow.wakeMs ?? Infinity, certainMs) } : follow;
}

/** The lowest latency so far; Infinity before the first. */
const nearestOf = (report: Report): number => Math.min(...latenciesOf(report));

const latenciesOf = (report: Report): number[] => Object.values(report.regions).flatMap(({ latencyMs }) => latencyMs ?? []);
