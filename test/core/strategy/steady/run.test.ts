import { describe, expect, it } from 'vitest';
import type { PickerEvent } from '../../../../core/events.ts';
import { createPicker } from '../../../../core/picker/picker.ts';
import type { Kind } from '../../../../core/model/kind.ts';
import type { Preferences } from '../../../../core/model/context.ts';
import type { RelayMap } from '../../../../core/model/map.ts';
import { lateAnswers } from '../../../../core/probe/late-answers.ts';
import { steady } from '../../../../core/strategy/steady/steady.ts';
import { mapOf } from '../../../maps.ts';
import { scriptedTransport, type Script } from '../../../scripted-transport.ts';
import { virtualClock } from '../../../virtual-clock.ts';

/** Latencies of a kind by region; what is not named is silent. HTTPS answers after four round trips, as it must connect first. */
type Ways = Readonly<Partial<Record<Kind, Readonly<Record<string, Script>>>>>;

function setUp(map: RelayMap, ways: Ways, preferences: Preferences = {}) {
  const clock = virtualClock();
  const latencies: Record<string, Record<string, Script>> = structuredClone(ways) as Record<string, Record<string, Script>>;
  const transports = Object.keys(ways).map((kind) => {
    const transport = scriptedTransport(kind as Kind, clock, (node) => {
      const ms = latencies[kind]?.[node.slice(0, -1)] ?? 'silent';
      return kind === 'https' && typeof ms === 'number' ? ms * 4 : ms;
    }, (node) => (kind === 'stun' ? node.stun !== undefined : node.https !== undefined));
    const probe = transport.probe.bind(transport);
    // What it took is four round trips, what it measured one.
    if (kind === 'https') transport.probe = async (node, options) => probe(node, options).then((sample) => ({ ...sample, latencyMs: sample.latencyMs / 4 }));
    return transport;
  });
  const events: PickerEvent[] = [];
  const picker = createPicker({ onEvent: (event) => events.push(event), map, clock, transports, strategy: steady(), preferences, random: () => 0.5, network: { families: () => ({ v4: true, v6: false }), id: async () => 'n', online: () => true, onChange: () => () => {} } });
  return { clock, latencies, transports, events, report: () => clock.until(picker.report()) };
}

const near = { 1: 8, 2: 12, 3: 14, 4: 90, 5: 150 };
const map = mapOf(['fra', 'par', 'lon', 'nyc', 'tyo']);
/** The same, where one region speaks HTTPS alone. */
const withoutStun = (code: string): RelayMap => ({ ...map, regions: map.regions.map((region) => (region.code === code ? { ...region, nodes: region.nodes.map((node) => ({ ...node, stun: undefined })) } : region)) });

describe('steady, a full report', () => {
  it('is certain one nearest round trip after the last region was asked', async () => {
    const { report } = setUp(map, { stun: near });
    const { decision, timing } = await report();
    expect(decision).toMatchObject({ home: '1', reason: 'first' });
    expect(timing.settledMs).toBe(8);
    expect(timing.totalMs).toBe(14 + 2 * 14);
  });

  it.each<{ name: string; map: RelayMap; ways: Ways; home: string; kind: Kind; within: number }>([
    { name: 'finds a nearer relay that speaks HTTPS alone, although enough answered by UDP', map: withoutStun('fra'), ways: { stun: near, https: near }, home: '1', kind: 'https', within: 61 },
    { name: 'does not wait for a far one that speaks HTTPS alone longer than it could matter', map: withoutStun('tyo'), ways: { stun: near, https: near }, home: '1', kind: 'stun', within: 8 * 5 + 60 },
    { name: 'turns to HTTPS soon where UDP is silent', map, ways: { stun: {}, https: near }, home: '1', kind: 'https', within: 220 + 4 * 150 },
    { name: 'does not wait 3 s for the dead where few answer', map, ways: { stun: { 1: 8, 2: 12 } }, home: '1', kind: 'stun', within: 500 },
    { name: 'waits longer where answers are slow', map, ways: { stun: { 1: 600, 2: 650 } }, home: '1', kind: 'stun', within: 200 + 1_300 + 650 },
    { name: 'takes no relay that refuses connections for one because its machine answers pings', map, ways: { stun: {}, icmp: { 1: 5, 2: 35 }, https: { 1: { failsAfterMs: 5, code: 'refused' }, 2: 35 } }, home: '2', kind: 'https', within: 1_300 },
    { name: 'nor one that lets them hang', map, ways: { stun: {}, icmp: { 1: 5, 2: 35 }, https: { 2: 35 } }, home: '2', kind: 'https', within: 5_000 },
    { name: 'takes a region that alone answers', map, ways: { stun: { 5: 150 } }, home: '5', kind: 'stun', within: 500 },
  ])('$name', async ({ map: of, ways, home, kind, within }) => {
    const { decision, report, timing } = await setUp(of, ways).report();
    expect(decision.home).toBe(home);
    expect(report.regions[home]?.kind).toBe(kind);
    expect(timing.totalMs).toBeLessThanOrEqual(within);
  });

  it('awaits a pinned region however far it is, but not for ever', async () => {
    expect((await setUp(map, { stun: near }, { pin: '5' }).report()).decision).toMatchObject({ home: '5', reason: 'pinned' });
    const { decision, timing } = await setUp(map, { stun: { ...near, 5: 'silent' } }, { pin: '5' }).report();
    expect(decision).toMatchObject({ home: '1', reason: 'first' });
    expect(timing.totalMs).toBeLessThanOrEqual(700);
  });

  it('waits for a region that is wanted where the near ones are not', async () => {
    expect((await setUp(map, { stun: near }, { avoid: ['1', '2', '3'] }).report()).decision).toMatchObject({ home: '4' });
  });

  it('ends with the report’s bound when nothing answers', async () => {
    const { decision, timing } = await setUp(map, { stun: {}, https: {} }).report();
    expect(decision).toMatchObject({ reason: 'no-answer', state: 'unreachable' });
    expect(decision.home).toBeUndefined();
    expect(timing.totalMs).toBe(5_000);
  });
});

