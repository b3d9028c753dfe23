import { isUdpKind, leastLatencyMs, type Family, type Kind } from '../model/kind.ts';
import type { Region, RegionId, RelayMap } from '../model/map.ts';
import { present } from '../model/present.ts';
import type { KindReport, RegionReport, Report, SkipReason } from '../model/report.ts';
import type { Doubt, Sample } from '../model/sample.ts';
import { roundGapMs, withoutSharedDelay, type Timed } from './shared-delay.ts';
import type { Transport } from './transport.ts';

/** Adds up samples and losses to a report, which can be read at any time. Times are ms since its start. */
export interface Tally {
  /** A probe went out. */
  sent(region: RegionId, kind: Kind, atMs: number): void;
  /** The system took a datagram of the family. */
  canSend(family: Family): void;
  /** `sentMs`: when its probe went out; `readMs`: now. */
  answered(region: RegionId, sample: Sample, sentMs: number, readMs: number): void;
  lost(region: RegionId, kind: Kind): void;
  /** Of the probe that went out at that time nothing left this machine: its silence says nothing about distance. */
  notSent(region: RegionId, kind: Kind, atMs: number): void;
  /** The region's lowest latency so far, of any kind. */
  latencyMs(region: RegionId): number | undefined;
  /** The report as it stands. `open`: regions with probes under way or to come; none in the final one. */
  report(options: { atMs: number; open?: ReadonlySet<RegionId> }): Report;
}

interface KindTally {
  v4Ms?: number;
  v6Ms?: number;
  ms?: number;
  best?: Sample;
  samples: number;
  lost: number;
  /** When its probes went out. */
  readonly sentMs: number[];
}

type RegionTally = Map<Kind, KindTally>;

/** A region's part of the report, and under what it holds. */
interface Told {
  readonly report: RegionReport;
  readonly open: boolean;
  /** When each kind of its first probes went out, of a region that is silent: how far it is at least grows with time. */
  readonly asked?: readonly { readonly kind: Kind; readonly atMs: number }[];
}

