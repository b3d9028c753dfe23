import type { Context } from '../../../../core/model/context.ts';
import type { Kind } from '../../../../core/model/kind.ts';
import type { Region, RelayMap, RelayNode } from '../../../../core/model/map.ts';
import type { RegionReport, Report } from '../../../../core/model/report.ts';

/** A relay that answers STUN and serves DERP. */
export const node = (name: string, extra: Partial<RelayNode> = {}): RelayNode => ({
  name, host: `${name}.example.org`, ipv4: '192.0.2.1', ipv6: '2001:db8::1',
  stun: { port: 3478, dialect: 'tailscale' }, https: { port: 443, path: '/derp/probe', scheme: 'https' }, derp: { port: 443 },
  ...extra,
});

/** A region with one node, `1a` in region 1. Its code is `r1`. */
export const region = (id: string, extra: Partial<Region> = {}): Region => ({ id, code: `r${id}`, name: `Region ${id}`, nodes: [node(`${id}a`)], ...extra });

export const mapOf = (...regions: readonly (string | Region)[]): RelayMap => ({ version: 1, regions: regions.map((of) => (typeof of === 'string' ? region(of) : of)) });

export const context = (map: RelayMap, extra: Partial<Context> = {}): Context => ({
  now: 0, full: false, map, families: { v4: true, v6: true }, clientKey: 'test', chance: 0.5, ...extra,
});

export const regionReport = (id: string, extra: Partial<RegionReport> = {}): RegionReport => ({ code: `r${id}`, samples: extra.latencyMs === undefined ? 0 : 1, lost: 0, doubt: [], ...extra });

/** A report in which these regions answered after so many ms. Its start is its end unless `durationMs` says otherwise. */
export const report = (latenciesMs: Readonly<Record<string, number>>, { kind, ...extra }: Partial<Report> & { readonly kind?: Kind } = {}): Report => ({
  at: 0, full: false, durationMs: 0, strategy: 'netcheck', notes: [],
  regions: Object.fromEntries(Object.entries(latenciesMs).map(([id, latencyMs]) => [id, regionReport(id, { latencyMs, ...(kind && { kind }) })])),
  ...extra,
});
