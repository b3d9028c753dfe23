import type { Context } from '../model/context.ts';
import { isUdpKind, type Family, type Kind } from '../model/kind.ts';
import type { RegionId } from '../model/map.ts';
import type { ProbePlan } from '../model/plan.ts';
import { present } from '../model/present.ts';
import type { KindReport, RegionReport, Report, SkipReason } from '../model/report.ts';
import type { Sample } from '../model/sample.ts';

/** Adds up samples and losses to a report, which can be read at any time. Times are ms since its start. */
export interface Tally {
  /** A probe went out. */
  sent(region: RegionId, kind: Kind, atMs: number): void;
  /** The system took a datagram of the family. */
  canSend(family: Family): void;
  answered(region: RegionId, sample: Sample): void;
  lost(region: RegionId, kind: Kind): void;
  /** The region's lowest latency so far, of any kind. */
  latencyMs(region: RegionId): number | undefined;
  /** The report as it stands. `open`: regions with probes under way or to come; none in the final one. */
  report(options: { atMs: number; open?: ReadonlySet<RegionId> }): Report;
}

interface KindTally {
  readonly sums: { -readonly [K in keyof KindReport]: KindReport[K] };
  best?: Sample;
}

interface RegionTally {
  readonly firstSentMs: number;
  readonly kinds: Map<Kind, KindTally>;
}

export function createTally({ map, now }: Context, { full, skipped }: ProbePlan, strategy: string): Tally {
  const regions = new Map<RegionId, RegionTally>();
  const facts: { -readonly [K in 'udp' | 'ipv4' | 'ipv6' | 'ipv4CanSend' | 'ipv6CanSend' | 'icmpv4' | 'mappingVariesByDestIp' | 'globalV4' | 'globalV6']?: Report[K] } = {};
  const counters = { v4: new Map<string, number>(), v6: new Map<string, number>() };
  let otherAnswers = false;

  const kindTally = (id: RegionId, kind: Kind, atMs = 0): KindTally => {
    const region = regions.get(id) ?? { firstSentMs: atMs, kinds: new Map<Kind, KindTally>() };
    const tally = region.kinds.get(kind) ?? { sums: { samples: 0, lost: 0 } };
    regions.set(id, region);
    region.kinds.set(kind, tally);
    return tally;
  };

  /** netcheck's rule: two IPv4 answers tell whether the NAT maps by destination; once varying, always. */
  function addMapped(family: Family, mapped: string): void {
    const seen = counters[`v${family}`];
    seen.set(mapped, (seen.get(mapped) ?? 0) + 1);
    if (family === 6) facts.globalV6 ??= mapped;
    else if (facts.globalV4 === undefined) facts.globalV4 = mapped;
    else facts.mappingVariesByDestIp = facts.mappingVariesByDestIp === true || facts.globalV4 !== mapped;
  }

  return {
    sent: kindTally,
    canSend(family) {
      facts[`ipv${family}CanSend`] = true;
    },
    answered(region, sample) {
      const { kind, family, latencyMs } = sample;
      const tally = kindTally(region, kind);
      const { sums } = tally;
      sums.samples++;
      if (tally.best === undefined || latencyMs < tally.best.latencyMs) tally.best = sample;
      sums.ms = tally.best.latencyMs;
      if (family) sums[`v${family}Ms`] = Math.min(sums[`v${family}Ms`] ?? Infinity, latencyMs);
      if (kind === 'fake') return;
      if (isUdpKind(kind)) facts.udp = true;
      else otherAnswers = true;
      if (family) facts[`ipv${family}`] = true;
      if (kind === 'icmp' && family === 4) facts.icmpv4 = true;
      if (sample.mapped !== undefined) addMapped(sample.mapped.startsWith('[') ? 6 : 4, sample.mapped);
    },
    lost(region, kind) {
      kindTally(region, kind).sums.lost++;
    },
    latencyMs(region) {
      const known = [...(regions.get(region)?.kinds.values() ?? [])].flatMap(({ best }) => best?.latencyMs ?? []);
      return known.length ? Math.min(...known) : undefined;
    },
    report({ atMs, open }) {
      const found: Record<RegionId, RegionReport> = {};
      for (const { id, code } of map.regions) {
        const tally = regions.get(id);
        const pending = open?.has(id) ? true : undefined;
        found[id] = tally
          ? regionReport(code, tally, atMs, pending)
          : { code, samples: 0, lost: 0, doubt: [], ...(pending ? { pending } : { skipped: (skipped[id] as SkipReason | undefined) ?? 'not-due' }) };
      }
      const triedUdp = facts.ipv4CanSend === true || facts.ipv6CanSend === true;
      return present({
        at: now + atMs,
        full,
        durationMs: atMs,
        strategy,
        partial: open ? true : undefined,
        udp: triedUdp && otherAnswers ? false : undefined,
        ...facts,
        globalCounters: counters.v4.size + counters.v6.size > 0 ? { v4: Object.fromEntries(counters.v4), v6: Object.fromEntries(counters.v6) } : undefined,
        notes: [],
        regions: found,
      });
    },
  };
}

function regionReport(code: string, { firstSentMs, kinds: tallies }: RegionTally, atMs: number, pending: true | undefined): RegionReport {
  let samples = 0;
  let lost = 0;
  const kinds: Partial<Record<Kind, KindReport>> = {};
  let chosen: KindTally | undefined;
  for (const [kind, tally] of tallies) {
    samples += tally.sums.samples;
    lost += tally.sums.lost;
    kinds[kind] = { ...tally.sums };
    if (tally.best && (!chosen?.best || speaksFor(tally.best, chosen.best))) chosen = tally;
  }
  if (!chosen?.best) return present({ code, kinds, samples, lost, atLeastMs: atMs - firstSentMs, atLeastBy: 'silence', doubt: [], pending });
  const { best: { latencyMs, kind, family, doubt = [] }, sums: { v4Ms, v6Ms, samples: ofKind } } = chosen;
  return present({ code, latencyMs, kind, family, v4Ms, v6Ms, kinds, samples, lost, doubt: ofKind === 1 ? [...doubt, 'single' as const] : doubt });
}

/** Which kind speaks for a region that answered in several: UDP, whose clock is the relay's own, else the lowest (netcheck: ICMP beside HTTPS). */
function speaksFor(sample: Sample, other: Sample): boolean {
  if (isUdpKind(sample.kind) !== isUdpKind(other.kind)) return isUdpKind(sample.kind);
  return sample.latencyMs < other.latencyMs;
}
