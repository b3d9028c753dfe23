import { isUdpKind, leastLatencyMs, type Kind } from '../model/kind.ts';
import type { RegionId } from '../model/map.ts';
import { present } from '../model/present.ts';
import type { KindReport, RegionReport, SkipReason } from '../model/report.ts';
import type { Doubt, Sample } from '../model/sample.ts';

/** What was counted of a region's probes of one kind. */
interface KindTally {
  readonly kind: Kind;
  v4Ms?: number;
  v6Ms?: number;
  best?: Sample;
  samples: number;
  lost: number;
  /** When its probes went out. */
  readonly sentMs: number[];
}

/** What was counted of a region, and what a report last said of it. */
export interface RegionTally {
  readonly id: RegionId;
  readonly code: string;
  /** Why each region was not to be asked, as it is known by now. */
  readonly skipped: Readonly<Record<RegionId, string>>;
  /** In the order in which they were first used. */
  readonly kinds: KindTally[];
  /** Absent where something was counted since. */
  told: RegionReport | undefined;
  /** Under what it was told: whether probes were under way or to come, what ranks the region, and whether it grows with the time. */
  isOpen: boolean;
  rankMs: number | undefined;
  isSilent: boolean;
}

export const regionTally = (id: RegionId, code: string, skipped: Readonly<Record<RegionId, string>>): RegionTally =>
  ({ id, code, skipped, kinds: [], told: undefined, isOpen: false, rankMs: undefined, isSilent: false });

/** To count there. */
export function kindOf(tally: RegionTally, kind: Kind): KindTally {
  tally.told = undefined;
  for (const known of tally.kinds) if (known.kind === kind) return known;
  const added: KindTally = { kind, samples: 0, lost: 0, sentMs: [] };
  tally.kinds.push(added);
  return added;
}

/** The lowest of any kind. */
export function lowestOf({ kinds }: RegionTally): number | undefined {
  let lowestMs: number | undefined;
  for (const { best } of kinds) if (best && best.latencyMs < (lowestMs ?? Infinity)) lowestMs = best.latencyMs;
  return lowestMs;
}

/**
 * A region's part of a report. `isOpen`: probes are under way or to come. `nowMs` tells what silence means: of UDP nothing unless
 * it is known to work.
 */
export function tell(tally: RegionTally, isOpen: boolean, rankMs: number | undefined, hasUdp: boolean, nowMs: number): RegionReport {
  const wasAsked = tally.kinds.length > 0;
  if (tally.told && tally.rankMs === rankMs && !tally.isSilent && (wasAsked || tally.isOpen === isOpen)) return tally.told;
  const chosen = chosenOf(tally);
  tally.isOpen = isOpen;
  tally.rankMs = rankMs;
  tally.isSilent = wasAsked && !chosen;
  tally.told = chosen ? heard(tally, chosen, rankMs) : wasAsked ? silent(tally, isOpen, hasUdp, nowMs) : unasked(tally, isOpen);
  return tally.told;
}

function heard(tally: RegionTally, { best: { latencyMs, lateMs, kind, family, doubt = [] }, v4Ms, v6Ms, samples }: Answering, rankMs: number | undefined): RegionReport {
  return present({ code: tally.code, latencyMs, lateMs, kind, family, v4Ms, v6Ms, ...sumOf(tally), doubt: samples === 1 ? [...doubt, 'single' as const] : doubt, rankMs: isUdpKind(kind) ? rankMs : undefined });
}

/** How far a region is at least that has been silent for so long. */
function silent(tally: RegionTally, isOpen: boolean, hasUdp: boolean, nowMs: number): RegionReport {
  // Told before and nothing counted since: the time alone is another.
  const { kinds, samples, lost } = tally.told ?? sumOf(tally);
  let atLeastMs: number | undefined;
  for (const { kind, sentMs: [atMs] } of tally.kinds) if (atMs !== undefined && (hasUdp || !isUdpKind(kind))) atLeastMs = Math.max(atLeastMs ?? 0, leastLatencyMs(kind, nowMs - atMs));
  return present({ code: tally.code, kinds, samples, lost, doubt: noDoubt, pending: isOpen || undefined, atLeastMs, atLeastBy: atLeastMs === undefined ? undefined : 'silence' as const });
}

const unasked = ({ id, code, skipped }: RegionTally, isOpen: boolean): RegionReport =>
  (isOpen ? { code, samples: 0, lost: 0, doubt: noDoubt, pending: true } : { code, samples: 0, lost: 0, doubt: noDoubt, skipped: (skipped[id] as SkipReason | undefined) ?? 'not-due' });

const noDoubt: readonly Doubt[] = [];

function sumOf({ kinds: counted }: RegionTally): Pick<RegionReport, 'samples' | 'lost'> & { readonly kinds: Partial<Record<Kind, KindReport>> } {
  const kinds: Partial<Record<Kind, KindReport>> = {};
  let samples = 0;
  let lost = 0;
  for (const of of counted) {
    samples += of.samples;
    lost += of.lost;
    kinds[of.kind] = present({ ms: of.best?.latencyMs, v4Ms: of.v4Ms, v6Ms: of.v6Ms, samples: of.samples, lost: of.lost });
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
