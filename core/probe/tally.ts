import { recordOf } from '../choice/lowest.ts';
import { isUdpKind, type Family, type Kind } from '../model/kind.ts';
import { regionById, type RegionId, type RelayMap } from '../model/map.ts';
import type { Mutable } from '../model/mutable.ts';
import type { RegionReport, Report } from '../model/report.ts';
import type { Sample } from '../model/sample.ts';
import { kindOf, lowestOf, regionTally, tell, unasked, type RegionTally, type Telling } from './region-tally.ts';
import { roundGapMs, withoutSharedDelay, type Timed } from './shared-delay.ts';
import type { Transport } from './transport.ts';

const notDue = new WeakMap<RelayMap, Readonly<Record<RegionId, RegionReport>>>();

/** All regions of a map as if none were due: of most that is so. A map is read once. */
function notDueIn(map: RelayMap): Readonly<Record<RegionId, RegionReport>> {
  let regions = notDue.get(map);
  if (!regions) notDue.set(map, (regions = Object.fromEntries(map.regions.map((region) => [region.id, unasked(region, false, {})]))));
  return regions;
}

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
  /** Probes to the region are to come. */
  planned(region: RegionId): void;
  /** The region's lowest latency so far, of any kind. */
  latencyMs(region: RegionId): number | undefined;
  /** The report as it stands. `isOpen`: whether probes to a region are under way or to come; left out in the final one. */
  report(atMs: number, isOpen?: (region: RegionId) => boolean): Report;
}

export function createTally({ map, startedAt, full, strategy, skipped, late: measureLate }: {
  readonly map: RelayMap;
  readonly startedAt: number;
  readonly full: boolean;
  readonly strategy: string;
  readonly skipped: Readonly<Record<RegionId, string>>;
  readonly late?: Transport['late'] | undefined;
}): Tally {
  /** Of the regions of the map that something is to be told of. */
  const tallies = new Map<RegionId, RegionTally>();
  /** What the report says beside its regions. */
  const facts: Partial<Mutable<Pick<Report, 'udp' | 'ipv4' | 'ipv6' | 'ipv4CanSend' | 'ipv6CanSend' | 'icmpv4' | 'mappingVariesByDestIp' | 'globalV4' | 'globalV6'>>> = {};
  const counters = { v4: new Map<string, number>(), v6: new Map<string, number>() };
  let globalCounters: Report['globalCounters'];
  let otherAnswers = false;
  /** Of a full report, answers over UDP that were read in time. */
  const timed: Timed[] = [];
  const late = measureLate?.();
  /** A region was asked in two rounds. Until then there is nothing to hold rounds against, which takes time in a large map. */
  let isAskedAgain = false;
  let ranked: { readonly of: number; readonly byRegion: ReadonlyMap<RegionId, number> | undefined } = { of: 0, byRegion: undefined };
  /** Of all regions, as the last report had them. Most stay as they were from turn to turn. */
  let found: Record<RegionId, RegionReport> | undefined;

  /** One that the map has not is counted for nothing. */
  function tallyOf(id: RegionId): RegionTally {
    let tally = tallies.get(id);
    if (tally) return tally;
    const region = regionById(map, id);
    tally = regionTally(id, region?.code ?? '');
    if (region) tallies.set(id, tally);
    return tally;
  }

  function regionsNow(telling: Telling): Record<RegionId, RegionReport> {
    const byRegion = ranks();
    // Reports of before stay as they were.
    let isCopied = !found;
    if (!found) {
      found = { ...notDueIn(map) };
      for (const region of map.regions) if ((skipped[region.id] ?? 'not-due') !== 'not-due') found[region.id] = unasked(region, false, skipped);
    }
    for (const tally of tallies.values()) {
      const { id, told } = tally;
      const now = tell(tally, byRegion?.get(id), telling);
      if (now === told) continue;
      if (!isCopied) found = { ...found };
      isCopied = true;
      found[id] = now;
    }
    return found;
  }

  /** What ranks each region, where latencies alone would mislead. Short reports are held against one another, pair by pair. */
  function ranks(): ReadonlyMap<RegionId, number> | undefined {
    if (!full || !isAskedAgain) return undefined;
    if (ranked.of !== timed.length) ranked = { of: timed.length, byRegion: withoutSharedDelay(timed) };
    return ranked.byRegion;
  }

  /** netcheck's rule: two IPv4 answers tell whether the NAT maps by destination; once varying, always. */
  function addMapped(family: Family, mapped: string): void {
    const seen = family === 4 ? counters.v4 : counters.v6;
    seen.set(mapped, (seen.get(mapped) ?? 0) + 1);
    globalCounters = undefined;
    if (family === 6) facts.globalV6 ??= mapped;
    else if (facts.globalV4 === undefined) facts.globalV4 = mapped;
    else facts.mappingVariesByDestIp = facts.mappingVariesByDestIp === true || facts.globalV4 !== mapped;
  }

  return {
    sent(region, kind, atMs) {
      const { sentMs } = kindOf(tallyOf(region), kind);
      isAskedAgain ||= atMs - (sentMs[0] ?? atMs) > roundGapMs;
      sentMs.push(atMs);
    },
    canSend(family) {
      if (family === 4) facts.ipv4CanSend = true;
      else facts.ipv6CanSend = true;
    },
    answered(region, sample, sentMs, readMs) {
      late?.answered(region, sample, sentMs, readMs);
      const tally = kindOf(tallyOf(region), sample.kind);
      tally.samples++;
      if (tally.best === undefined || sample.latencyMs < tally.best.latencyMs) tally.best = sample;
      if (sample.family === 4) tally.v4Ms = Math.min(tally.v4Ms ?? Infinity, sample.latencyMs);
      else if (sample.family === 6) tally.v6Ms = Math.min(tally.v6Ms ?? Infinity, sample.latencyMs);
      if (sample.kind === 'fake') return;
      if (full && isUdpKind(sample.kind) && !sample.doubt?.includes('event-loop')) timed.push({ region, atMs: sentMs, ms: sample.latencyMs });
      if (isUdpKind(sample.kind)) facts.udp = true;
      else otherAnswers = true;
      if (sample.family === 4) facts.ipv4 = true;
      else if (sample.family === 6) facts.ipv6 = true;
      if (sample.kind === 'icmp' && sample.family === 4) facts.icmpv4 = true;
      if (sample.mapped !== undefined) addMapped(sample.mapped.startsWith('[') ? 6 : 4, sample.mapped);
    },
    lost(region, kind) {
      kindOf(tallyOf(region), kind).lost++;
    },
    notSent(region, kind, atMs) {
      const { sentMs } = kindOf(tallyOf(region), kind);
      const at = sentMs.indexOf(atMs);
      if (at >= 0) sentMs.splice(at, 1);
    },
    planned: (region) => void tallyOf(region),
    latencyMs: (region) => lowestOf(tallyOf(region)),
    report(atMs, isOpen) {
      const found = regionsNow({ isOpen, skipped, hasUdp: facts.udp === true, nowMs: atMs });
      const report: Mutable<Report> = { at: startedAt + atMs, full, durationMs: atMs, strategy, notes: [], regions: late?.report(found) ?? found };
      if (isOpen) report.partial = true;
      if (otherAnswers && (facts.ipv4CanSend ?? facts.ipv6CanSend)) report.udp = false;
      Object.assign(report, facts);
      if (counters.v4.size + counters.v6.size > 0) report.globalCounters = globalCounters ??= { v4: recordOf(counters.v4), v6: recordOf(counters.v6) };
      return report;
    },
  };
}
