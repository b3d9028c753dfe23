import type { Kind } from '../../model/kind.ts';
import type { RegionId } from '../../model/map.ts';
import type { RegionReport, Report } from '../../model/report.ts';

/** How much more each kind reads than UDP does here, in ms, learned from regions measured both ways. */
export type Offsets = Readonly<Partial<Record<Kind, number>>>;

/** Weight of a report's difference in what was learned before. */
const learningRate = 0.2;

/** More than this no kind adds to a round trip, nor saves: a relay that says so is slow by one of the two, whatever it wants. */
const mostOffsetMs = 50;

/**
 * Learns from regions that answered both by UDP and by another kind in the same report: by the median of them, so that one
 * odd relay among several teaches nothing.
 */
export function learnOffsets(offsets: Offsets, report: Report): Offsets {
  // Most reports ask each region by one kind.
  const both = Object.values(report.regions).filter(({ kinds }) => kinds && Object.keys(kinds).length > 1);
  if (both.length === 0) return offsets;
  const learned: Partial<Record<Kind, number>> = { ...offsets };
  for (const kind of ['https', 'tcp', 'websocket', 'icmp'] as const) {
    const differences = both.flatMap(({ kinds }) => {
      const [ms, udpMs] = [kinds?.[kind]?.ms, kinds?.stun?.ms ?? kinds?.ice?.ms];
      return ms === undefined || udpMs === undefined ? [] : [ms - udpMs];
    }).sort((a, b) => a - b);
    const middle = differences[(differences.length - 1) >> 1];
    if (middle === undefined) continue;
    const differenceMs = Math.max(-mostOffsetMs, Math.min(mostOffsetMs, middle));
    learned[kind] = (learned[kind] ?? differenceMs) * (1 - learningRate) + differenceMs * learningRate;
  }
  return learned;
}

const connectionKinds = ['https', 'tcp', 'websocket'] as const;

/** The system's ping is all that it answered: its machine is there, which says nothing of the relay on it. */
export const isPingAlone = ({ kind, kinds }: RegionReport): boolean => kind === 'icmp' && connectionKinds.every((one) => kinds?.[one]?.ms === undefined);

/** And no connection came about: the relay is dead. */
export const isDeadButPings = (region: RegionReport): boolean => isPingAlone(region) && connectionKinds.some((one) => (region.kinds?.[one]?.lost ?? 0) > 0);

/** What ranks a region: its latency, less what its kind adds here, which is half of it at the most; or what the report ranks it by. */
export function rankMs(region: RegionReport, offsets: Offsets): number | undefined {
  const { latencyMs, rankMs: ranksAsMs, kind } = region;
  if (latencyMs === undefined || isDeadButPings(region)) return undefined;
  return ranksAsMs ?? Math.max(latencyMs / 2, latencyMs - ((kind && offsets[kind]) || 0));
}

const pairedKinds = ['fake', 'stun', 'ice', 'icmp', 'tcp', 'websocket', 'https'] as const;

/** Latencies of two regions in the same report by the same kind: what they share, queueing above all, cancels in the difference. */
export function pairOf(report: Report, home: RegionId, candidate: RegionId): { readonly homeMs: number; readonly candidateMs: number } | undefined {
  for (const kind of pairedKinds) {
    const [homeMs, candidateMs] = [msBy(report.regions[home], kind), msBy(report.regions[candidate], kind)];
    if (homeMs !== undefined && candidateMs !== undefined) return { homeMs, candidateMs };
  }
  return undefined;
}

/** A region's latency by that kind; a report without details by kind has one for all. */
function msBy(region: RegionReport | undefined, kind: Kind): number | undefined {
  if (!region?.kinds) return region && (region.kind ?? kind) === kind ? region.latencyMs : undefined;
  return region.kinds[kind]?.ms;
}
