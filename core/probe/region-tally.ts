import { isUdpKind, leastLatencyMs, type Kind } from '../model/kind.ts';
import type { RegionId } from '../model/map.ts';
import type { Mutable } from '../model/mutable.ts';
import type { KindReport, RegionReport, SkipReason } from '../model/report.ts';
import type { Doubt, Sample } from '../model/sample.ts';

/** What was counted of a region's probes of one kind. */
interface KindTally {
  readonly kind: Kind;
  v4Ms: number | undefined;
  v6Ms: number | undefined;
  best: Sample | undefined;
  samples: number;
  lost: number;
  /** When its probes went out. */
  readonly sentMs: number[];
}

/** What was counted of a region, and what a report last said of it. */
export interface RegionTally {
  readonly id: RegionId;
  readonly code: string;
  /** In the order in which they were first used. */
  readonly kinds: KindTally[];
  /** Absent where something was counted since. */
  told: RegionReport | undefined;
  /** Under what it was told: whether probes were under way or to come, what ranks the region, and whether it grows with the time. */
  isOpen: boolean;
  rankMs: number | undefined;
  isSilent: boolean;
}

export const regionTally = (id: RegionId, code: string): RegionTally => ({ id, code, kinds: [], told: undefined, isOpen: false, rankMs: undefined, isSilent: false });

/** To count there. */
export function kindOf(tally: RegionTally, kind: Kind): KindTally {
  tally.told = undefined;
  for (const known of tally.kinds) if (known.kind === kind) return known;
  const added: KindTally = { kind, v4Ms: undefined, v6Ms: undefined, best: undefined, samples: 0, lost: 0, sentMs: [] };
  tally.kinds.push(added);
  return added;
}

/** The lowest of any kind. */
export function lowestOf({ kinds }: RegionTally): number | undefined {
  let lowestMs: number | undefined;
  for (const { best } of kinds) if (best && best.latencyMs < (lowestMs ?? Infinity)) lowestMs = best.latencyMs;
  return lowestMs;
}

/** Under what a report tells of a region. */
export interface Telling {
  /** Whether probes to it are under way or to come; left out in the final report. */
  readonly isOpen: ((region: RegionId) => boolean) | undefined;
  /** Why each region was not to be asked, as it is known by now. */
  readonly skipped: Readonly<Record<RegionId, string>>;
  readonly hasUdp: boolean;
  /** It tells what silence means: of UDP nothing unless it is known to work. */
  readonly nowMs: number;
}

/**
 * A region's part of a report. `rankMs`: what ranks the region, where its latency alone would mislead.
 */
export function tell(tally: RegionTally, rankMs: number | undefined, telling: Telling): RegionReport {
  const { id, told, kinds } = tally;
  const wasAsked = kinds.length > 0;
  const isKnown = told !== undefined && tally.rankMs === rankMs && !tally.isSilent;
  if (isKnown && wasAsked) return told;
  const isOpen = telling.isOpen?.(id) === true;
  if (isKnown && tally.isOpen === isOpen) return told;
  const chosen = chosenOf(tally);
  tally.isOpen = isOpen;
  tally.rankMs = rankMs;
  tally.isSilent = wasAsked && !chosen;
  tally.told = chosen ? heard(tally, chosen, rankMs) : wasAsked ? silent(tally, isOpen, telling) : unasked(tally, isOpen, telling.skipped);
  return tally.told;
}

function heard(tally: RegionTally, { best: { latencyMs, lateMs, kind, family, doubt }, v4Ms, v6Ms, samples: answers }: Answering, rankMs: number | undefined): RegionReport {
  const { kinds, samples, lost } = sumOf(tally);
  const region: Mutable<RegionReport> = { code: tally.code, latencyMs, kind, kinds, samples, lost, doubt: answers > 1 ? (doubt ?? noDoubt) : doubt ? [...doubt, 'single'] : single };
  if (family !== undefined) region.family = family;
  if (v4Ms !== undefined) region.v4Ms = v4Ms;
  if (v6Ms !== undefined) region.v6Ms = v6Ms;
  if (lateMs !== undefined) region.lateMs = lateMs;
  if (rankMs !== undefined && isUdpKind(kind)) region.rankMs = rankMs;
  return region;
}

/** How far a region is at least that has been silent for so long. */
function silent(tally: RegionTally, isOpen: boolean, { hasUdp, nowMs }: Telling): RegionReport {
  // Told before and nothing counted since: the time alone is another.
  const { kinds, samples, lost } = tally.told ?? sumOf(tally);
  const region: Mutable<RegionReport> = { code: tally.code, kinds: kinds ?? {}, samples, lost, doubt: noDoubt };
  if (isOpen) region.pending = true;
  let atLeastMs: number | undefined;
  for (const { kind, sentMs } of tally.kinds) {
    const [atMs] = sentMs;
    if (atMs !== undefined && (hasUdp || !isUdpKind(kind))) atLeastMs = Math.max(atLeastMs ?? 0, leastLatencyMs(kind, nowMs - atMs));
  }
  if (atLeastMs !== undefined) {
    region.atLeastMs = atLeastMs;
    region.atLeastBy = 'silence';
  }
  return region;
}

/** Of one that nothing was sent to. */
export const unasked = ({ id, code }: { readonly id: RegionId; readonly code: string }, isOpen: boolean, skipped: Telling['skipped']): RegionReport =>
  (isOpen ? { code, samples: 0, lost: 0, doubt: noDoubt, pending: true } : { code, samples: 0, lost: 0, doubt: noDoubt, skipped: (skipped[id] as SkipReason | undefined) ?? 'not-due' });

const noDoubt: readonly Doubt[] = [];
const single: readonly Doubt[] = ['single'];

function sumOf({ kinds: counted }: RegionTally): Required<Pick<RegionReport, 'samples' | 'lost' | 'kinds'>> {
  const kinds: Partial<Record<Kind, KindReport>> = {};
  let samples = 0;
  let lost = 0;
  for (const one of counted) {
    samples += one.samples;
    lost += one.lost;
    const of: Mutable<KindReport> = { samples: one.samples, lost: one.lost };
    if (one.best) of.ms = one.best.latencyMs;
    if (one.v4Ms !== undefined) of.v4Ms = one.v4Ms;
    if (one.v6Ms !== undefined) of.v6Ms = one.v6Ms;
    kinds[one.kind] = of;
  }
  return { kinds, samples, lost };
}

/** The kind that speaks for a region: UDP, whose clock is the relay's own, else the lowest (netcheck: ICMP beside HTTPS). */
function chosenOf({ kinds }: RegionTally): Answering | undefined {
  let chosen: Answering | undefined;
  for (const kind of kinds) if (hasAnswered(kind) && (!chosen || speaksFor(kind.best, chosen.best))) chosen = kind;
  return chosen;
}

type Answering = KindTally & { readonly best: Sample };
const hasAnswered = (kind: KindTally): kind is Answering => kind.best !== undefined;

function speaksFor(sample: Sample, other: Sample): boolean {
  if (isUdpKind(sample.kind) !== isUdpKind(other.kind)) return isUdpKind(sample.kind);
  return sample.latencyMs < other.latencyMs;
}
