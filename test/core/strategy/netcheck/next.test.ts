import { describe, expect, it } from 'vitest';
import type { Context } from '../../../../core/model/context.ts';
import type { Family, Kind } from '../../../../core/model/kind.ts';
import type { RelayMap } from '../../../../core/model/map.ts';
import type { ProbeSet } from '../../../../core/model/plan.ts';
import type { RegionReport, Report } from '../../../../core/model/report.ts';
import type { Follow, Progress, Sent } from '../../../../core/model/strategy.ts';
import { netcheck } from '../../../../core/strategy/netcheck/netcheck.ts';
import { context, mapOf, node, region, regionReport, report } from './situation.ts';

/** A set in short: region, kind, family, delays. Its nodes are `Na`. */
const set = (id: string, family: Family | undefined, delaysMs: readonly number[], kind: Kind = 'stun'): ProbeSet => ({
  region: id, kind, ...(family && { family }), probes: delaysMs.map((delayMs) => ({ node: `${id}a`, delayMs })),
});

/** A probe that went out: set, when, and when its answer came. */
type Probe = [set: number, atMs: number, answeredMs?: number];

interface Situation {
  sets: readonly ProbeSet[];
  added?: readonly ProbeSet[];
  at: number;
  sent?: readonly Probe[];
  over?: readonly number[];
  due?: [set: number, probe: number];
  full?: boolean;
  map?: RelayMap;
  with?: Partial<Context>;
  edition?: 2022 | 2026;
  facts?: Partial<Report>;
}

function ask({ sets, added = [], at, sent = [], over = [], due, full = true, map = mapOf('1', '2', '3', '4', '5'), with: extra = {}, edition = 2026, facts = {} }: Situation): Follow {
  const all = [...sets, ...added];
  const regions: Record<string, RegionReport> = {};
  for (const [index, atMs, answeredMs] of sent) {
    const of = all[index];
    if (!of || answeredMs === undefined) continue;
    const ms = answeredMs - atMs;
    const before = regions[of.region];
    const key = of.family === 6 ? 'v6Ms' : 'v4Ms';
    regions[of.region] = regionReport(of.region, { ...before, latencyMs: Math.min(ms, before?.latencyMs ?? ms), kind: of.kind, ...(of.family && { [key]: ms }) });
  }
  const answered = new Set(sent.filter(([, , answeredMs]) => answeredMs !== undefined).map(([index]) => index));
  const progress: Progress = {
    plan: { full, timeoutMs: 5000, sets, skipped: {} },
    elapsedMs: at,
    sets: all,
    over: all.map((_, index) => answered.has(index) || over.includes(index)),
    sent: sent.map(([index, atMs, answeredMs]): Sent => ({ set: index, node: all[index]?.probes[0]?.node ?? '', atMs, ...(answeredMs !== undefined && { answeredMs }) })),
    report: { ...report({}), full, regions, partial: true, ...facts },
    context: context(map, { full, ...(!full && { last: report({ 1: 10 }) }), ...extra }),
    ...(due && { due: { set: due[0], probe: due[1] } }),
  };
  const strategy = netcheck({ edition });
  return strategy.next(strategy.start(), progress);
}

const retries = [0, 100, 200];
const five = ['1', '2', '3', '4', '5'].map((id) => set(id, 4, retries));
const both = [set('1', 4, retries), set('1', 6, retries), set('2', 4, retries), set('2', 6, retries)];
const once = both.map((of) => ({ ...of, probes: of.probes.slice(0, 1) }));
const nat: Partial<Report> = { mappingVariesByDestIp: false };

describe('would a delayed probe still help', () => {
  it.each<[string, Situation, boolean]>([
    ['its region is unknown', { sets: both, at: 100, sent: [[0, 0], [1, 0]], due: [0, 1] }, false],
    ['IPv6, and none is known', { sets: both, at: 100, sent: [[0, 0, 20], [1, 0]], due: [1, 1], facts: nat }, false],
    ['IPv6, known by another region', { sets: both, at: 100, sent: [[0, 0, 20], [1, 0], [3, 0, 30]], due: [1, 1] }, true],
    ['IPv4, one answer: how the NAT maps is not known', { sets: both, at: 100, sent: [[1, 0, 20], [2, 0, 20], [0, 0]], due: [0, 1] }, false],
    ['IPv4, how the NAT maps is known', { sets: both, at: 100, sent: [[1, 0, 20], [2, 0, 20], [0, 0]], due: [0, 1], facts: nat }, true],
    ['ICE, its region is unknown', { sets: [set('1', undefined, retries, 'ice'), set('2', undefined, retries, 'ice')], at: 100, sent: [[0, 0], [1, 0, 5]], due: [0, 1], with: { can: { '1a': ['ice'] } } }, false],
  ])('%s', (_, situation, skip) => {
    expect(ask(situation).skip === true).toBe(skip);
  });
  it('a skip that ends the last set ends the report', () => {
    const sent: Probe[] = [[0, 0, 20], [1, 0], [2, 0, 25], [3, 0, 30]];
    expect(ask({ sets: both, at: 99, sent, facts: nat })).toEqual({ wakeMs: 3000 });
    expect(ask({ sets: both, at: 100, sent, facts: nat, due: [1, 1] })).toEqual({ skip: true, stop: 'enough' });
  });
});

