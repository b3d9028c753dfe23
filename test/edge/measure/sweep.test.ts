import { beforeEach, describe, expect, it } from 'vitest';
import type { RelayMap } from '../../../core/model/map.ts';
import type { Transport } from '../../../core/probe/transport.ts';
import { steady } from '../../../core/strategy/steady/steady.ts';
import type { Sweep } from '../../../edge/fleet/facts.ts';
import { createAllowance } from '../../../edge/transports/allowance.ts';
import type { Planning } from '../../../edge/measure/ask-all.ts';
import { createSweep } from '../../../edge/measure/sweep.ts';
import { tcp } from '../../../edge/transports/connect.ts';
import { https } from '../../../edge/transports/fetch.ts';
import { mapOf } from '../../maps.ts';
import { scriptedTransport, type Script, type ScriptedTransport } from '../../scripted-transport.ts';
import { errorOf } from '../../until.ts';
import { virtualClock, type VirtualClock } from '../../virtual-clock.ts';

const location = { code: 'FRA' };
const codes = (count: number): string[] => Array.from({ length: count }, (_, index) => `r${index + 1}`);
/** A node of `mapOf` is named after its region's id. */
const idOf = (node: string): number => Number.parseInt(node, 10);

let clock: VirtualClock;
let made: ScriptedTransport[];
beforeEach(() => {
  clock = virtualClock();
  made = [];
});

interface Rig { readonly most?: number; readonly strategy?: Planning; readonly tcp?: (node: string, attempt: number) => Script; readonly https?: (node: string) => Script }

function rig({ most, strategy, tcp = idOf, https = idOf }: Rig = {}): (map: RelayMap, last?: Sweep) => Promise<Sweep> {
  const sweep = createSweep({
    clock, ...(most !== undefined && { most }), ...(strategy && { strategy }),
    transports: () => {
      const both = [scriptedTransport('tcp', clock, tcp), scriptedTransport('https', clock, https)];
      made.push(...both);
      return both;
    },
  });
  return (map, last) => clock.until(sweep({ map, location, ...(last && { last }), signal: new AbortController().signal }));
}

/** The nodes that the n-th sweep asked by that kind. */
const asked = (sweep: number, kind: 'tcp' | 'https' = 'tcp'): string[] => made.filter((transport) => transport.kind === kind)[sweep]?.probes.map(({ node }) => node) ?? [];

