import type { Decision } from '../model/decision.ts';
import type { RelayMap } from '../model/map.ts';
import type { RegionReport, Report } from '../model/report.ts';
import { formatInstant } from './instant.ts';
import { toNs } from '../model/nanoseconds.ts';
import { regionNumbers, udpByFamily } from './netcheck-units.ts';

/**
 * A report as `tailscale netcheck --format=json` prints it (Go's `netcheck.Report`, indented with tabs), for programs that
 * read that. Latencies are whole nanoseconds, keyed by region number. What this report does not know is `false` in the
 * plain flags, since the form has no third state there, and `null` in the optional ones.
 *
 * Its regions are numbers: an id that is no integer is replaced by the next free number above all ids, in map order, so
 * that `PreferredDERP` 0 keeps meaning "no home".
 */
export function formatTailscaleJson(report: Report, decision: Decision, map: RelayMap): string {
  const numberOf = regionNumbers(map);
  const byRegion = (latencyMs: (region: RegionReport) => number | undefined): Record<string, number> => {
    const latencies: Record<string, number> = {};
    for (const [id, region] of Object.entries(report.regions)) {
      const ms = latencyMs(region);
      const number = numberOf(id);
      if (ms !== undefined && number !== undefined) latencies[number] = toNs(ms);
    }
    return latencies;
  };
  return JSON.stringify({
    Now: formatInstant(report.at),
    UDP: report.udp ?? false,
    IPv6: report.ipv6 ?? false,
    IPv4: report.ipv4 ?? false,
    IPv6CanSend: report.ipv6CanSend ?? false,
    IPv4CanSend: report.ipv4CanSend ?? false,
    OSHasIPv6: report.osHasIpv6 ?? false,
    ICMPv4: report.icmpv4 ?? false,
    MappingVariesByDestIP: report.mappingVariesByDestIp ?? null,
    UPnP: report.portMapping?.upnp ?? null,
    PMP: report.portMapping?.natPmp ?? null,
    PCP: report.portMapping?.pcp ?? null,
    PreferredDERP: (decision.home !== undefined && numberOf(decision.home)) || 0,
    RegionLatency: byRegion((region) => region.latencyMs),
    RegionV4Latency: byRegion((region) => udpByFamily(region).v4Ms),
    RegionV6Latency: byRegion((region) => udpByFamily(region).v6Ms),
    GlobalV4Counters: orNull(report.globalCounters?.v4),
    GlobalV6Counters: orNull(report.globalCounters?.v6),
    GlobalV4: report.globalV4 ?? '',
    GlobalV6: report.globalV6 ?? '',
    CaptivePortal: report.captivePortal ?? null,
  }, undefined, '\t');
}

/** Go makes these maps with their first entry, so that an empty one is `null`. */
const orNull = (counters: Readonly<Record<string, number>> | undefined): Readonly<Record<string, number>> | null =>
  (counters && Object.keys(counters).length > 0 ? counters : null);