describe('steady, where probes wait for one another', () => {
  it('is not sure of the first that answers while a nearer one has not been asked', async () => {
    const rig = setUp(map, { stun: near });
    const [stun] = rig.transports;
    if (!stun) throw new Error('no transport');
    const probe = stun.probe.bind(stun);
    // Of a page that has just been opened: the farther go first, 20 ms apart.
    const turns = ['4a', '3a', '2a', '1a', '5a'];
    Object.assign(stun, { queues: true });
    stun.probe = async (node, options) => {
      await rig.clock.sleep(20 * turns.indexOf(node.name), options.signal);
      options.onSent?.();
      return probe(node, options);
    };
    const { decision } = await rig.report();
    expect(decision.home).toBe('1');
    for (const event of rig.events) if (event.type === 'provisional' && event.decision.home !== '1') expect(event.decision.sure, `at ${event.atMs}`).toBeLessThan(0.9);
    // Once the nearest has been asked, its answer decides.
    expect(rig.events.find((event) => event.type === 'provisional' && event.decision.sure >= 0.95)).toMatchObject({ decision: { home: '1' } });
  });
});

describe('steady, when this process was late', () => {
  /** Every answer of the first round is read after a stall of 200 ms; the order is the chance of the sockets. */
  function stalled(rounds: number) {
    const rig = setUp(map, { stun: near });
    const [stun] = rig.transports;
    if (!stun) throw new Error('no transport');
    const probe = stun.probe.bind(stun);
    const asked = new Map<string, number>();
    stun.probe = async (node, options) => {
      const sample = await probe(node, options);
      const round = asked.get(node.name) ?? 0;
      asked.set(node.name, round + 1);
      // Asked first, the nearest reads farthest.
      return round < rounds ? { ...sample, latencyMs: 210 - sample.latencyMs, doubt: ['event-loop'] } : sample;
    };
    return { ...rig, stun };
  }

  it('asks those regions once more, and takes the lower figure', async () => {
    const { report, stun } = stalled(1);
    const { decision, report: made } = await report();
    expect(decision.home).toBe('1');
    expect(made.regions['1']).toMatchObject({ latencyMs: 8, samples: 2, doubt: [] });
    // Five, a second try at the one that takes 150 ms, and five again.
    expect(stun.probes.length).toBe(5 + 1 + 5);
  });

  /** Answers of so many rounds lie in the socket until the process looks: 60 ms after they were asked for, all at once, in the order in which they came. */
  function stalledWithBounds(isLate: (round: number) => boolean, regions: Readonly<Record<string, number>> = near) {
    const rig = setUp(map, { stun: regions });
    const [stun] = rig.transports;
    if (!stun) throw new Error('no transport');
    Object.assign(stun, { late: lateAnswers });
    const asked = new Map<string, number>();
    stun.probe = (node, { signal }) => {
      const round = asked.get(node.name) ?? 0;
      asked.set(node.name, round + 1);
      const truthMs = regions[node.name.slice(0, 1)] ?? 0;
      if (!isLate(round) || truthMs > 60) return rig.clock.sleep(truthMs, signal).then(() => ({ kind: 'stun', family: 4, latencyMs: truthMs }));
      // The farther was asked a little later, and so reads a little nearer.
      return rig.clock.sleep(60 + truthMs / 1e9, signal).then(() => ({ kind: 'stun', family: 4, latencyMs: 60 - truthMs / 100, lateMs: 59, doubt: ['event-loop'] }));
    };
    return { ...rig, asked };
  }

  it('asks those that may be the nearest until they are read in time, and only those', async () => {
    const { report, asked } = stalledWithBounds((round) => round < 2);
    const { decision, report: made } = await report();
    expect(decision.home).toBe('1');
    expect(decision.sure).toBeGreaterThan(0.95);
    expect(made.regions['1']).toMatchObject({ latencyMs: 8, doubt: [] });
    expect(made.regions['1']?.lateMs).toBeUndefined();
    expect(asked.get('1a')).toBe(3);
    expect(asked.get('5a')).toBeLessThanOrEqual(2);
  });

  it('is not sure where it was late to the end, and goes by the order of the answers', async () => {
    const { report, asked } = stalledWithBounds(() => true);
    const { decision, report: made, timing } = await report();
    expect(decision.home).toBe('1');
    expect(decision.sure).toBeLessThan(0.8);
    expect(made.regions['1']).toMatchObject({ lateMs: expect.any(Number) as number, doubt: ['event-loop'] });
    expect(asked.get('1a')).toBe(4);
    expect(timing.totalMs).toBeLessThan(1_000);
  });

  it('does so once, where nothing says how late it was, and ends', async () => {
    const { report } = stalled(9);
    const { decision, timing } = await report();
    expect(decision.home).toBeDefined();
    expect(timing.totalMs).toBeLessThan(1_000);
  });
});

