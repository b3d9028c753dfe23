import type { Decision } from '../model/decision.ts';
import type { RegionId, RelayMap } from '../model/map.ts';
import type { Report } from '../model/report.ts';
import { toNs } from '../model/nanoseconds.ts';
import { regionIds, udpByFamily } from './netcheck-units.ts';

/** Whole ms as Go prints a duration: `0s`, `11ms`, `1.235s`, `1m1.5s`, `1h0m0s`. */
function goDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 1000) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = `${(ms % 60_000) / 1000}s`;
  if (minutes === 0) return seconds;
  return minutes < 60 ? `${minutes}m${seconds}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}

/** Half a millisecond rounds up, after rounding to whole nanoseconds. */
const goMs = (ns: number): string => goDuration(Math.floor((ns + 500_000) / 1e6));

/** One word of the line: what maps and relays say must not break it, nor reach a terminal. */
const word = (text: string): string => text.replace(/[^!-~]/g, '_');

const letter = (value: boolean | undefined, yes: string): string => (value === undefined ? '_' : value ? yes : '');

/**
 * The one line that netcheck logs about a report. Held to vectors made by Tailscale's own code.
 * A flag that this report does not know prints as `false`, as it does there; only what netcheck keeps as a third state
 * is empty (`mapvarydest=`, `hair=`) or missing (`captiveportal=`). Distances are whole ms of UDP answers, in numeric
 * order of the map's regions, and only with a home: `derp=0` is none.
 *
 * @param options `edition`: 2022 has `hair=`, 2026 has `force=`, the id of the pinned region.
 */
export function formatConcise(report: Report, decision: Decision, map: RelayMap, options: { readonly edition: 2022 | 2026; readonly force?: RegionId }): string {
  const { udp = false, ipv4 = false, ipv6 = false, portMapping = {} } = report;
  const { upnp, natPmp, pcp } = portMapping;
  const home = decision.home ?? '0';
  const words = [`udp=${udp}`];
  if (!ipv4) words.push('v4=false');
  if (!udp) words.push(`icmpv4=${report.icmpv4 ?? false}`);
  words.push(`v6=${ipv6}`);
  if (!ipv6) words.push(`v6os=${report.osHasIpv6 ?? false}`);
  words.push(`mapvarydest=${report.mappingVariesByDestIp ?? ''}`);
  if (options.edition === 2022) words.push(`hair=${report.hairpinning ?? ''}`);
  const portChecked = (upnp ?? natPmp ?? pcp) !== undefined;
  words.push(`portmap=${portChecked ? letter(upnp, 'U') + letter(natPmp, 'M') + letter(pcp, 'C') : '?'}`);
  if (report.globalV4 !== undefined) words.push(`v4a=${report.globalV4}`);
  if (report.globalV6 !== undefined) words.push(`v6a=${report.globalV6}`);
  if (report.captivePortal !== undefined) words.push(`captiveportal=${report.captivePortal}`);
  if (options.edition === 2026 && (options.force ?? '0') !== '0') words.push(`force=${options.force}`);
  words.push(`derp=${home}`);
  if (home !== '0') words.push(`derpdist=${distances(report, map)}`);
  return words.map(word).join(' ');
}

function distances(report: Report, map: RelayMap): string {
  const found: string[] = [];
  for (const id of regionIds(map)) {
    const region = report.regions[id];
    if (!region) continue;
    const { v4Ms = 0, v6Ms = 0 } = udpByFamily(region);
    // A latency of 0 ns is none: netcheck reads an absent entry the same way.
    if (toNs(v4Ms) !== 0) found.push(`${id}v4:${goMs(toNs(v4Ms))}`);
    if (toNs(v6Ms) !== 0) found.push(`${id}v6:${goMs(toNs(v6Ms))}`);
  }
  return found.join(',');
}