export function createTally(options: {
  readonly map: RelayMap;
  readonly startedAt: number;
  readonly full: boolean;
  readonly strategy: string;
  readonly skipped: Readonly<Record<RegionId, string>>;
  readonly late?: Transport['late'] | undefined;
}): Tally {
  const regions = new Map<RegionId, RegionTally>();
  const facts: { -readonly [K in 'udp' | 'ipv4' | 'ipv6' | 'ipv4CanSend' | 'ipv6CanSend' | 'icmpv4' | 'mappingVariesByDestIp' | 'globalV4' | 'globalV6']?: Report[K] } = {};
  const counters = { v4: new Map<string, number>(), v6: new Map<string, number>() };
  let otherAnswers = false;
  /** Answers over UDP that were read in time. */
  const timed: Timed[] = [];
  const late = options.late?.();
  /** A region was asked in two rounds. Until then there is nothing to hold rounds against, which takes time in a large map. */
  let isAskedAgain = false;
  let ranked: { readonly of: number; readonly byRegion: ReadonlyMap<RegionId, number> | undefined } = { of: 0, byRegion: undefined };
  // A report is read after every turn, and most regions stay as they were.
  const told = new Map<RegionId, Told>();

  const kindTally = (id: RegionId, kind: Kind): KindTally => {
    const region = regions.get(id) ?? new Map<Kind, KindTally>();
    const tally = region.get(kind) ?? { samples: 0, lost: 0, sentMs: [] };
    regions.set(id, region.set(kind, tally));
    // Asked for by all that changes something.
    told.delete(id);
    return tally;
  };

  function regionNow({ id, code }: Region, atMs: number, open: boolean): RegionReport {
    let now = told.get(id);
    if (now?.open !== open) {
      const tally = regions.get(id);
      now = tally ? tell(code, tally, open) : { open, report: { code, samples: 0, lost: 0, doubt: [], ...(open ? { pending: true } : skip(options.skipped[id])) } };
      told.set(id, now);
    }
    return now.asked ? withSilence(now.report, now.asked, atMs) : now.report;
  }

  /** What the silence of those probes tells. That of UDP nothing, where it may be blocked. */
  function withSilence(report: RegionReport, asked: NonNullable<Told['asked']>, nowMs: number): RegionReport {
    let atLeastMs: number | undefined;
    for (const { kind, atMs } of asked) if (!isUdpKind(kind) || facts.udp) atLeastMs = Math.max(atLeastMs ?? 0, leastLatencyMs(kind, nowMs - atMs));
    return atLeastMs === undefined ? report : { ...report, atLeastMs, atLeastBy: 'silence' };
  }

  /** What ranks each region, where latencies alone would mislead. Short reports are held against one another, pair by pair. */
  function ranks(): ReadonlyMap<RegionId, number> | undefined {
    if (!options.full || !isAskedAgain) return undefined;
    if (ranked.of !== timed.length) ranked = { of: timed.length, byRegion: withoutSharedDelay(timed) };
    return ranked.byRegion;
  }

  /** netcheck's rule: two IPv4 answers tell whether the NAT maps by destination; once varying, always. */
  function addMapped(family: Family, mapped: string): void {
    const seen = family === 4 ? counters.v4 : counters.v6;
    seen.set(mapped, (seen.get(mapped) ?? 0) + 1);
    if (family === 6) facts.globalV6 ??= mapped;
    else if (facts.globalV4 === undefined) facts.globalV4 = mapped;
    else facts.mappingVariesByDestIp = facts.mappingVariesByDestIp === true || facts.globalV4 !== mapped;
  }

  return {
    sent(region, kind, atMs) {
      const { sentMs } = kindTally(region, kind);
      isAskedAgain ||= atMs - (sentMs[0] ?? atMs) > roundGapMs;
      sentMs.push(atMs);
    },
    canSend(family) {
      facts[`ipv${family}CanSend`] = true;
    },
    answered(region, sample, sentMs, readMs) {
      late?.answered(region, sample, sentMs, readMs);
      const tally = kindTally(region, sample.kind);
      tally.samples++;
      if (sample.latencyMs < (tally.ms ?? Infinity)) {
        tally.best = sample;
        tally.ms = sample.latencyMs;
      }
      if (sample.family) {
        const by = `v${sample.family}Ms` as const;
        tally[by] = Math.min(tally[by] ?? Infinity, sample.latencyMs);
      }
      if (sample.kind === 'fake') return;
      if (isUdpKind(sample.kind) && !sample.doubt?.includes('event-loop')) timed.push({ region, atMs: sentMs, ms: sample.latencyMs });
      if (isUdpKind(sample.kind)) facts.udp = true;
      else otherAnswers = true;
      if (sample.family) facts[`ipv${sample.family}`] = true;
      if (sample.kind === 'icmp' && sample.family === 4) facts.icmpv4 = true;
      if (sample.mapped !== undefined) addMapped(sample.mapped.startsWith('[') ? 6 : 4, sample.mapped);
    },
    lost(region, kind) {
      kindTally(region, kind).lost++;
    },
    notSent(region, kind, atMs) {
      const { sentMs } = kindTally(region, kind);
      const at = sentMs.indexOf(atMs);
      if (at >= 0) sentMs.splice(at, 1);
    },
    latencyMs(region) {
      const known = [...(regions.get(region)?.values() ?? [])].flatMap(({ ms }) => ms ?? []);
      return known.length ? Math.min(...known) : undefined;
    },
    report({ atMs, open }) {
      const found: Record<RegionId, RegionReport> = {};
      const byRegion = ranks();
      for (const region of options.map.regions) {
        const report = regionNow(region, atMs, open?.has(region.id) === true);
        const rankMs = byRegion?.get(region.id);
        found[region.id] = rankMs !== undefined && report.kind !== undefined && isUdpKind(report.kind) ? { ...report, rankMs } : report;
      }
      return {
        at: options.startedAt + atMs,
        full: options.full,
        durationMs: atMs,
        strategy: options.strategy,
        ...(open && { partial: true }),
        ...(otherAnswers && (facts.ipv4CanSend ?? facts.ipv6CanSend) && { udp: false }),
        ...facts,
        ...(counters.v4.size + counters.v6.size > 0 && { globalCounters: { v4: Object.fromEntries(counters.v4), v6: Object.fromEntries(counters.v6) } }),
        notes: [],
        regions: late?.report(found) ?? found,
      };
    },
  };
}

const skip = (reason: string | undefined): { skipped: SkipReason } => ({ skipped: (reason as SkipReason | undefined) ?? 'not-due' });

function tell(code: string, tally: RegionTally, open: boolean): Told {
  let samples = 0;
  let lost = 0;
  const kinds: Partial<Record<Kind, KindReport>> = {};
  let chosen: KindTally | undefined;
  for (const [kind, of] of tally) {
    samples += of.samples;
    lost += of.lost;
    kinds[kind] = present({ ms: of.ms, v4Ms: of.v4Ms, v6Ms: of.v6Ms, samples: of.samples, lost: of.lost });
    if (of.best && (!chosen?.best || speaksFor(of.best, chosen.best))) chosen = of;
  }
  if (!chosen?.best) {
    const asked = [...tally].flatMap(([kind, { sentMs: [atMs] }]) => (atMs === undefined ? [] : [{ kind, atMs }]));
    return { open, asked, report: { code, kinds, samples, lost, doubt: [], ...(open && { pending: true }) } };
  }
  const { best, v4Ms, v6Ms } = chosen;
  const doubt: readonly Doubt[] = [...(best.doubt ?? []), ...(chosen.samples === 1 ? (['single'] as const) : [])];
  return { open, report: present({ code, latencyMs: best.latencyMs, lateMs: best.lateMs, kind: best.kind, family: best.family, v4Ms, v6Ms, kinds, samples, lost, doubt }) };
}

/** Which kind speaks for a region that answered in several: UDP, whose clock is the relay's own, else the lowest (netcheck: ICMP beside HTTPS). */
function speaksFor(sample: Sample, other: Sample): boolean {
  if (isUdpKind(sample.kind) !== isUdpKind(other.kind)) return isUdpKind(sample.kind);
  return sample.latencyMs < other.latencyMs;
}
