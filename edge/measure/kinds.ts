import type { Kind } from '../../core/model/kind.ts';
import type { Region, RegionId, RelayNode } from '../../core/model/map.ts';
import type { ProbeSet } from '../../core/model/plan.ts';
import type { Report } from '../../core/model/report.ts';
import type { Follow, Progress } from '../../core/model/strategy.ts';
import type { KindOffsets, Sweep } from '../fleet/facts.ts';
import { usualKind } from '../fleet/kind-offsets.ts';

/** A region to be asked by a second kind, so that it is known what that kind adds. */
export interface Pair {
  readonly region: RegionId;
  readonly node: string;
  readonly usual: Kind;
  readonly kind: Kind;
}

/**
 * Where the last sweep had figures of several kinds: for each kind that is not the usual one, the first region that can be
 * asked by both. Only such figures show what the kind adds here; those of different regions do not.
 */
export function pairsToAsk(last: Sweep | undefined, regions: readonly Region[], kindsAt: (node: RelayNode) => readonly Kind[]): Pair[] {
  const usual = last && usualKind(last);
  if (!usual) return [];
  const others = new Set(Object.values(last.regions).flatMap(({ kind }) => (kind !== undefined && kind !== usual ? [kind] : [])));
  return [...others].flatMap((kind): Pair[] => {
    const speaks = (node: RelayNode | undefined): boolean => node !== undefined && [usual, kind].every((one) => kindsAt(node).includes(one));
    const region = regions.find(({ id, nodes: [first] }) => last.regions[id]?.kind === usual && speaks(first));
    const [node] = region?.nodes ?? [];
    return region && node ? [{ region: region.id, node: node.name, usual, kind }] : [];
  });
}

/** What a strategy says, and beside it: a pair's second kind, once the first has answered. */
export function askPairs(follow: Follow, { sets, elapsedMs, report }: Progress, pairs: readonly Pair[]): Follow {
  const add = pairs.flatMap(({ region, node, usual, kind }): ProbeSet[] => {
    const isDue = report.regions[region]?.kinds?.[usual]?.ms !== undefined && !sets.some((set) => set.region === region && set.kind === kind);
    return isDue ? [{ region, kind, probes: [{ node, delayMs: elapsedMs }] }] : [];
  });
  return add.length > 0 && follow.stop !== 'timeout' ? { ...follow, stop: undefined, add: [...(follow.add ?? []), ...add] } : follow;
}

/** Weight of one sweep's difference in what was learned before. */
const learningRate = 0.2;

/** What each kind adds to the usual one, with what the pairs of this sweep showed. */
export function learnOffsets(last: Sweep | undefined, report: Report, pairs: readonly Pair[]): KindOffsets | undefined {
  let learned = last?.offsets;
  for (const { region, usual, kind } of pairs) {
    const { kinds } = report.regions[region] ?? {};
    const usualMs = kinds?.[usual]?.ms;
    const ms = kinds?.[kind]?.ms;
    if (usualMs === undefined || ms === undefined) continue;
    const before = learned?.to === usual ? learned.addMs : {};
    const addedMs = before[kind] ?? ms - usualMs;
    learned = { to: usual, addMs: { ...before, [kind]: addedMs + (ms - usualMs - addedMs) * learningRate } };
  }
  return learned;
}
