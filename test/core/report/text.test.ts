import { describe, expect, it } from 'vitest';
import type { RegionReport } from '../../../core/model/report.ts';
import { cells } from '../../../core/report/cells.ts';
import { formatText } from '../../../core/report/text.ts';
import { answeredIn, decisionFor, mapOf, regionOf, reportOf, world, worldMap } from './samples.ts';

const NETWORK = { udp: true, ipv4: true, ipv6: false, osHasIpv6: true, globalV4: '192.0.2.7:41641', mappingVariesByDestIp: false, portMapping: { upnp: true, natPmp: true, pcp: false }, captivePortal: false };
const everywhere: Record<string, RegionReport> = Object.fromEntries(world.map(([code, , ms], index) => [String(index + 1), answeredIn(code, ms)]));
const kept = decisionFor('1', { changed: false, reason: 'gain-too-small', equals: ['2'], sentence: 'kept fra: ams is 0.4 ms nearer, moves at 2 ms over 7 more reports' });

describe('a report as text', () => {
  it('of sixteen regions, as seen from Frankfurt', () => {
    const regions = {
      ...everywhere,
      2: answeredIn('ams', 7.9, { doubt: ['single'], samples: 1 }),
      13: answeredIn('jnb', 163, { kind: 'https', rankMs: 140, doubt: ['cold'] }),
      14: regionOf({ code: 'sao', lost: 3, atLeastMs: 300.7, atLeastBy: 'silence' }),
      15: regionOf({ code: 'tok', skipped: 'budget' }),
      16: regionOf({ code: 'syd', skipped: 'light', atLeastMs: 162.9, atLeastBy: 'light' }),
    };
    const notes = [{ code: 'budget', message: 'the budget of 40 packets an hour ran out, so that nothing was confirmed by a second probe' }];
    expect(formatText(reportOf({ ...NETWORK, regions, notes, mapSource: 'tailscale' }), kept, worldMap)).toMatchInlineSnapshot(`
      "Report:
        * Time: 2026-11-24 22:00:00.123Z, full report, took 0.31 s
        * UDP: true
        * IPv4: yes, 192.0.2.7:41641
        * IPv6: no, but OS has support
        * MappingVariesByDestIP: false
        * PortMapping: UPnP, NAT-PMP
        * CaptivePortal: false
        * Map: tailscale, 16 regions
        * Strategy: steady
        * Nearest relay: Frankfurt (fra), sure 98 %
            kept fra: ams is 0.4 ms nearer, moves at 2 ms over 7 more reports
            ≈ cannot be told from it: ams
        * Relay latency:
          ≈ ams:   7.9 ms  █▏                       stun   Amsterdam      one sample
          ▸ fra:   8.3 ms  █▎                       stun   Frankfurt
          - par:  13.9 ms  ██                       stun   Paris
          - lhr:  18.6 ms  ██▊                      stun   London
          - waw:  22.1 ms  ███▎                     stun   Warsaw
          - mad:  33.4 ms  ████▉                    stun   Madrid
          - nyc:  84.0 ms  ████████████▏            stun   New York City
          - tor:  96.8 ms  ██████████████           stun   Toronto
          - dfw: 121.2 ms  █████████████████▋       stun   Dallas
          - jnb: 163.0 ms  ████████████████████▎    https  Johannesburg   ranks as 140.0 ms, first contact
          - sfo: 149.9 ms  █████████████████████▊   stun   San Francisco
          - blr: 151.3 ms  █████████████████████▉   stun   Bengaluru
          - sin: 158.7 ms  ███████████████████████  stun   Singapore
          - sao: no answer, at least 300 ms                São Paulo
          - syd: not probed: light takes 162 ms            Sydney
          - tok: not probed: budget used up                Tokyo
        * Notes:
            budget: the budget of 40 packets an hour ran out, so that nothing was
            confirmed by a second probe"
    `);
  });

  it.each<[string, object, string[]]>([
    ['nothing was sent', {}, ['UDP: unknown (not measured)', 'IPv4: unknown (not measured)', 'IPv6: unknown (not measured), OS has support']],
    ['what was sent over IPv4 was not answered', { ipv4CanSend: true }, ['UDP: unknown (no answer)', 'IPv4: unknown (no answer)', 'IPv6: unknown (not measured), OS has support']],
    ['nor what was sent over IPv6', { ipv6CanSend: true }, ['UDP: unknown (no answer)', 'IPv4: unknown (not measured)', 'IPv6: unknown (no answer), OS has support']],
  ])('tells what was not measured from what was not answered: %s', (_, network, lines) => {
    const text = formatText(reportOf({ osHasIpv6: true, ...network }), decisionFor(undefined, {}), worldMap);
    for (const line of lines) expect(text).toContain(`* ${line}\n`);
  });

  it('of the same, verbose and in ASCII', () => {
    const regions = { 1: answeredIn('fra', 8.312, { v6Ms: 9.2, lost: 1 }), 2: answeredIn('ams', 13.27), 14: answeredIn('sao', 204.6) };
    const map = mapOf(worldMap.regions.filter(({ id }) => Object.hasOwn(regions, id)));
    expect(formatText(reportOf({ ...NETWORK, full: false, hairpinning: false, regions }), kept, map, { verbose: true, ascii: true })).toMatchInlineSnapshot(`
      "Report:
        * Time: 2026-11-24 22:00:00.123Z, incremental report, took 0.31 s
        * UDP: true
        * IPv4: yes, 192.0.2.7:41641
        * IPv6: no, but OS has support
        * MappingVariesByDestIP: false
        * Hairpinning: false
        * PortMapping: UPnP, NAT-PMP
        * CaptivePortal: false
        * Map: 3 regions
        * Strategy: steady
        * Nearest relay: Frankfurt (fra), sure 98 %
            kept fra: ams is 0.4 ms nearer, moves at 2 ms over 7 more reports
            ~ cannot be told from it: ams
        * Relay latency:
          * fra:   8.3 ms  =              stun v4  Frankfurt  v4 8.3 ms, v6 9.2 ms, 2/3 answered, id 1
          ~ ams:  13.3 ms  =              stun v4  Amsterdam  2/2 answered, id 2
          - sao: 204.6 ms  =============  stun v4  S?o Paulo  2/2 answered, id 14"
    `);
  });

  it('when nothing answers', () => {
    const regions = { 1: regionOf({ code: 'fra', lost: 3, atLeastMs: 5000, atLeastBy: 'silence' }), 2: regionOf({ code: 'ams', lost: 3 }) };
    expect(formatText(reportOf({ regions, ipv6: false, osHasIpv6: false }), decisionFor(undefined), mapOf(worldMap.regions.slice(0, 3)))).toMatchInlineSnapshot(`
      "Report:
        * Time: 2026-11-24 22:00:00.123Z, full report, took 0.31 s
        * UDP: unknown (not measured)
        * IPv4: unknown (not measured)
        * IPv6: no, unavailable in OS
        * MappingVariesByDestIP: unknown (takes two IPv4 answers over UDP)
        * PortMapping: not checked
        * CaptivePortal: not checked
        * Map: 3 regions
        * Strategy: steady
        * Nearest relay: unknown (no response to latency probes)
            no relay answered
        * Relay latency:
          - fra: no answer, at least 5000 ms         Frankfurt
          - ams: no answer                           Amsterdam
          - par: not probed                          Paris"
    `);
  });

  it('when UDP is blocked', () => {
    const regions = { 1: answeredIn('fra', 9.4, { kind: 'https' }), 2: answeredIn('ams', 14.8, { kind: 'https' }), 3: answeredIn('par', 15.2, { kind: 'icmp' }) };
    const report = reportOf({ regions, udp: false, ipv4: true, icmpv4: true, captivePortal: true, portMapping: { upnp: false, natPmp: false } });
    expect(formatText(report, decisionFor('1'), mapOf(worldMap.regions.slice(0, 3)))).toMatchInlineSnapshot(`
      "Report:
        * Time: 2026-11-24 22:00:00.123Z, full report, took 0.31 s
        * UDP: false
        * IPv4: yes (no addr found)
        * IPv6: unknown (not measured)
        * ICMPv4: true
        * MappingVariesByDestIP: unknown (takes two IPv4 answers over UDP)
        * PortMapping: none found (unknown: PCP)
        * CaptivePortal: true
        * Map: 3 regions
        * Strategy: steady
        * Nearest relay: Frankfurt (fra), sure 98 %
            first home: the nearest that answered
        * Relay latency:
          ▸ fra:  9.4 ms  █████████████████▍            https  Frankfurt
          - ams: 14.8 ms  ███████████████████████████▎  https  Amsterdam
          - par: 15.2 ms  ████████████████████████████  icmp   Paris"
    `);
  });

  it('over IPv6 alone', () => {
    const over = { family: 6 as const, kind: 'stun' as const };
    const regions = { 1: regionOf({ code: 'fra', latencyMs: 8.3, v6Ms: 8.3, samples: 2, ...over }), 2: regionOf({ code: 'ams', latencyMs: 13, v6Ms: 13, samples: 2, ...over }) };
    const report = reportOf({ regions, udp: true, ipv4: false, ipv6: true, osHasIpv6: true, globalV6: '[2001:db8::7]:41641' });
    expect(formatText(report, decisionFor('1'), mapOf(worldMap.regions.slice(0, 2)), { verbose: true })).toMatchInlineSnapshot(`
      "Report:
        * Time: 2026-11-24 22:00:00.123Z, full report, took 0.31 s
        * UDP: true
        * IPv4: no
        * IPv6: yes, [2001:db8::7]:41641
        * MappingVariesByDestIP: unknown (takes two IPv4 answers over UDP)
        * PortMapping: not checked
        * CaptivePortal: not checked
        * Map: 2 regions
        * Strategy: steady
        * Nearest relay: Frankfurt (fra), sure 98 %
            first home: the nearest that answered
        * Relay latency:
          ▸ fra:  8.3 ms  █████████       stun v6  Frankfurt  2/2 answered, id 1
          - ams: 13.0 ms  ██████████████  stun v6  Amsterdam  2/2 answered, id 2"
    `);
  });

  it('with hostile, wide and endless names', () => {
    const map = mapOf([
      { id: '1', code: 'fra\u001B[2J', name: '\u001B]0;owned\u0007Frank\u202Efurt\r\n  * UDP: true' },
      { id: '2', code: '東京', name: '東京都' }, { id: '3', code: 'x'.repeat(300), name: 'y'.repeat(300) }, { id: '4', code: '\u001B[31m', name: '' },
    ]);
    const regions = { 1: answeredIn('fra', 8.3), 2: answeredIn('tok', 120), 3: answeredIn('x', 250), 'gone\n': answeredIn('gone\n- fra:', 9) };
    expect(formatText(reportOf({ regions }), decisionFor('1', { sentence: '\u001B[1mnearest\u001B[0m' }), map)).toMatchInlineSnapshot(`
      "Report:
        * Time: 2026-11-24 22:00:00.123Z, full report, took 0.31 s
        * UDP: unknown (not measured)
        * IPv4: unknown (not measured)
        * IPv6: unknown (not measured)
        * MappingVariesByDestIP: unknown (takes two IPv4 answers over UDP)
        * PortMapping: not checked
        * CaptivePortal: not checked
        * Map: 4 regions
        * Strategy: steady
        * Nearest relay: Frankfurt * UDP: true (fra), sure 98 %
            nearest
        * Relay latency:
          ▸ fra:            8.3 ms  stun  Frankfurt * UDP: true
          - gone - fra::    9.0 ms  stun
          - 東京:         120.0 ms  stun  東京都
          - xxxxxxxxxxx…: 250.0 ms  stun  yyyyyyyyyyyyyyyyyyyyyyy…
          - 4:            not probed"
    `);
  });

  it.each([0, 1, 60])('of %d regions has a line for each, in columns', (count) => {
    const ids = Array.from({ length: count }, (_, index) => String(index + 1));
    const regions = Object.fromEntries(ids.map((id) => [id, answeredIn(`r${id}`, 400 - Number(id))]));
    const text = formatText(reportOf({ regions }), decisionFor(ids.at(-1)), mapOf(ids.map((id) => ({ id, code: `r${id}`, name: `Region ${id}` }))));
    const table = text.split('\n').filter((line) => /^ {4}[-▸]/.test(line));
    expect(table).toHaveLength(count);
    expect(new Set(table.map((line) => line.indexOf('Region'))).size).toBe(Math.min(1, count));
    expect(table.map((line) => Number(/([\d.]+) ms/.exec(line)?.[1]))).toEqual(ids.map((id) => 400 - Number(id)).reverse());
  });

  it('names a home that is not in the map, and says when there is none though some answered', () => {
    expect(formatText(reportOf(), decisionFor('42'), mapOf([]))).toContain('* Nearest relay: 42 (region not found in map), sure 98 %');
    expect(formatText(reportOf({ regions: everywhere }), decisionFor(undefined), worldMap)).toContain('* Nearest relay: [none]\n');
  });

  it('says only certainty is 100 %, and a decision that is not settled what it is', () => {
    const home = (sure: number): string => /sure .*/.exec(formatText(reportOf(), decisionFor('1', { sure, state: 'provisional' }), worldMap))?.[0] ?? '';
    expect([0.9999, 1, 0.29, 0].map(home)).toEqual(['sure 99 %, provisional', 'sure 100 %, provisional', 'sure 29 %, provisional', 'sure 0 %, provisional']);
  });

  it('is coloured only when told, and cut to the width given', () => {
    const text = (colour: boolean): string => formatText(reportOf({ regions: everywhere }), kept, worldMap, { colour, width: 50 });
    expect(text(false)).not.toContain('\u001B');
    expect(text(true)).toContain('\u001B[1;32m    ▸ fra:');
    // oxlint-disable-next-line no-control-regex -- colours are made of them
    expect(text(true).replaceAll(new RegExp('\u001B\\[[\\d;]*m', 'g'), '')).toBe(text(false));
    for (const line of text(false).split('\n')) expect(cells(line)).toBeLessThanOrEqual(50);
  });
});
