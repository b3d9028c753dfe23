import * as fc from 'fast-check';
import type { Decision } from '../../../core/model/decision.ts';
import type { RelayMap } from '../../../core/model/map.ts';
import type { RegionReport, Report } from '../../../core/model/report.ts';
import { mapOf, regionOf, reportOf } from './samples.ts';

/** Names as an enemy would write them: every character, and the sequences that do harm on a terminal. */
export const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.constantFrom(
    '\u001B[2J', '\u001B]0;owned\u0007', '\u001B]8;;http://example.org\u001B\\', '\u009B31m', '\u0090q\u009C', '\u001B', '\u001B\u001B[31m[31m', '\u001B[\n31m',
    '\r', '\n', '\t', '\b', '\u0000', '\u007F', '\u0085', '\u2028', '\u202E', '\u2066', '\u200B', '\uFEFF', '\u00AD', '\uD800', '\uDC00', '\u{E0041}',
    'fra', 'é', 'e\u0301\u0301\u0301\u0301\u0301\u0301', '東京', '👩‍👩‍👧', '🇩🇪', 'ﷺ', '"', '\\', '{', '__proto__', 'constructor', ' ',
  ), { maxLength: 8 }).map((parts) => parts.join('')),
);

const id = fc.oneof(fc.integer({ min: -5, max: 20 }).map(String), fc.constantFrom('fra', '007', '+8', '__proto__', 'constructor', ''), hostileText);
const ms = fc.oneof(fc.double({ min: 0, max: 5000, noNaN: true }), fc.constantFrom(0, 1e-7, 0.05, 999.96, 1e9));
const kind = fc.constantFrom('stun', 'ice', 'https', 'tcp', 'websocket', 'icmp', 'turn', 'fake');
const kindReport = fc.record({ ms, v4Ms: ms, v6Ms: ms, samples: fc.nat(9), lost: fc.nat(9) }, { requiredKeys: ['samples', 'lost'] });
const region = fc.record({
  code: hostileText, latencyMs: ms, kind, family: fc.constantFrom(4 as const, 6 as const), v4Ms: ms, v6Ms: ms, rankMs: ms,
  kinds: fc.dictionary(kind, kindReport, { maxKeys: 3 }),
  samples: fc.nat(9), lost: fc.nat(9), atLeastMs: ms, atLeastBy: fc.constantFrom('silence' as const, 'light' as const), pending: fc.constant(true as const),
  doubt: fc.uniqueArray(fc.constantFrom('cold', 'retransmitted', 'event-loop', 'single', 'place')),
  skipped: fc.constantFrom('light', 'budget', 'flag', 'enough', 'not-due', 'impossible', 'drained'),
}, { requiredKeys: ['code', 'samples', 'lost', 'doubt'] }).map((over) => regionOf(over as RegionReport));

const networkField = fc.option(fc.boolean(), { nil: undefined });
const without = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;

export interface Scene {
  readonly report: Report;
  readonly decision: Decision;
  readonly map: RelayMap;
}

/** Any report that the types allow, with a map and a decision that need not fit it. */
export const scene: fc.Arbitrary<Scene> = fc.record({
  ids: fc.uniqueArray(id, { maxLength: 12 }),
  regions: fc.dictionary(id, region, { maxKeys: 12 }),
  names: fc.array(fc.tuple(hostileText, hostileText), { minLength: 12, maxLength: 12 }),
  network: fc.record({ udp: networkField, ipv4: networkField, ipv6: networkField, osHasIpv6: networkField, icmpv4: networkField, mappingVariesByDestIp: networkField, hairpinning: networkField, captivePortal: networkField, globalV4: fc.option(hostileText, { nil: undefined }), globalV6: fc.option(hostileText, { nil: undefined }) }),
  portMapping: fc.option(fc.record({ upnp: networkField, natPmp: networkField, pcp: networkField }), { nil: undefined }),
  head: fc.record({ at: fc.double({ min: 0, max: 4e12, noNaN: true }), full: fc.boolean(), durationMs: ms, strategy: hostileText, mapSource: hostileText, notes: fc.array(fc.record({ code: hostileText, message: hostileText }), { maxLength: 3 }) }),
  home: fc.option(id, { nil: undefined }), equals: fc.array(id, { maxLength: 3 }), sentence: hostileText, sure: fc.double({ min: 0, max: 1, noNaN: true }),
}).map(({ ids, regions, names, network, portMapping, head, home, equals, sentence, sure }) => ({
  report: reportOf({ ...head, ...without({ ...network, portMapping: portMapping && without(portMapping) }), regions } as Partial<Report>),
  decision: { ...(home === undefined ? {} : { home }), changed: false, state: 'settled', sure, ageMs: 0, reason: 'nearest', why: {}, equals, sentence },
  map: mapOf(ids.map((id, index) => ({ id, code: names[index]?.[0] ?? '', name: names[index]?.[1] ?? '' }))),
}));

/** What may never reach a terminal from a name: controls but the line feed, format characters, separators, half surrogates. */
export const harmful = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
