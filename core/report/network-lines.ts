import type { PortMapping, Report } from '../model/report.ts';
import { clean } from './cells.ts';

const NOT_MEASURED = 'unknown (not measured)';
const NO_ANSWER = 'unknown (no answer)';

/**
 * What a report says of the network beside latencies, as label and value, in the order and the words of
 * `tailscale netcheck`. Where that prints `false` for what it never measured, these say so.
 */
export function networkLines(report: Report): [label: string, value: string][] {
  const lines: [string, string][] = [
    ['UDP', report.udp === undefined ? unknown(report.ipv4CanSend ?? report.ipv6CanSend) : String(report.udp)],
    ['IPv4', sayFamily(report.ipv4, report.globalV4, report.ipv4CanSend)],
    ['IPv6', sayIpv6(report)],
  ];
  if (report.icmpv4 !== undefined && report.udp !== true) lines.push(['ICMPv4', String(report.icmpv4)]);
  lines.push(['MappingVariesByDestIP', report.mappingVariesByDestIp === undefined ? 'unknown (takes two IPv4 answers over UDP)' : String(report.mappingVariesByDestIp)]);
  if (report.hairpinning !== undefined) lines.push(['Hairpinning', String(report.hairpinning)]);
  lines.push(['PortMapping', sayPortMapping(report.portMapping)], ['CaptivePortal', report.captivePortal === undefined ? 'not checked' : String(report.captivePortal)]);
  return lines;
}

/** `sent`: a datagram left. */
const unknown = (sent: boolean | undefined): string => (sent ? NO_ANSWER : NOT_MEASURED);

function sayFamily(works: boolean | undefined, address: string | undefined, sent: boolean | undefined): string {
  if (address !== undefined) return `yes, ${clean(address)}`;
  if (works === undefined) return unknown(sent);
  return works ? 'yes (no addr found)' : 'no';
}

function sayIpv6({ ipv6, globalV6, osHasIpv6, ipv6CanSend }: Report): string {
  if (ipv6 === true || globalV6 !== undefined || osHasIpv6 === undefined) return sayFamily(ipv6, globalV6, ipv6CanSend);
  if (!osHasIpv6) return 'no, unavailable in OS';
  return ipv6 === false ? 'no, but OS has support' : `${unknown(ipv6CanSend)}, OS has support`;
}

function sayPortMapping(mapping: PortMapping = {}): string {
  const protocols: [string, boolean | undefined][] = [['UPnP', mapping.upnp], ['NAT-PMP', mapping.natPmp], ['PCP', mapping.pcp]];
  const named = (state: boolean | undefined): string => protocols.filter(([, found]) => found === state).map(([name]) => name).join(', ');
  const unknown = named(undefined);
  if (protocols.every(([, found]) => found === undefined)) return 'not checked';
  return `${named(true) || 'none found'}${unknown && ` (unknown: ${unknown})`}`;
}
