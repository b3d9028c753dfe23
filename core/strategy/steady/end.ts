import { answerDueMs } from '../../model/kind.ts';
import { regionById, type RegionId } from '../../model/map.ts';
import type { Follow } from '../../model/strategy.ts';
import { toleranceMs } from '../../choice/certainty.ts';
import { reluctanceOf } from '../../choice/preferences.ts';
import { enoughRegions, fullPatience, icmpPhaseMs } from '../netcheck/constants.ts';
import { isOpenToDoubt } from './confirm.ts';
import { pinPatienceMs } from './constants.ts';
import { mayLeaveOut } from './intervals.ts';
import { connectedAtMs, finalAtMs } from './silence.ts';
import type { Stand } from './stand.ts';

/**
 * Whether the report is over: three regions have answered over UDP and the others had as long again as the slowest of
 * these took, in a full report twice that; or nothing more is to come. Not before what must be known is: whether a silent
 * home lives, whether a relay that is asked over a connection is nearer than the nearest, and whether one that was asked
 * late is, or was read late and is asked again.
 */
export function endOf(stand: Stand): Follow {
  const { asked, silent, elapsedMs, report, context, known, nearestMs } = stand;
  const pin = context.preferences?.pin;
  const pinMs = pin !== undefined && report.regions[pin]?.pending ? pinPatienceMs : 0;
  const home = context.home?.region;
  // One that was silent before and whose connection lives may be slow: that is worth its time.
  const awaited = home !== undefined && (Object.hasOwn(known.recent, home) || context.home?.alive === true) ? silent.find(({ id }) => id === home) : undefined;
  let mustMs = awaited ? Math.max(0, finalAtMs(stand, awaited)) : 0;
  for (const { tries } of silent) {
    for (const { kind, isUdp, isOpen, atMs } of tries) if (isOpen && !isUdp && kind !== 'icmp') mustMs = Math.max(mustMs, connectedAtMs(kind, atMs, nearestMs));
  }
  let lastMs = 0;
  let pingMs = Infinity;
  const drop: number[] = [];
  for (const one of asked) {
    const finalMs = finalAtMs(stand, one);
    lastMs = Math.max(lastMs, finalMs);
    if (isOpenToDoubt(stand, one.id)) mustMs = Math.max(mustMs, finalMs);
    for (const { index, kind, isOpen, atMs } of one.tries) {
      if (kind !== 'icmp' || !isOpen) continue;
      if (elapsedMs >= atMs + icmpPhaseMs) drop.push(index);
      else pingMs = Math.min(pingMs, atMs + icmpPhaseMs);
    }
  }
  // How far the far ones are is worth knowing for later, where nobody waits for this report.
  const neededMs = context.full && mayLeaveOut(context) ? Infinity : Math.max(mustMs, enoughAtMs(stand), certainMs(stand));
  const endMs = Math.max(pinMs, Math.min(lastMs, neededMs));
  return elapsedMs >= endMs ? { drop, stop: 'enough' } : { drop, wakeMs: Math.min(endMs, pingMs) };
}

/** When enough regions have answered and the others had their time. Where UDP is silent all are awaited. */
function enoughAtMs({ asked, plan, context, latencyMs, isHeardByUdp }: Stand): number {
  if (!isHeardByUdp) return Infinity;
  const first: { readonly id: RegionId; readonly ms: number }[] = [];
  for (const { id, tries } of asked) {
    let ms = Infinity;
    for (const { answeredMs } of tries) if (answeredMs !== undefined && answeredMs < ms) ms = answeredMs;
    if (ms < Infinity) first.push({ id, ms });
  }
  if (first.length < enoughRegions) return Infinity;
  const enough = first.sort((a, b) => a.ms - b.ms).slice(0, enoughRegions);
  // Those that the owner does not want are home only where no other answers.
  if (first.every(({ id }) => reluctanceOf(regionById(context.map, id), context.preferences) > 0)) return Infinity;
  // A full plan for want of latencies is an incremental report.
  const patience = plan.full && (context.full || !context.last) ? fullPatience : 1;
  return (enough.at(-1)?.ms ?? Infinity) + patience * Math.max(...enough.map(({ id }) => latencyMs(id) ?? 0));
}

/**
 * When the silent regions are known to be slower than the nearest that answered: the answer is certain then, which the
 * decision should say at once.
 */
export function certainAtMs(stand: Stand): number {
  const atMs = certainMs(stand);
  return atMs > stand.elapsedMs ? atMs : Infinity;
}

/** Sums of ms end up a hair short: a report that ended at the very moment would not be sure of what it waited for. */
const hairMs = 0.01;

/** The same, also when it has passed. Where UDP is blocked its silence says nothing. */
function certainMs({ silent, nearestMs, isHeardByUdp }: Stand): number {
  const neededMs = nearestMs - toleranceMs + hairMs;
  let certainMs = -Infinity;
  for (const { tries } of silent) {
    if (!tries.some(({ isOpen }) => isOpen)) continue;
    let toldMs: number | undefined;
    for (const { kind, isUdp, atMs } of tries) if (isHeardByUdp || !isUdp) toldMs = Math.min(toldMs ?? Infinity, atMs + answerDueMs(kind, neededMs));
    certainMs = Math.max(certainMs, toldMs ?? -Infinity);
  }
  return certainMs;
}