describe('steady, behind a line that queues', () => {
  /** What the queue of the own line adds to a probe that leaves then, and whom it drops. */
  const queueMs = (atMs: number): number => (atMs < 50 ? 200 : atMs < 250 ? 150 : 130 + (atMs % 30));
  const isDropped = (id: string, atMs: number): boolean => id === '1' && atMs >= 50 && atMs < 250;

  it('asks the nearest together, and is not misled by who met a short queue', async () => {
    const rig = setUp(map, { stun: near });
    const [stun] = rig.transports;
    if (!stun) throw new Error('no transport');
    const startMs = rig.clock.now();
    stun.probe = (node, { signal }) => {
      const atMs = rig.clock.now() - startMs;
      const id = node.name.slice(0, 1);
      const latencyMs = (near[id as unknown as keyof typeof near] ?? 0) + queueMs(atMs);
      return rig.clock.sleep(isDropped(id, atMs) ? 60_000 : latencyMs, signal).then(() => ({ kind: 'stun', family: 4, latencyMs }));
    };
    const { decision, report, timing } = await rig.report();
    expect(decision.home).toBe('1');
    expect(report.regions['1']?.rankMs).toBeLessThan(report.regions['2']?.rankMs ?? 0);
    expect(timing.settledMs).toBeLessThanOrEqual(600);
  });
});

