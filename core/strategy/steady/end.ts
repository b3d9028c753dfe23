import { answerDueMs } from '../../model/kind.ts';
import type { RegionId } from '../../model/map.ts';
import type { Follow } from '../../model/strategy.ts';
import { toleranceMs } from '../../choice/certainty.ts';
import { enoughRegions, fullPatience, icmpPhaseMs } from '../netcheck/constants.ts';
import { pinPatienceMs } from './constants.ts';
import { connectedAtMs, finalAtMs } from './silence.ts';
import type { Stand } from './stand.ts';

/**
 * Whether the report is over: three regions have answered over UDP and the others had as long again as the slowest of
 * these took, in a full report twice that; or nothing more is to come. Not before what must be known is: whether a silent
 * home lives, whether a relay that is asked over a connection is nearer than the nearest, and whether one that was asked
 * late is.
 */
export function endOf(stand: Stand): Follow {
  const { tries, elapsedMs, report, context, known } = stand;
  const finals = new Map([...tries.keys()].map((id) => [id, finalAtMs(stand, id)]));
  const isHomeSilent = (id: RegionId): boolean => id === context.home?.region && stand.latencyMs(id) === undefined && Object.hasOwn(known.recent, id);
  const pin = context.preferences?.pin;
  const pinMs = pin !== undefined && report.regions[pin]?.pending ? pinPatienceMs : 0;
  const connections = [...tries].flatMap(([id, of]) => (stand.latencyMs(id) === undefined ? of.filter(({ isUdp, isOpen, kind }) => isOpen && !isUdp && kind !== 'icmp') : []));
  const mustMs = Math.max(0, ...[...finals].flatMap(([id, ms]) => (isHomeSilent(id) ? ms : [])), ...connections.map(({ kind, atMs }) => connectedAtMs(kind, atMs, stand.nearestMs)));
  const endMs = Math.max(pinMs, Math.min(Math.max(0, ...finals.values()), Math.max(mustMs, enoughAtMs(stand), certainMs(stand))));
  const pings = [...tries.values()].flat().filter(({ kind, isOpen }) => kind === 'icmp' && isOpen);
  const drop = pings.filter(({ atMs }) => elapsedMs >= atMs + icmpPhaseMs).map(({ index }) => index);
  if (elapsedMs >= endMs) return { drop, stop: 'enough' };
  return { drop, wakeMs: Math.min(endMs, ...pings.filter(({ index }) => !drop.includes(index)).map(({ atMs }) => atMs + icmpPhaseMs)) };
}

/** When enough regions have answered and the others had their time. Where UDP is silent all are awaited. */
function enoughAtMs({ tries, plan, context, latencyMs, isHeardByUdp }: Stand): number {
  if (!isHeardByUdp) return Infinity;
  const first = [...tries].map(([id, of]) => ({ id, ms: Math.min(...of.map(({ answeredMs = Infinity }) => answeredMs)) }));
  const enough = first.filter(({ ms }) => ms < Infinity).sort((a, b) => a.ms - b.ms).slice(0, enoughRegions);
  const last = enough[enoughRegions - 1];
  if (!last) return Infinity;
  // A full plan for want of latencies is an incremental report.
  const patience = plan.full && (context.full || !context.last) ? fullPatience : 1;
  return last.ms + patience * Math.max(...enough.map(({ id }) => latencyMs(id) ?? 0));
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
function certainMs({ tries, latencyMs, nearestMs, isHeardByUdp }: Stand): number {
  const neededMs = nearestMs - toleranceMs + hairMs;
  return Math.max(...[...tries].flatMap(([id, of]) => {
    const telling = latencyMs(id) === undefined && of.some(({ isOpen }) => isOpen) ? of.filter(({ isUdp }) => isHeardByUdp || !isUdp) : [];
    return telling.length > 0 ? Math.min(...telling.map(({ kind, atMs }) => atMs + answerDueMs(kind, neededMs))) : [];
  }));
}
