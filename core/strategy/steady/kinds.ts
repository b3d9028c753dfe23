import type { Kind } from '../../model/kind.ts';
import type { RegionId } from '../../model/map.ts';
import type { RegionReport, Report } from '../../model/report.ts';

/** How much more each kind reads than UDP does here, in ms, learned from regions measured both ways. */
export type Offsets = Readonly<Partial<Record<Kind, number>>>;

const learnedKinds = ['https', 'tcp', 'websocket', 'icmp'] as const;

/** Weight of a report's differences in what was learned before. */
const learningRate = 0.2;

/** Learns from regions that answered both by STUN and by another kind in the same report. */
export function learnOffsets(offsets: Offsets, report: Report): Offsets {
  let learned = offsets;
  for (const { kinds } of Object.values(report.regions)) {
    const udpMs = kinds?.stun?.ms ?? kinds?.ice?.ms;
    if (!kinds || udpMs === undefined) continue;
    for (const kind of learnedKinds) {
      const ms = kinds[kind]?.ms;
      if (ms !== undefined) learned = { ...learned, [kind]: (learned[kind] ?? ms - udpMs) * (1 - learningRate) + (ms - udpMs) * learningRate };
    }
  }
  return learned;
}

/** What ranks a region: its latency, less what its kind adds here; or what the report ranks it by. */
export const rankMs = ({ latencyMs, rankMs: ranksAsMs, kind }: RegionReport, offsets: Offsets): number | undefined =>
  ranksAsMs ?? (latencyMs === undefined ? undefined : Math.max(0, latencyMs - ((kind && offsets[kind]) || 0)));

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
