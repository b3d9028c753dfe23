import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatConcise } from '../../../core/report/concise.ts';
import type { Kind } from '../../../core/model/kind.ts';
import type { RegionReport } from '../../../core/model/report.ts';
import { decisionFor, mapOf, reportOf } from './samples.ts';

interface Case {
  readonly name: string;
  readonly report: {
    readonly udp: boolean; readonly ipv4: boolean; readonly ipv6: boolean; readonly osHasIPv6: boolean; readonly icmpv4: boolean;
    readonly mappingVariesByDestIP: boolean | null; readonly hairPinning?: boolean | null;
    readonly upnp: boolean | null; readonly pmp: boolean | null; readonly pcp: boolean | null;
    readonly globalV4?: string; readonly globalV6?: string; readonly captivePortal: boolean | null;
    readonly preferredDERP: number; readonly forcePreferred?: number;
    readonly regionV4LatencyMs: Record<string, number>; readonly regionV6LatencyMs: Record<string, number>; readonly mapRegionIds: number[];
  };
  readonly expect: { readonly line: string };
}

const optional = <K extends string, V>(key: K, value: V | null | undefined): Partial<Record<K, V>> =>
  (value === null || value === undefined ? {} : { [key]: value } as Partial<Record<K, V>>);

function lineOf({ report: given }: Case, edition: 2022 | 2026): string {
  const regions: Record<string, RegionReport> = {};
  for (const id of new Set([...Object.keys(given.regionV4LatencyMs), ...Object.keys(given.regionV6LatencyMs)])) {
    const v4Ms = given.regionV4LatencyMs[id];
    const v6Ms = given.regionV6LatencyMs[id];
    regions[id] = { code: `r${id}`, ...optional('v4Ms', v4Ms), ...optional('v6Ms', v6Ms), latencyMs: Math.min(v4Ms ?? Infinity, v6Ms ?? Infinity), samples: 1, lost: 0, doubt: [] };
  }
  const report = reportOf({
    udp: given.udp, ipv4: given.ipv4, ipv6: given.ipv6, osHasIpv6: given.osHasIPv6, icmpv4: given.icmpv4,
    ...optional('mappingVariesByDestIp', given.mappingVariesByDestIP), ...optional('hairpinning', given.hairPinning), ...optional('captivePortal', given.captivePortal),
    portMapping: { ...optional('upnp', given.upnp), ...optional('natPmp', given.pmp), ...optional('pcp', given.pcp) },
    ...optional('globalV4', given.globalV4), ...optional('globalV6', given.globalV6), regions,
  });
  const home = given.preferredDERP === 0 ? undefined : String(given.preferredDERP);
  const map = mapOf(given.mapRegionIds.map((id) => ({ id: String(id), code: `r${id}` })));
  return formatConcise(report, decisionFor(home), map, { edition, ...optional('force', given.forcePreferred === undefined ? undefined : String(given.forcePreferred)) });
}

describe.each([2022, 2026] as const)('the one line of netcheck %i, against vectors of Tailscale', (edition) => {
  const url = new URL(`../../vectors/concise-${edition}.json`, import.meta.url);
  const { cases } = JSON.parse(readFileSync(url, 'utf8')) as { cases: Case[] };

  it('has cases', () => expect(cases.length).toBeGreaterThan(25));
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    expect(lineOf(one, edition)).toBe(one.expect.line);
  });
});

describe('what the vectors leave open', () => {
  const region = (over: Partial<RegionReport>): RegionReport => ({ code: 'fra', samples: 1, lost: 0, doubt: [], ...over });
  const line = (regions: Record<string, RegionReport>, ids = Object.keys(regions), home = ids[0]): string =>
    formatConcise(reportOf({ udp: true, ipv4: true, ipv6: true, regions }), decisionFor(home), mapOf(ids.map((id) => ({ id, code: id }))), { edition: 2026 });

  it.each<[Kind | undefined, string]>([
    [undefined, '1v4:9ms'], ['stun', '1v4:9ms'], ['ice', '1v4:9ms'], ['fake', '1v4:9ms'],
    ['https', ''], ['tcp', ''], ['icmp', ''], ['websocket', ''], ['turn', ''],
  ])('a latency of kind %s has the distance "%s"', (kind, distance) => {
    expect(line({ 1: region({ latencyMs: 9, v4Ms: 9, ...optional('kind', kind) }) })).toMatch(new RegExp(`derpdist=${distance}$`));
  });

  it('takes the UDP figure of a region that is ranked by another kind', () => {
    const kinds = { stun: { v4Ms: 12, samples: 1, lost: 0 }, https: { v4Ms: 9, samples: 1, lost: 0 } };
    expect(line({ 1: region({ kind: 'https', v4Ms: 9, kinds }) })).toMatch(/derpdist=1v4:12ms$/);
  });

  it.each([
    [10.4999994, '10ms'], [10.4999995, '11ms'], [59_999.6, '1m0s'], [0.0000004, ''], [0.0000005, '0s'], [3_661_500, '1h1m1.5s'],
  ])('%d ms prints as %s', (ms, text) => {
    expect(line({ 1: region({ latencyMs: ms, v4Ms: ms }) })).toMatch(new RegExp(`derpdist=${text === '' ? '' : `1v4:${text.replace('.', '\\.')}`}$`));
  });

  it('goes by number, not by text, and puts ids that are no numbers last', () => {
    const regions = Object.fromEntries(['fra', '10', '9', 'ams', '-1'].map((id) => [id, region({ v4Ms: 5 })]));
    expect(line(regions, ['fra', '10', '9', 'ams', '-1'])).toMatch(/derp=fra derpdist=-1v4:5ms,9v4:5ms,10v4:5ms,amsv4:5ms,frav4:5ms$/);
  });

  it('keeps a hostile id in one word', () => {
    expect(line({ 'a b\n\u001B[31m': region({ v4Ms: 5 }) })).toMatch(/derp=a_b__\[31m derpdist=a_b__\[31mv4:5ms$/);
  });
});