describe('a sweep', () => {
  it('asks every region once by TCP and says when', async () => {
    const sweep = await rig()(mapOf(codes(7)));
    expect(asked(0)).toHaveLength(7);
    expect(asked(0, 'https')).toEqual([]);
    expect(sweep.location).toBe(location);
    expect(sweep.at).toBe(clock.wall());
    expect(Object.entries(sweep.regions)).toEqual(codes(7).map((_, index) => [String(index + 1), { latencyMs: index + 1, kind: 'tcp', at: sweep.at, missed: 0 }]));
  });

  it('takes a large map in turns, asked longest ago first, and keeps the ages', async () => {
    const map = mapOf(codes(30));
    const sweep = rig({ most: 12 });
    let last: Sweep | undefined;
    for (let turn = 0; turn < 3; turn++) {
      last = await sweep(map, last);
      await clock.advance(30_000);
    }
    expect([0, 1, 2].map((turn) => asked(turn).map(idOf).sort((one, other) => one - other))).toEqual([
      Array.from({ length: 12 }, (_, index) => index + 1),
      Array.from({ length: 12 }, (_, index) => index + 13),
      [...Array.from({ length: 6 }, (_, index) => index + 1), ...Array.from({ length: 6 }, (_, index) => index + 25)],
    ]);
    const ages = Object.values(last?.regions ?? {}).map(({ at }) => Math.round((clock.wall() - at) / 30_000));
    expect(ages).toEqual([...Array.from({ length: 6 }, () => 1), ...Array.from({ length: 6 }, () => 3), ...Array.from({ length: 12 }, () => 2), ...Array.from({ length: 6 }, () => 1)]);
  });

  it('asks the nodes of a region in turn, counts the misses of a dead one, and ends', async () => {
    const [region, other] = mapOf(['a', 'b']).regions;
    if (!region || !other) throw new Error('no region');
    const map: RelayMap = { version: 1, regions: [{ ...region, nodes: ['x', 'y'].map((name) => ({ ...region.nodes[0], name, host: name })) }, other] };
    let isDead = false;
    const sweep = rig({ tcp: (node) => (node === 'x' || (node === 'y' && isDead) ? 'silent' : node === 'y' ? 9 : 2) });
    const first = await sweep(map);
    expect(asked(0)).toEqual(expect.arrayContaining(['x', 'y']));
    expect(first.regions[1]).toEqual({ latencyMs: 9, kind: 'tcp', at: first.at, missed: 0 });
    expect(clock.now()).toBeLessThanOrEqual(5_000);
    isDead = true;
    const second = await sweep(map, first);
    expect(second.regions[1]).toMatchObject({ at: second.at, missed: 1 });
    expect((await sweep(map, second)).regions[1]).toMatchObject({ missed: 2 });
  });

  it.each([{ count: 10, dead: 2 }, { count: 60, dead: 59 }, { count: 300, dead: 10 }])('counts the misses of $dead of $count that are silent over UDP, where others answer', async ({ count, dead }) => {
    const map: RelayMap = { version: 1, regions: mapOf(codes(count)).regions.map((region) => ({ ...region, nodes: region.nodes.map(({ name, host }) => ({ name, host, ipv4: '192.0.2.1', stun: { port: 3478, dialect: 'plain' as const } })) })) };
    const stun = (): Transport => scriptedTransport('stun', clock, (node) => (idOf(node) > count - dead ? 'silent' : 20));
    const sweep = createSweep({ clock, places: 64, strategy: steady(), transports: () => [stun()] });
    const found = await clock.until(sweep({ map, location, signal: new AbortController().signal }));
    expect(Object.values(found.regions).filter(({ latencyMs, missed }) => (latencyMs === 20 ? missed === 0 : missed === 1))).toHaveLength(count);
  });

  it('fetches where TCP is refused, and next time at once', async () => {
    const sweep = rig({ tcp: (node) => (node === '2a' ? { failsAfterMs: 1, code: 'failed' } : 4), https: () => 6 });
    const first = await sweep(mapOf(codes(3)));
    expect(first.regions[2]).toMatchObject({ latencyMs: 6, kind: 'https', missed: 0 });
    expect(asked(0, 'https')).toEqual(['2a']);
    const second = await sweep(mapOf(codes(3)), first);
    expect(asked(1)).toEqual(['1a', '3a']);
    expect(second.regions[2]).toMatchObject({ latencyMs: 6, kind: 'https' });
  });

  it('does not fetch from what is silent: that is dead, not forbidden', async () => {
    const sweep = await rig({ tcp: (node) => (node === '2a' ? 'silent' : 4) })(mapOf(codes(3)));
    expect(asked(0, 'https')).toEqual([]);
    expect(sweep.regions[2]).toMatchObject({ missed: 1 });
  });

  it('waits for the far ones though the near ones answered, and for all of a dead map at most 5 s', async () => {
    const far = await rig({ tcp: (node) => (node === '12a' ? 1_900 : 3) })(mapOf(codes(12)));
    expect(far.regions[12]).toMatchObject({ latencyMs: 1_900, missed: 0 });
    const before = clock.now();
    const dead = await rig({ tcp: () => 'silent' })(mapOf(codes(12)));
    expect(clock.now() - before).toBeLessThanOrEqual(5_001);
    // Two rounds of five have had their time; the last two were cut off, and may live.
    expect(Object.keys(dead.regions)).toEqual(codes(10).map((_, index) => String(index + 1)));
    expect(Object.values(dead.regions).every(({ missed }) => missed === 1)).toBe(true);
    expect(made.every(({ underWay, closed }) => underWay === 0 && closed)).toBe(true);
    expect(clock.sleeping).toBe(0);
  });

  it('has at most five probes under way, of both kinds together', async () => {
    let most = 0;
    const sweep = rig({
      tcp: (node) => { most = Math.max(most, made.reduce((sum, { underWay }) => sum + underWay, 1)); return idOf(node) % 2 ? { failsAfterMs: 30, code: 'failed' } : 50; },
      https: () => { most = Math.max(most, made.reduce((sum, { underWay }) => sum + underWay, 1)); return 70; },
    });
    const { regions } = await sweep(mapOf(codes(12)));
    expect(most).toBe(5);
    expect(Object.values(regions).map(({ kind }) => kind)).toEqual(codes(12).map((_, index) => (index % 2 ? 'tcp' : 'https')));
  });

  it('drops regions that left the map, leaves out those that are not to be measured or cannot be', async () => {
    const map = mapOf(codes(4));
    const sweep = rig();
    const last = await sweep(map);
    const regions = map.regions.slice(1).map((region, index) => (index === 0 ? { ...region, noHome: true } : index === 1 ? { ...region, nodes: [{ name: 'x', host: 'x', stun: { port: 1, dialect: 'plain' as const } }] } : region));
    const next = await sweep({ version: 1, regions }, last);
    expect(asked(1)).toEqual(['4a']);
    expect(next.regions).toEqual({ 2: last.regions[2], 3: last.regions[3], 4: { latencyMs: 4, kind: 'tcp', at: next.at, missed: 0 } });
  });

  it('takes a first contact alone for no measurement', async () => {
    const cold: Transport = { name: 'cold', kind: 'https', supports: () => true, probe: async () => ({ kind: 'https', latencyMs: 300, doubt: ['cold'] }), close: () => {} };
    const sweep = createSweep({ clock, transports: () => [cold] });
    const signal = new AbortController().signal;
    const known = { latencyMs: 80, kind: 'https' as const, at: 5, missed: 0 };
    expect((await clock.until(sweep({ map: mapOf(['a', 'b']), location, last: { location, at: 5, regions: { 1: known } }, signal }))).regions).toEqual({ 1: known });
  });

  it('ends with the signal, and leaves nothing', async () => {
    const controller = new AbortController();
    const silent = scriptedTransport('tcp', clock, () => 'silent');
    const sweeping = errorOf(createSweep({ clock, transports: () => [silent] })({ map: mapOf(codes(8)), location, signal: controller.signal }));
    await clock.advance(100);
    expect(silent.underWay).toBe(5);
    controller.abort(new Error('gone'));
    expect(await clock.until(sweeping)).toEqual(new Error('gone'));
    expect([silent.underWay, silent.closed, clock.sleeping]).toEqual([0, true, 0]);
  });

  it('makes nothing of an empty map', async () => {
    expect((await rig()({ version: 1, regions: [] })).regions).toEqual({});
  });
});

