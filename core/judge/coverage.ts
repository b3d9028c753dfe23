import { isUdpKind } from '../model/kind.ts';
import { regionById, type RelayMap } from '../model/map.ts';
import type { ProbePlan, ProbeSet } from '../model/plan.ts';
import type { KindReport, Report } from '../model/report.ts';
import { costOf } from '../probe/cost.ts';

/** How much of plans a trace says something of, and what that part sends. */
export interface Coverage {
  /** Sets of probes that were planned: a region by a kind and a family each. */
  readonly planned: number;
  /** Those that the recorded reports asked as well. */
  readonly covered: number;
  /** UDP of the covered sets, counted exactly; of other kinds by the table of costs. */
  readonly packets: number;
  readonly bytes: number;
  readonly estimatedPackets: number;
  readonly estimatedBytes: number;
}

export const noCoverage: Coverage = { planned: 0, covered: 0, packets: 0, bytes: 0, estimatedPackets: 0, estimatedBytes: 0 };

/** Holds a plan against a report. A covered set counts as many tries as the recording needed, and no more than it plans. */
export function cover(before: Coverage, plan: ProbePlan, report: Report, map: RelayMap): Coverage {
  const sum = { ...before };
  for (const sets of byRegionAndKind(plan.sets)) {
    const [first] = sets;
    const recorded = first && recordedOf(report, first);
    const covered = recorded ? sets.filter((set) => isCovered(set, recorded)) : [];
    sum.planned += sets.length;
    sum.covered += covered.length;
    const asked = recorded ? recorded.samples + recorded.lost : 0;
    const tries = covered.flatMap((set) => set.probes.map((probe) => ({ ...probe, set }))).sort((a, b) => a.delayMs - b.delayMs).slice(0, asked);
    for (const { node: name, set } of tries) {
      const node = regionById(map, set.region)?.nodes.find((candidate) => candidate.name === name);
      if (!node) continue;
      const { packets, bytes } = costOf(set.kind, node, set.family);
      if (isUdpKind(set.kind)) {
        sum.packets += packets;
        sum.bytes += bytes;
      } else {
        sum.estimatedPackets += packets;
        sum.estimatedBytes += bytes;
      }
    }
  }
  return sum;
}

function byRegionAndKind(sets: readonly ProbeSet[]): Iterable<ProbeSet[]> {
  const groups = new Map<string, ProbeSet[]>();
  for (const set of sets) {
    const key = `${set.kind} ${set.region}`;
    groups.set(key, [...(groups.get(key) ?? []), set]);
  }
  return groups.values();
}

function recordedOf({ regions }: Report, { region: id, kind }: ProbeSet): KindReport | undefined {
  const region = Object.hasOwn(regions, id) ? regions[id] : undefined;
  return region?.kinds ? region.kinds[kind] : region?.kind === kind ? region : undefined;
}

/** Losses are recorded without their family: they may be of either. */
function isCovered({ family }: ProbeSet, { samples, lost, v4Ms, v6Ms }: KindReport): boolean {
  if (samples + lost === 0) return false;
  return family === undefined || lost > 0 || (v4Ms === undefined && v6Ms === undefined) || (family === 4 ? v4Ms : v6Ms) !== undefined;
}
