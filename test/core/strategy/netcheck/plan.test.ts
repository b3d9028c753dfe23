import { describe, expect, it } from 'vitest';
import { parseRelayMap } from '../../../../core/map/parse.ts';
import type { Context } from '../../../../core/model/context.ts';
import type { Kind } from '../../../../core/model/kind.ts';
import type { ProbePlan, ProbeSet } from '../../../../core/model/plan.ts';
import { netcheck } from '../../../../core/strategy/netcheck/netcheck.ts';
import { context, mapOf, node, region, regionReport, report } from './situation.ts';
import { vectors } from './vectors.ts';

interface PlanCase {
  name: string;
  /** As Tailscale writes it. */
  map: object;
  interfaces: { haveV4: boolean; haveV6: boolean };
  last: { regionLatencyMs: Record<string, number>; regionV4LatencyMs: Record<string, number>; regionV6LatencyMs: Record<string, number>; preferred: number } | null;
  preferredLast?: number;
  expect: Record<string, { delayMs: number; node: string; proto: 'v4' | 'v6' }[]>;
}

function lastReport(last: NonNullable<PlanCase['last']>): Context['last'] {
  const regions = Object.entries(last.regionLatencyMs).map(([id, latencyMs]) => {
    const v4Ms = last.regionV4LatencyMs[id];
    const v6Ms = last.regionV6LatencyMs[id];
    return [id, regionReport(id, { latencyMs, ...(v4Ms !== undefined && { v4Ms }), ...(v6Ms !== undefined && { v6Ms }) })] as const;
  });
  return { ...report({}), regions: Object.fromEntries(regions) };
}

const contextOf = ({ map, interfaces, last, preferredLast }: PlanCase): Context => {
  const home = preferredLast ?? last?.preferred ?? 0;
  return context(parseRelayMap(map), {
    full: last === null,
    families: { v4: interfaces.haveV4, v6: interfaces.haveV6 },
    ...(last && { last: lastReport(last) }),
    ...(home !== 0 && { home: { region: String(home) } }),
  });
};

const bySetName = (sets: readonly ProbeSet[]): PlanCase['expect'] =>
  Object.fromEntries(sets.map((set) => [`region-${set.region}-v${set.family}`, set.probes.map((probe) => ({ ...probe, proto: `v${set.family}` as 'v4' | 'v6' }))]));

describe.each([2022, 2026] as const)('plan, edition %i, against Tailscale\'s own plans', (edition) => {
  const strategy = netcheck({ edition });
  it.each(vectors<PlanCase>(`plan-${edition}`).map((case_) => [case_.name, case_] as const))('%s', (_, case_) => {
    const asked = contextOf(case_);
    const plan = strategy.plan(strategy.start(), asked);
    expect(bySetName(plan.sets)).toEqual(case_.expect);
    expect(new Set(plan.sets.map((set) => set.kind)).size).toBeLessThan(2);
    // Every region either has a set or a reason why not.
    const withSets = new Set(plan.sets.map((set) => set.region));
    expect(new Set([...withSets, ...Object.keys(plan.skipped)])).toEqual(new Set(asked.map.regions.map(({ id }) => id)));
    expect(Object.keys(plan.skipped).filter((id) => withSets.has(id))).toEqual([]);
  });
});

const plan2026 = (asked: Context): ProbePlan => netcheck().plan(netcheck().start(), asked);
const can = (kinds: readonly Kind[], ...names: string[]): Record<string, readonly Kind[]> => Object.fromEntries(names.map((name) => [name, kinds]));

describe('regions without a set say why', () => {
  const last = report({ 1: 10, 2: 20, 3: 30, 4: 40, 5: 50 });
  const map = mapOf('1', '2', region('3', { nodes: [] }), '4', region('5', { avoid: true }), region('6', { noHome: true }));
  it.each([
    ['full', context(map, { full: true }), { 3: 'impossible', 6: 'flag' }],
    ['incremental', context(map, { last }), { 3: 'impossible', 4: 'not-due', 5: 'flag', 6: 'flag' }],
    ['incremental, an avoided home', context(map, { last, home: { region: '5' } }), { 3: 'impossible', 4: 'not-due', 6: 'flag' }],
    ['no interface', context(map, { last, families: { v4: false, v6: false } }), { 1: 'impossible', 2: 'impossible', 3: 'impossible', 4: 'not-due', 5: 'flag', 6: 'flag' }],
    ['HTTP only, incremental', context(map, { last: report({ 1: 10, 2: 20 }), can: can(['https'], '1a') }), { 2: 'impossible', 3: 'not-due', 4: 'not-due', 5: 'flag', 6: 'flag' }],
  ])('%s', (_, asked, skipped) => {
    expect(plan2026(asked).skipped).toEqual(skipped);
  });
});