describe('asks as steady does where there is no UDP', () => {
  const refused: Script = { failsAfterMs: 3, code: 'refused' };
  const several = (count: number): RelayMap => ({ version: 1, regions: mapOf(codes(count)).regions.map((region) => ({ ...region, nodes: ['a', 'b', 'c'].map((name) => ({ ...region.nodes[0], name: `${region.id}${name}`, host: `${region.id}${name}` })) })) });
  it.each<{ name: string; map: RelayMap } & Rig>([
    { name: 'all answer', map: mapOf(codes(7)) },
    { name: 'more than a sweep asks', map: mapOf(codes(30)), most: 12 },
    { name: 'several nodes, the first silent', map: several(6), tcp: (node) => (node.endsWith('a') ? 'silent' : 20 * idOf(node)) },
    { name: 'several nodes, the first refuses', map: several(6), tcp: (node) => (node.endsWith('a') ? refused : 20 * idOf(node)) },
    { name: 'some refuse TCP', map: mapOf(codes(9)), tcp: (node) => (idOf(node) % 2 ? refused : 40), https: (node) => 200 / idOf(node) },
    { name: 'far ones among near ones', map: mapOf(codes(20)), tcp: (node) => (idOf(node) % 5 ? 2 : 1_900) },
    { name: 'some silent', map: mapOf(codes(12)), tcp: (node) => (idOf(node) % 3 ? 12 : 'silent') },
    { name: 'all silent', map: mapOf(codes(12)), tcp: () => 'silent' },
    { name: 'all refuse everything', map: mapOf(codes(12)), tcp: () => refused, https: () => refused },
    { name: 'nothing to ask', map: { version: 1, regions: [] } },
  ])('$name', async ({ map, ...script }) => {
    const played: unknown[] = [];
    for (const strategy of [undefined, steady()]) {
      clock = virtualClock();
      made = [];
      const sweep = rig({ ...script, ...(strategy && { strategy }) });
      const first = await sweep(map);
      const endedAt = clock.now();
      await clock.advance(30_000);
      // What the first one taught is in the second.
      const second = await sweep(map, first);
      played.push({ first, second, endedAt, probes: made.map(({ kind, probes }) => [kind, probes]) });
    }
    expect(played[0]).toEqual(played[1]);
  });
});