describe('when the STUN phase ends', () => {
  it.each<[string, Situation, Follow]>([
    ['at the start', { sets: five, at: 0 }, { wakeMs: 3000 }],
    ['two regions are not enough', { sets: five, at: 30, sent: [[0, 0, 10], [1, 0, 30]] }, { wakeMs: 3000 }],
    ['three: twice the slowest, full', { sets: five, at: 50, sent: [[0, 0, 10], [1, 0, 30], [2, 0, 50]] }, { wakeMs: 150 }],
    ['three: once the slowest, incremental', { sets: five, at: 50, full: false, sent: [[0, 0, 10], [1, 0, 30], [2, 0, 50]] }, { wakeMs: 100 }],
    ['a full plan for want of latencies is incremental', { sets: five, at: 50, sent: [[0, 0, 10], [1, 0, 30], [2, 0, 50]], with: { full: false, last: report({}) } }, { wakeMs: 100 }],
    ['the slowest need not be the third: it counts from the third answer', { sets: five, at: 110, full: false, sent: [[0, 0, 90], [1, 0, 30], [2, 100, 110]] }, { wakeMs: 200 }],
    ['a fourth changes nothing', { sets: five, at: 80, sent: [[0, 0, 10], [1, 0, 30], [2, 0, 50], [3, 0, 80]] }, { wakeMs: 150 }],
    ['two answers of one region are one region', { sets: both, at: 40, sent: [[0, 0, 10], [1, 0, 20], [2, 0, 40]] }, { wakeMs: 3000 }],
    ['enough, and its time is over', { sets: five, at: 150, sent: [[0, 0, 10], [1, 0, 30], [2, 0, 50]] }, { stop: 'enough' }],
    ['far regions are not waited for beyond 3 s', { sets: five, at: 1400, sent: [[0, 0, 10], [1, 0, 30], [2, 0, 1400]] }, { wakeMs: 3000 }],
    ['all answered', { sets: both, at: 40, sent: [[0, 0, 10], [1, 0, 20], [2, 0, 40], [3, 0, 40]] }, { stop: 'enough' }],
    ['all sent, one lost: waited for', { sets: five.slice(0, 2), at: 250, sent: [[0, 0, 10], [1, 0], [1, 100], [1, 200]], over: [1] }, { wakeMs: 3000 }],
    ['nothing there to send to: waited for', { sets: five.slice(0, 2), at: 1, sent: [[0, 0, 1]], over: [1] }, { wakeMs: 3000 }],
    ['all sent and failed: waited for, though nothing more would help', { sets: once, at: 40, sent: [[0, 0, 10], [1, 0], [2, 0, 20], [3, 0, 40]], over: [1], facts: nat }, { wakeMs: 3000 }],
    ['enough are the first three by their answers', { sets: five, at: 90, sent: [[0, 0, 90], [1, 0, 10], [2, 0, 20], [3, 0, 30]] }, { stop: 'enough' }],
    ['a set that was skipped is done', { sets: both, at: 150, sent: [[0, 0, 20], [1, 0], [2, 0, 25], [3, 0, 130]], over: [1], facts: nat }, { stop: 'enough' }],
    ['3 s, something answered', { sets: five, at: 3000, sent: [[0, 0, 10], [1, 0]] }, { stop: 'timeout' }],
  ])('%s', (_, situation, follow) => {
    expect(ask(situation)).toEqual(follow);
  });
});

/** Sets in short: `1 https 1a@3000 1b@4500`. */
const short = (sets: readonly ProbeSet[] = []): string[] =>
  sets.map(({ region, kind, family, probes }) => `${region} ${kind}${family ?? ''} ${probes.map((probe) => `${probe.node}@${probe.delayMs}`).join(' ')}`);