describe('steady, the next report', () => {
  it('asks the home and the nearest, and is as sure as before', async () => {
    const { clock, transports, report } = setUp(map, { stun: near });
    await report();
    const asked = transports[0]?.probes.length ?? 0;
    await clock.advance(20_000);
    const { decision, timing, report: next } = await report();
    expect(next.full).toBe(false);
    expect(transports[0]?.probes.slice(asked).map(({ node }) => node).sort()).toEqual(['1a', '2a', '3a']);
    expect(decision).toMatchObject({ home: '1', reason: 'nearest' });
    expect(timing.settledMs).toBe(8);
  });

  it('gives a home that died its tries and half a second, not three', async () => {
    const { clock, latencies, report } = setUp(map, { stun: near });
    await report();
    await clock.advance(20_000);
    delete latencies['stun']?.['1'];
    const { decision, timing } = await report();
    expect(decision).toMatchObject({ home: '1', reason: 'missed' });
    expect(timing.totalMs).toBeLessThan(600);
  });

  it('asks a pinned region at any rank', async () => {
    const { clock, report } = setUp(map, { stun: near }, { pin: '5' });
    await report();
    await clock.advance(20_000);
    const { decision, report: next } = await report();
    expect(next.full).toBe(false);
    expect(decision).toMatchObject({ home: '5', reason: 'pinned' });
    expect(next.regions['5']?.latencyMs).toBe(150);
  });

  it('asks a pinned region that speaks HTTPS alone at any rank', async () => {
    const { clock, latencies, report } = setUp(withoutStun('tyo'), { stun: near, https: near }, { pin: '5' });
    // At first it is silent, so that another region is home.
    const https = latencies['https'];
    const ms = https?.['5'];
    delete https?.['5'];
    expect((await report()).decision.home).toBe('1');
    await clock.advance(20_000);
    if (https && ms !== undefined) https['5'] = ms;
    const { report: next } = await report();
    expect(next.full).toBe(false);
    expect(next.regions['5']?.kinds?.https).toBeDefined();
  });

  it('asks an HTTPS-only home again', async () => {
    const { clock, report } = setUp(withoutStun('fra'), { stun: near, https: near });
    await report();
    await clock.advance(20_000);
    const { decision, report: next } = await report();
    expect(decision.home).toBe('1');
    expect(next.regions['1']).toMatchObject({ kind: 'https', latencyMs: 8 });
  });
});

describe('steady, where a near relay is silent', () => {
  const places = [[50.11, 8.68], [48.86, 2.35], [51.51, -0.13], [40.71, -74.01], [35.68, 139.69]];
  const placed: RelayMap = { ...map, regions: map.regions.map((region, index) => ({ ...region, latitude: places[index]?.[0] ?? 0, longitude: places[index]?.[1] ?? 0 })) };
  const { 1: _nearest, ...others } = near;

  it('asks a silent home for a connection in the same report, which tells within 150 ms by two kinds', async () => {
    const { clock, latencies, report } = setUp(map, { stun: near, tcp: near });
    await report();
    await clock.advance(20_000);
    latencies['stun'] = others;
    latencies['tcp'] = others;
    const { report: next, timing } = await report();
    expect(next.regions['1']?.kinds).toMatchObject({ stun: { samples: 0, lost: 3 }, tcp: { samples: 0, lost: 1 } });
    expect(timing.totalMs).toBeLessThanOrEqual(150);
  });

  it('keeps a home whose UDP alone is dead', async () => {
    const { clock, latencies, report } = setUp(map, { stun: near, tcp: near });
    await report();
    await clock.advance(20_000);
    latencies['stun'] = others;
    const { decision, report: next, timing } = await report();
    expect(next.regions['1']).toMatchObject({ kind: 'tcp', latencyMs: 8 });
    expect(decision.home).toBe('1');
    expect(timing.totalMs).toBeLessThanOrEqual(100);
  });

  it('takes the nearest although its UDP is dead, where its place says that it is near', async () => {
    const { decision, report } = await setUp(placed, { stun: others, https: near }).report();
    expect(decision.home).toBe('1');
    expect(report.regions['1']).toMatchObject({ kind: 'https' });
    expect(Object.values(report.regions).filter(({ kinds }) => kinds?.https).length).toBe(1);
  });

  it('is settled soon where the nearest is dead altogether', async () => {
    const { https: _, ...dead } = { stun: others, https: {} };
    const { decision, timing } = await setUp(placed, { ...dead, https: others }).report();
    expect(decision.home).toBe('2');
    expect(timing.settledMs).toBeLessThanOrEqual(12 + 60);
  });

  it('is settled within 400 ms of the start where UDP is blocked', async () => {
    const { decision, timing } = await setUp(map, { stun: {}, https: near }).report();
    expect(decision.home).toBe('1');
    expect(timing.settledMs).toBeLessThanOrEqual(400);
  });

  it('asks over connections at once where the last report found UDP blocked', async () => {
    const { clock, report, transports } = setUp(map, { stun: {}, https: near });
    await report();
    await clock.advance(20_000);
    const before = transports.map(({ probes }) => probes.length);
    const { timing } = await report();
    expect(timing.settledMs).toBeLessThanOrEqual(8 * 4 + 100);
    // The home alone tells whether UDP is back.
    expect(new Set(transports[0]?.probes.slice(before[0]).map(({ node }) => node))).toEqual(new Set(['1a']));
    expect(transports[1]?.probes.slice(before[1]).length).toBe(3);
  });
});