describe('the limit of 50 requests', () => {
  /** Twelve regions a sweep, of which some refuse TCP. */
  function limited(refuses: (host: string) => boolean): { sweep: (last?: Sweep) => Promise<Sweep>; left: () => number } {
    let allowance = createAllowance(0);
    const sweep = createSweep({
      clock, most: 12,
      transports: () => {
        const own = allowance = createAllowance(48);
        return [
          tcp({ now: clock.now, connect: ({ hostname }) => {
            own.take();
            const opened = refuses(hostname) ? Promise.reject(new Error('cannot connect')) : clock.sleep(7);
            return { opened, closed: opened, close: async () => {} };
          } }),
          https({ now: clock.now, fetch: async () => {
            own.take();
            await clock.sleep(9);
            return new Response(null, { status: 204 });
          } }),
        ];
      },
    });
    return { left: () => allowance.left, sweep: (last) => clock.until(sweep({ map: mapOf(codes(12)), location, ...(last && { last }), signal: new AbortController().signal })) };
  }
  const figures = ({ regions }: Sweep): unknown[] => Object.values(regions).map(({ latencyMs, missed }) => [latencyMs, missed]);
  const twelve = (latencyMs: number): unknown[] => Array.from({ length: 12 }, () => [latencyMs, 0]);

  it('is kept where all answer by TCP', async () => {
    const { sweep, left } = limited(() => false);
    expect(figures(await sweep())).toEqual(twelve(7));
    expect(left()).toBe(0);
  });

  it('leaves some out where all refuse TCP, and calls none of them dead; the next sweep has them all', async () => {
    const { sweep, left } = limited(() => true);
    const first = await sweep();
    expect(left()).toBe(0);
    expect(Object.keys(first.regions).length).toBeGreaterThanOrEqual(9);
    expect(Object.values(first.regions).every(({ missed }) => missed === 0)).toBe(true);
    expect(figures(await sweep(first))).toEqual(twelve(9));
  });

  it('learns what HTTPS adds from a region that is asked by both, where some can be asked by it alone', async () => {
    const refused = { failsAfterMs: 1, code: 'refused' } as const;
    const sweep = rig({ most: 3, tcp: (node) => (idOf(node) === 1 ? refused : 10 * idOf(node)), https: (node) => 10 * idOf(node) + 7 });
    const map = mapOf(codes(3));
    const first = await sweep(map);
    expect([first.regions[1], first.offsets]).toEqual([{ latencyMs: 17, kind: 'https', at: first.at, missed: 0 }, undefined]);
    await clock.advance(30_000);
    const second = await sweep(map, first);
    // The second kind takes the place of a region in the budget: the last one keeps what was known of it.
    expect([asked(1, 'https'), second.offsets]).toEqual([['1a', '2a'], { to: 'tcp', addMs: { https: 7 } }]);
    expect(Object.values(second.regions).map(({ latencyMs, kind, at }) => [latencyMs, kind, at === second.at])).toEqual([[17, 'https', true], [20, 'tcp', true], [30, 'tcp', false]]);
  });

  it('asks nothing twice where all are of one kind', async () => {
    const sweep = rig();
    const first = await sweep(mapOf(codes(3)));
    const second = await sweep(mapOf(codes(3)), first);
    expect([asked(1, 'https'), second.offsets]).toEqual([[], undefined]);
  });
});
