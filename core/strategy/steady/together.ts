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
  const [nearest = ''] = near;
  // What this process read late is asked again for that.
  if (near.length < 2 || stand.report.regions[nearest]?.doubt.includes('event-loop')) return nothing;
  const times = new Set((tries.get(nearest) ?? []).flatMap(({ isUdp, atMs }) => (isUdp && atMs >= readAtMs ? atMs : [])));
  const nextMs = Math.max(readAtMs, ...[...times].map((atMs) => atMs + roundGapMs));
  if (times.size >= togetherRounds) return nothing;
  if (elapsedMs < nextMs) return { add: [], wakeMs: nextMs };
  const add = near.flatMap((id) => {
    const region = regionById(context.map, id);
    return region ? udpTry(context, region, 0, context.families) : [];
  });
  return { add, wakeMs: Infinity };
}

/** Over UDP. */
const firstAnswerMs = ({ tries }: Stand): number => Math.min(...[...tries.values()].flat().map(({ isUdp, answeredMs = Infinity }) => (isUdp ? answeredMs : Infinity)));

/** Those that may be the nearest: they read not much farther than it, or by their place should. The nearest first. */
function contenders({ report, tries, expectedMs }: Stand): RegionId[] {
  const read = (id: RegionId): number => report.regions[id]?.rankMs ?? report.regions[id]?.latencyMs ?? Number.MAX_VALUE;
  const [nearest = '', ...others] = [...tries.keys()].sort((a, b) => read(a) - read(b));
  return [nearest, ...others.filter((id) => Math.min(read(id), expectedMs(id) ?? Infinity) <= (1 + togetherShare) * read(nearest))].slice(0, mostTogether);
}

const nothing: Answer = { add: [], wakeMs: Infinity };