describe('no UDP answer', () => {
  const silent = five.slice(0, 2);
  const mapWith = (extra: Parameters<typeof region>[1]): RelayMap => mapOf('1', region('2', extra));
  it.each<[string, Partial<Situation>, string[]]>([
    ['HTTPS and ICMP of all regions', {}, ['1 https 1a@3000', '1 icmp4 1a@3000', '2 https 2a@3000', '2 icmp4 2a@3000']],
    ['not of regions without home', { map: mapWith({ noHome: true }) }, ['1 https 1a@3000', '1 icmp4 1a@3000']],
    ['not of avoided ones', { map: mapWith({ avoid: true }) }, ['1 https 1a@3000', '1 icmp4 1a@3000']],
    ['2022 asks those as well', { map: mapWith({ avoid: true }), edition: 2022 }, ['1 https 1a@3000', '1 icmp4 1a@3000', '2 https 2a@3000', '2 icmp4 2a@3000']],
    ['not of regions that serve STUN alone', { map: mapOf('1', { ...region('2'), nodes: [{ name: '2a', host: 'x', stun: { port: 3478, dialect: 'plain' } }] }) }, ['1 https 1a@3000', '1 icmp4 1a@3000']],
    ['further nodes each 1.5 s later', { map: mapWith({ nodes: [node('2a'), node('2b')] }) }, ['1 https 1a@3000', '1 icmp4 1a@3000', '2 https 2a@3000 2b@4500', '2 icmp4 2a@3000']],
    ['a node that speaks only something else is not mixed in', { map: mapWith({ nodes: [node('2a'), node('2b')] }), with: { can: { '1a': ['stun'], '2a': ['https'], '2b': ['websocket'] } } }, ['2 https 2a@3000']],
    ['no ICMP where STUN is off', { map: mapOf('1', { ...region('2'), nodes: [{ name: '2a', host: 'x', https: { port: 443, path: '/', scheme: 'https' } }] }) }, ['1 https 1a@3000', '1 icmp4 1a@3000', '2 https 2a@3000']],
    ['no ICMP without IPv4', { map: mapWith({ nodes: [node('2a', { ipv4: 'none' })] }) }, ['1 https 1a@3000', '1 icmp4 1a@3000', '2 https 2a@3000']],
    ['no ICMP where the client cannot', { with: { can: { '1a': ['stun', 'https'], '2a': ['stun', 'https', 'icmp'] } } }, ['1 https 1a@3000', '2 https 2a@3000', '2 icmp4 2a@3000']],
  ])('%s', (_, extra, expected) => {
    const follow = ask({ sets: silent, at: 3000, map: mapOf('1', '2'), ...extra });
    expect(short(follow.add)).toEqual(expected);
    expect(follow).toEqual({ add: follow.add, wakeMs: 4000 });
  });
  it('an empty plan goes there at once', () => {
    expect(short(ask({ sets: [], at: 0, map: mapOf('1') }).add)).toEqual(['1 https 1a@0', '1 icmp4 1a@0']);
  });
  it('with nothing to ask it ends', () => {
    expect(ask({ sets: silent, at: 3000, map: mapOf(region('1', { noHome: true })) })).toEqual({ stop: 'timeout' });
  });

  const added = [set('1', undefined, [3000], 'https'), set('1', 4, [3000], 'icmp'), set('2', undefined, [3000, 4500], 'https'), set('2', 4, [3000], 'icmp')];
  it.each<[string, Partial<Situation>, Follow]>([
    ['all are awaited', { at: 3100, sent: [[2, 3000, 3100]] }, { wakeMs: 4000 }],
    ['ICMP has its second', { at: 4000, sent: [[2, 3000, 3100], [3, 3000, 3050]], over: [] }, { drop: [5] }],
    ['HTTPS alone needs no wake: the report ends it', { at: 4000, sent: [[2, 3000, 3100]], over: [3, 5] }, {}],
    ['done with the end of ICMP', { at: 4000, sent: [[2, 3000, 3100], [4, 3000, 3200]] }, { drop: [3, 5], stop: 'enough' }],
    ['all answered or failed', { at: 3300, sent: [[2, 3000, 3100], [3, 3000, 3020]], over: [4, 5] }, { drop: [], stop: 'enough' }],
    ['a late UDP answer does not end it', { at: 3050, sent: [[0, 0, 3050]] }, { wakeMs: 4000 }],
    ['the next node is tried however late', { at: 4500, sent: [[2, 3000, 3100], [4, 3000]], over: [3, 5], due: [4, 1] }, {}],
  ])('%s', (_, extra, follow) => {
    expect(ask({ sets: silent, added, at: 3000, ...extra })).toEqual(follow);
  });
});

describe('a client without UDP', () => {
  const sets = ['1', '2', '3', '4'].map((id) => set(id, undefined, [0], 'https'));
  const can: Partial<Context> = { can: { '1a': ['https'] } };
  it.each<[string, Partial<Situation>, Follow]>([
    ['waits for all, however many answered', { at: 200, sent: [[0, 0, 20], [1, 0, 20], [2, 0, 20], [3, 0]] }, {}],
    ['also after 3 s', { at: 3500, sent: [[3, 0]], over: [0, 1, 2] }, {}],
    ['ends when all answered or failed', { at: 300, sent: [[0, 0, 20], [1, 0, 20], [2, 0, 20]], over: [3] }, { stop: 'enough' }],
    ['has nothing to ask', { sets: [], at: 0 }, { stop: 'enough' }],
  ])('%s', (_, extra, follow) => {
    expect(ask({ sets, at: 0, with: can, ...extra })).toEqual(follow);
  });
});
