import { regionById, type RegionId } from '../../model/map.ts';
import { udpTry } from './ask.ts';
import { mostTogether, queuedMs, roundGapMs, togetherRounds, togetherShare } from './constants.ts';
import type { Answer } from './silence.ts';
import type { Stand } from './stand.ts';

/**
 * Where even the nearest reads far, the client's own line may queue: all regions are then read through one queue that moves and
 * loses, and one whose probe met it short looks near. Before a first home the nearest are asked again all at once, a few times:
 * what probes that left together share is the same for all, so that their figures can be told apart (`withoutSharedDelay`).
 */
export function askTogether(stand: Stand): Answer {
  const { context, tries, nearestMs, isHeardByUdp, elapsedMs } = stand;
  if (context.home !== undefined || !isHeardByUdp || nearestMs < queuedMs) return nothing;
  const readAtMs = firstAnswerMs(stand) + togetherShare * nearestMs;
  if (elapsedMs < readAtMs) return { add: [], wakeMs: readAtMs };
  const near = contenders(stand);
  // What this process read late is asked again for that.
  if (near.length < 2 || near.some((id) => stand.report.regions[id]?.doubt.includes('event-loop'))) return nothing;
  const asked = near.map((id) => [...new Set((tries.get(id) ?? []).flatMap(({ isUdp, atMs }) => (isUdp && atMs >= readAtMs ? atMs : [])))]);
  const times = asked.reduce((most, one) => (one.length > most.length ? one : most));
  const nextMs = Math.max(readAtMs, ...times.map((atMs) => atMs + roundGapMs));
  if (times.length >= togetherRounds) return nothing;
  if (elapsedMs < nextMs) return { add: [], wakeMs: nextMs };
  const add = near.flatMap((id) => {
    const region = regionById(context.map, id);
    return region ? udpTry(context, region, 0, context.families) : [];
  });
  return { add, wakeMs: Infinity };
}

/** Over UDP. */
const firstAnswerMs = ({ tries }: Stand): number => Math.min(...[...tries.values()].flat().map(({ isUdp, answeredMs = Infinity }) => (isUdp ? answeredMs : Infinity)));

/** Those that may be the nearest: they read not much farther than it. A silent one is asked again for that, and then one of them. */
function contenders({ report, tries }: Stand): RegionId[] {
  const read = (id: RegionId): number => report.regions[id]?.rankMs ?? report.regions[id]?.latencyMs ?? Infinity;
  const [nearest = '', ...others] = [...tries.keys()].sort((a, b) => read(a) - read(b));
  return [nearest, ...others.filter((id) => read(id) <= (1 + togetherShare) * read(nearest))].slice(0, mostTogether);
}

const nothing: Answer = { add: [], wakeMs: Infinity };