describe('full or incremental', () => {
  const map = mapOf('1', '2');
  it.each([
    ['nothing known', context(map), true],
    ['asked for', context(map, { full: true, last: report({ 1: 10 }) }), true],
    ['a last report without latencies', context(map, { last: report({}) }), true],
    ['a last report', context(map, { last: report({ 1: 10 }) }), false],
  ])('%s', (_, asked, full) => {
    const plan = plan2026(asked);
    expect(plan).toMatchObject({ full, timeoutMs: 5000 });
  });
});

it('of regions that were equally near the lower ids are planned', () => {
  const { sets } = plan2026(context(mapOf('d', 'c', 'b', 'a'), { last: report({ d: 10, c: 10, b: 10, a: 10 }) }));
  expect([...new Set(sets.map((set) => set.region))]).toEqual(['a', 'b', 'c']);
});

describe('latencies of other kinds rank a region but prove no family', () => {
  const map = mapOf('1', '2', '3');
  const lastBy = (kind: Kind): Context['last'] => ({ ...report({}), regions: { 1: regionReport('1', { latencyMs: 10, v4Ms: 10, v6Ms: 12, kind }), 2: regionReport('2', { latencyMs: 20, kind }), 3: regionReport('3', { latencyMs: 30, kind }) } });
  it.each([
    ['stun', '3:v4'],
    ['ice', '3:v4'],
    ['fake', '3:v4'],
    // No family was ever heard: IPv6 is tried once, and not in the third place.
    ['https', '3:v4'],
    ['icmp', '3:v4'],
  ] as const)('%s: third place', (kind, expected) => {
    const sets = plan2026(context(map, { last: lastBy(kind) })).sets;
    expect(sets.filter((set) => set.region === '3').map((set) => `3:v${set.family}`).join()).toBe(expected);
    expect(sets.find((set) => set.region === '1' && set.family === 6)?.probes.length).toBe(kind === 'https' || kind === 'icmp' ? 1 : 2);
  });
});

describe('what this client can send', () => {
  const map = mapOf('1', region('2', { nodes: [node('2a', { ipv4: 'none' }), node('2b')] }), region('3', { noHome: true }), region('4', { avoid: true }));
  const names = ['1a', '2a', '2b', '3a', '4a'];
  const full = (kinds: readonly Kind[], extra: Partial<Context> = {}): string[] =>
    plan2026(context(map, { full: true, can: can(kinds, ...names), ...extra })).sets.map((set) => `${set.region} ${set.kind} ${set.family ?? '-'} ${set.probes.map((probe) => `${probe.node}@${probe.delayMs}`).join(' ')}`);
  it.each<[string, string[], string[]]>([
    ['ICE has one set a region', full(['ice', 'https']), ['1 ice - 1a@0 1a@100 1a@200', '2 ice - 2a@0 2b@100 2a@200', '4 ice - 4a@0 4a@100 4a@200']],
    ['ICE over IPv4 leaves out a node without it', full(['ice'], { families: { v4: true, v6: false } }), ['1 ice - 1a@0 1a@100 1a@200', '2 ice - 2b@100', '4 ice - 4a@0 4a@100 4a@200']],
    ['no UDP: HTTPS of the first node', full(['https', 'websocket']), ['1 https - 1a@0', '2 https - 2a@0', '4 https - 4a@0']],
    ['no UDP, no HTTPS: WebSocket', full(['websocket']), ['1 websocket - 1a@0', '2 websocket - 2a@0', '4 websocket - 4a@0']],
    ['no UDP, only the second node is able', full([], { can: can(['https'], '2b') }), ['2 https - 2b@0']],
    ['no UDP, incremental: what answered last time, avoided or not', full(['https'], { full: false, last: report({ 4: 9 }) }), ['4 https - 4a@0']],
    ['nothing at all', full([]), []],
  ])('%s', (_, sets, expected) => {
    expect(sets).toEqual(expected);
  });
  it('one node with STUN is enough for a STUN plan of all', () => {
    const { sets } = plan2026(context(map, { full: true, can: { ...can(['ice'], ...names), '1a': ['stun'] } }));
    expect(new Set(sets.map((set) => set.kind))).toEqual(new Set(['stun']));
  });
});
