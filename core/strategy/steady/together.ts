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
  if (near.some((id) => stand.report.regions[id]?.doubt.includes('event-loop'))) return nothing;
  const asked = near.filter((id) => stand.latencyMs(id) !== undefined).map((id) => new Set((tries.get(id) ?? []).flatMap(({ isUdp, atMs }) => (isUdp && atMs >= readAtMs ? atMs : []))));
  const times = asked.reduce((most, one) => (one.size > most.size ? one : most), new Set<number>());
  const nextMs = Math.max(readAtMs, ...[...times].map((atMs) => atMs + roundGapMs));
  if (near.length < 2 || times.size >= togetherRounds) return nothing;
  if (elapsedMs < nextMs) return { add: [], wakeMs: nextMs };
  const again = near.flatMap((id) => {
    const region = regionById(context.map, id);
    return region ? udpTry(context, region, 0, context.families) : [];
  });
  // One family after the other, so that the probes of a family leave together.
  return { add: again.sort((a, b) => (a.family ?? 0) - (b.family ?? 0)), wakeMs: Infinity };
}

/** Over UDP. */
const firstAnswerMs = ({ tries }: Stand): number => Math.min(...[...tries.values()].flat().map(({ isUdp, answeredMs = Infinity }) => (isUdp ? answeredMs : Infinity)));

/** Those that may be the nearest: they read not much farther than it, or else should; the nearest itself first. */
function contenders({ report, tries, expectedMs }: Stand): RegionId[] {
  const read = (id: RegionId): number | undefined => report.regions[id]?.rankMs ?? report.regions[id]?.latencyMs;
  const figures = [...tries.keys()].map((id) => ({ id, silent: Number(read(id) === undefined), ms: read(id) ?? expectedMs(id) ?? Infinity }));
  const nearestMs = Math.min(...figures.map(({ id }) => read(id) ?? Infinity));
  const near = figures.filter(({ ms }) => ms <= (1 + togetherShare) * nearestMs);
  return near.sort((a, b) => a.silent - b.silent || a.ms - b.ms).slice(0, mostTogether).map(({ id }) => id);
}

const nothing: Answer = { add: [], wakeMs: Infinity };
