import type { Decision } from '../../../core/model/decision.ts';
import type { Region, RelayMap } from '../../../core/model/map.ts';
import type { RegionReport, Report } from '../../../core/model/report.ts';
import type { Timing } from '../../../core/picker/timing.ts';

export const mapOf = (regions: readonly (Partial<Region> & { readonly id: string })[]): RelayMap => ({
  version: 1,
  regions: regions.map((region) => ({ code: region.id, name: region.code ?? region.id, nodes: [], ...region })),
});

export const reportOf = (over: Partial<Report> = {}): Report => ({
  at: Date.UTC(2026, 10, 24, 22, 0, 0, 123), full: true, durationMs: 312.4, strategy: 'steady', notes: [], regions: {}, ...over,
});

export const regionOf = (over: Partial<RegionReport> & { readonly code: string }): RegionReport => ({ samples: 0, lost: 0, doubt: [], ...over });

/** A region that answered over UDP and IPv4. */
export const answeredIn = (code: string, ms: number, over: Partial<RegionReport> = {}): RegionReport =>
  regionOf({ code, latencyMs: ms, v4Ms: ms, kind: 'stun', family: 4, samples: 2, ...over });

export const decisionFor = (home: string | undefined, over: Partial<Decision> = {}): Decision => ({
  ...(home === undefined ? {} : { home }), changed: home !== undefined, state: home === undefined ? 'unreachable' : 'settled',
  sure: home === undefined ? 0 : 0.981, ageMs: 0, reason: home === undefined ? 'no-answer' : 'first', why: {}, equals: [],
  sentence: home === undefined ? 'no relay answered' : 'first home: the nearest that answered', ...over,
});

export const timing: Timing = { firstAnswerMs: 8.4, decisionMs: 8.9, settledMs: 20.1, totalMs: 312.4, packetsSent: 64, bytesSent: 4352, estimated: { packets: 0, bytes: 0 } };

/** Sixteen public regions as seen from Frankfurt: code, name, ms. */
export const world: readonly (readonly [string, string, number])[] = [
  ['fra', 'Frankfurt', 8.312], ['ams', 'Amsterdam', 13.27], ['par', 'Paris', 13.94], ['lhr', 'London', 18.6], ['waw', 'Warsaw', 22.1], ['mad', 'Madrid', 33.4],
  ['nyc', 'New York City', 84.05], ['tor', 'Toronto', 96.8], ['dfw', 'Dallas', 121.2], ['sfo', 'San Francisco', 149.9], ['blr', 'Bengaluru', 151.3],
  ['sin', 'Singapore', 158.7], ['jnb', 'Johannesburg', 163], ['sao', 'São Paulo', 204.6], ['tok', 'Tokyo', 231.8], ['syd', 'Sydney', 281.45],
];

export const worldMap: RelayMap = mapOf(world.map(([code, name], index) => ({ id: String(index + 1), code, name })));
