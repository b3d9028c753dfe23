import { describe, expect, it } from 'vitest';
import type { Preferences } from '../../../../core/model/context.ts';
import type { RelayMap } from '../../../../core/model/map.ts';
import { createPicker, type Picker, type PickerOptions } from '../../../../core/picker/picker.ts';
import type { Picked } from '../../../../core/picker/series.ts';
import { netcheck } from '../../../../core/strategy/netcheck/netcheck.ts';
import { steady } from '../../../../core/strategy/steady/steady.ts';
import { mapOf } from '../../../maps.ts';
import { scriptedTransport, type Script } from '../../../scripted-transport.ts';
import { virtualClock } from '../../../virtual-clock.ts';
import { memoryStore } from '../../picker/rig.ts';

/** Regions of two nodes each, `1a` and `1b`. */
const map: RelayMap = (({ regions, ...rest }) => ({ ...rest, regions: regions.map((region) => ({ ...region, nodes: region.nodes.flatMap((node) => [node, { ...node, name: `${region.id}b`, host: `b.${node.host}` }]) })) }))(mapOf(['fra', 'par', 'lon', 'nyc', 'tyo']));
const near: Readonly<Record<string, Script>> = { 1: 8, 2: 12, 3: 14, 4: 90, 5: 95 };

/** By region, or by node where that differs. */
function setUp(ms: Readonly<Record<string, Script>> = near, options: Partial<PickerOptions> = {}) {
  const clock = virtualClock();
  const latencies: Record<string, Script> = { ...ms };
  const stun = scriptedTransport('stun', clock, (node) => latencies[node] ?? latencies[node.slice(0, -1)] ?? 'silent');
  const picker = createPicker<never>({ map, clock, transports: [stun], strategy: steady() as never, random: () => 0.5, network: { families: () => ({ v4: true, v6: false }), id: async () => 'n', online: () => true, onChange: () => () => {} }, ...(options as object) });
  const { probes } = stun;
  const asked = (): string => {
    const found = [...new Set(probes.map(({ node }) => node))].sort().join(' ');
    probes.length = 0;
    return found;
  };
  return { clock, latencies, picker, asked, report: (given: Parameters<Picker['report']>[0] = {}): Promise<Picked> => clock.until(picker.report(given)) };
}

describe('nodes', () => {
  it.each<{ name: string; nodes: NonNullable<Preferences['nodes']>; full: string; short: string; ms?: Readonly<Record<string, Script>> }>([
    { name: 'are asked in the order of the map', nodes: {}, full: '1a 2a 3a 4a 5a', short: '1a 2a 3a' },
    { name: 'that are preferred are asked first', nodes: { '1b': 'prefer' }, full: '1b 2a 3a 4a 5a', short: '1b 2a 3a' },
    { name: 'that are drained are not asked', nodes: { '1a': 'drain', '4a': 'drain' }, full: '1b 2a 3a 4b 5a', short: '1b 2a 3a' },
    { name: 'that are avoided are not asked, however silent the other is', nodes: { '1a': 'avoid' }, ms: { ...near, '1b': 'silent' }, full: '1b 2a 3a 4a 5a', short: '2a 3a 4a' },
    { name: 'that are avoided are asked where there is no other', nodes: { '1a': 'avoid', '1b': 'drain' }, full: '1a 2a 3a 4a 5a', short: '1a 2a 3a' },
    { name: 'that are all avoided are asked', nodes: { '1a': 'avoid', '1b': 'avoid' }, full: '1a 2a 3a 4a 5a', short: '1a 2a 3a' },
    { name: 'that are all drained make a drained region', nodes: { '1a': 'drain', '1b': 'drain' }, full: '2a 3a 4a 5a', short: '2a 3a 4a' },
    { name: 'that nobody knows change nothing', nodes: { '9z': 'drain' }, full: '1a 2a 3a 4a 5a', short: '1a 2a 3a' },
  ])('$name', async ({ nodes, full, short, ms }) => {
    const { report, asked, clock } = setUp(ms, { preferences: { nodes } });
    await report();
    expect(asked()).toBe(full);
    await clock.advance(20_000);
    await report();
    expect(asked()).toBe(short);
  });

  it('are heeded from the next report on, and what was learned of the region stays', async () => {
    const { report, asked, picker, clock } = setUp();
    await report();
    asked();
    for (const [drained, left] of [['1a', '1b'], ['1b', '1a']]) {
      picker.update({ preferences: { nodes: { [drained ?? '']: 'drain' } } });
      await clock.advance(20_000);
      const { decision } = await report();
      expect([decision.home, decision.reason, asked()]).toEqual(['1', 'nearest', `${left} 2a 3a`]);
    }
  });

  it('that are all drained have their region left calmly', async () => {
    const { report, picker, clock } = setUp({ ...near, 2: 'silent', 3: 'silent' });
    await report();
    picker.update({ preferences: { nodes: { '1a': 'drain', '1b': 'drain' } } });
    await clock.advance(20_000);
    const { decision } = await report();
    expect(decision).toMatchObject({ home: '4', reason: 'moved-drained', sentence: 'moved to nyc: fra is being drained' });
  });

  it('are no affair of netcheck', async () => {
    const { report, asked } = setUp(near, { strategy: netcheck(), preferences: { nodes: { '1a': 'drain', '1b': 'drain' } } });
    expect((await report()).decision.home).toBe('1');
    expect(asked()).toContain('1a');
  });
});

/** What happens, and `reason home` of each report after it. */
type Step = { readonly ms?: Readonly<Record<string, Script>>; readonly preferences?: Preferences; readonly note?: 'up' | 'dead' | 'draining'; readonly reports?: number; readonly says: string };

describe('regions, from use to use', () => {
  it.each<{ name: string; steps: readonly Step[] }>([
    { name: 'a pin that is dead gives way to the nearest, and is home once it lives', steps: [{ preferences: { pin: '5' }, ms: { 5: 'silent' }, says: 'first 1' }, { ms: near, says: 'pinned 5' }, { ms: { 5: 'silent' }, reports: 3, says: 'missed 5, missed 5, moved-home-silent 1' }] },
    { name: 'a pin that nobody knows pins nothing', steps: [{ preferences: { pin: '9' }, says: 'first 1' }] },
    { name: 'a pin goes before a drain', steps: [{ preferences: { pin: '3', drain: ['3'], avoid: ['3'] }, says: 'pinned 3' }, { says: 'pinned 3' }] },
    { name: 'a pin that is taken back leaves the home to be left as any other', steps: [{ preferences: { pin: '5' }, says: 'pinned 5' }, { preferences: {}, reports: 5, says: 'gain-unproven 5, gain-unproven 5, gain-unproven 5, moved-nearer 1, nearest 1' }] },
    { name: 'of two that are preferred the nearer', steps: [{ preferences: { prefer: ['3', '2'] }, ms: { 1: 11 }, says: 'first 2' }] },
    { name: 'a preferred one that is far is none', steps: [{ preferences: { prefer: ['4'] }, says: 'first 1' }] },
    { name: 'a preferred home is left for one that is nearer by twice as much', steps: [{ preferences: { prefer: ['2'] }, ms: { 1: 11 }, says: 'first 2' }, { ms: { 1: 9 }, reports: 5, says: 'gain-too-small 2, gain-too-small 2, gain-too-small 2, gain-too-small 2, gain-too-small 2' }] },
    { name: 'to avoid all is to avoid none', steps: [{ preferences: { avoid: ['1', '2', '3', '4', '5'] }, says: 'first 1' }, { reports: 2, says: 'nearest 1, nearest 1' }] },
    { name: 'to drain all is to drain none', steps: [{ preferences: { drain: ['1', '2', '3', '4', '5'] }, says: 'first 1' }, { reports: 2, says: 'nearest 1, nearest 1' }] },
    { name: 'what is avoided comes before what is drained', steps: [{ preferences: { avoid: ['2', '3', '4', '5'], drain: ['1'] }, says: 'first 2' }] },
    { name: 'a drained home is left for an avoided region where there is no other', steps: [{ says: 'first 1' }, { preferences: { avoid: ['2', '3', '4', '5'], drain: ['1'] }, says: 'moved-drained 2' }] },
    { name: 'a home that is wanted is not left for one that is not, however near', steps: [{ ms: { 1: 'silent', 2: 'silent' }, says: 'first 3' }, { preferences: { avoid: ['1'], drain: ['2', '4', '5'] }, ms: { ...near, 3: 60 }, reports: 8, says: 'nearest 3'.padEnd(8 * 11 - 2, ', nearest 3') }] },
    { name: 'a drained home waits for one that answered twice', steps: [{ ms: { 2: 'silent', 3: 'silent', 4: 'silent', 5: 'silent' }, says: 'only 1' }, { preferences: { drain: ['1'] }, ms: { 2: 12 }, reports: 2, says: 'unverified 1, moved-drained 2' }] },
    { name: 'and stays where no other answers', steps: [{ ms: { 2: 'silent', 3: 'silent', 4: 'silent', 5: 'silent' }, says: 'only 1' }, { preferences: { drain: ['1'] }, reports: 3, says: 'nearest 1, nearest 1, nearest 1' }] },
    { name: 'a drained home that answers no probe is left although its connection lives', steps: [{ says: 'first 1' }, { note: 'up', preferences: { drain: ['1'] }, ms: { 1: 'silent' }, says: 'moved-drained 2' }] },
    { name: 'a drained home whose connection dies is left at once', steps: [{ ms: { 2: 'silent', 3: 'silent', 4: 'silent', 5: 'silent' }, says: 'only 1' }, { preferences: { drain: ['1'] }, note: 'dead', ms: { 2: 12 }, says: 'moved-home-dead 2' }] },
    { name: 'one that is no longer drained is a candidate as before', steps: [{ preferences: { drain: ['1'] }, says: 'first 2' }, { preferences: {}, reports: 4, says: 'gain-unproven 2, gain-unproven 2, gain-unproven 2, moved-nearer 1' }] },
    { name: 'a factor makes a region as far as it says', steps: [{ preferences: { latencyFactor: { 1: 2 } }, says: 'first 2' }, { preferences: { latencyFactor: { 1: 0, 2: -1 } }, says: 'gain-unproven 2' }] },
    { name: 'where nothing else answers a drained region is better than none', steps: [{ preferences: { drain: ['1'] }, ms: { 2: 'silent', 3: 'silent', 4: 'silent', 5: 'silent' }, says: 'only 1' }] },
  ])('$name', async ({ steps }) => {
    const { report, picker, latencies, clock } = setUp();
    for (const { ms = {}, preferences, note, reports = 1, says } of steps) {
      Object.assign(latencies, ms);
      if (preferences) picker.update({ preferences });
      if (note) picker.note({ region: picker.home ?? '', type: note, at: clock.wall() });
      const said: string[] = [];
      for (let count = 0; count < reports; count++) {
        await clock.advance(25_000);
        const { decision } = await report();
        said.push(`${decision.reason} ${decision.home ?? ''}`);
      }
      expect(said.join(', ')).toBe(says);
    }
  });

  it.each<{ name: string; ms?: Readonly<Record<string, Script>>; preferences: Preferences; sentence: string; why: object }>([
    { name: 'a preference', ms: { ...near, 1: 11 }, preferences: { prefer: ['2'] }, sentence: 'chose par: nearest of 3 that answered at 12 ms, which is preferred', why: { preferred: true } },
    { name: 'a last resort', ms: { 1: 8 }, preferences: { avoid: ['1'] }, sentence: 'chose fra: it alone answered at 8 ms, though it is to be avoided', why: { unwanted: 'avoided' } },
    { name: 'no preference where the nearest is preferred', preferences: { prefer: ['1'] }, sentence: 'chose fra: nearest of 3 that answered at 8 ms', why: {} },
  ])('$name is told', async ({ ms, preferences, sentence, why }) => {
    const { decision } = await setUp(ms, { preferences }).report();
    expect(decision.sentence).toBe(sentence);
    expect(decision.why).toMatchObject(why);
  });

  it('watch leaves a drained home within seconds, also in calm times', async () => {
    const { picker, clock } = setUp();
    const homes: [number, string | undefined][] = [];
    const stop = new AbortController();
    const watching = (async () => {
      for await (const { decision } of picker.watch({ signal: stop.signal })) homes.push([clock.now(), decision.home]);
    })().catch(() => {});
    await clock.advance(3_600_000);
    const drainedAt = clock.now();
    picker.update({ preferences: { drain: ['1'] } });
    await clock.advance(30_000);
    stop.abort();
    await watching;
    const left = homes.find(([at, home]) => at >= drainedAt && home !== '1');
    expect(left?.[1]).toBe('2');
    expect((left?.[0] ?? Infinity) - drainedAt).toBeLessThan(15_000);
  });

  it('those that are drained are not asked, those to avoid in short reports only where there is room', async () => {
    const { report, asked, clock } = setUp(near, { preferences: { avoid: ['1'], drain: ['2'] } });
    const { report: full } = await report();
    expect([asked(), full.regions['2']?.skipped]).toEqual(['1a 3a 4a 5a', 'drained']);
    await clock.advance(20_000);
    await report();
    expect(asked()).toBe('3a 4a 5a');
  });

  it('an early decision waits for a pin', async () => {
    const { clock, picker } = setUp(near, { preferences: { pin: '5' } });
    const early: [string | undefined, number][] = [];
    picker.subscribe((event) => {
      if (event.type === 'provisional') early.push([event.decision.home, event.decision.sure]);
    });
    await clock.until(picker.report());
    expect(early.filter(([home]) => home !== '5').every(([, sure]) => sure === 0)).toBe(true);
    expect(early.at(-1)).toEqual(['5', 1]);
  });

  it.each<{ name: string; preferences: Preferences; starts: string | undefined; becomes: string }>([
    { name: 'as it was', preferences: {}, starts: '1', becomes: 'nearest 1' },
    { name: 'not where it is drained since', preferences: { drain: ['1'] }, starts: undefined, becomes: 'first 2' },
    { name: 'not where it is avoided since', preferences: { avoid: ['1'] }, starts: undefined, becomes: 'first 2' },
    { name: 'not where its nodes are drained since', preferences: { nodes: { '1a': 'drain', '1b': 'drain' } }, starts: undefined, becomes: 'first 2' },
    { name: 'not where another is pinned since', preferences: { pin: '4' }, starts: undefined, becomes: 'pinned 4' },
    { name: 'where a pin is not in the map', preferences: { pin: '9' }, starts: '1', becomes: 'nearest 1' },
  ])('a run begins at the home of the last one: $name', async ({ preferences, starts, becomes }) => {
    const store = memoryStore();
    const first = setUp(near, { store });
    await first.report();
    await first.clock.until(first.picker.close());
    const homes: (string | undefined)[] = [];
    const second = setUp(near, { store, preferences, onEvent: (event) => event.type === 'started' && homes.push(event.context.home?.region) });
    const { decision } = await second.report();
    expect([homes[0], `${decision.reason} ${decision.home}`]).toEqual([starts, becomes]);
  });
});

describe('weights', () => {
  it('that change while running count for the next choice, and move no home that holds', async () => {
    const weighted = (weights: Readonly<Record<string, number>>): RelayMap => ({ ...map, regions: map.regions.map((region) => ({ ...region, weight: weights[region.id] ?? 1 })) });
    const equal = { 1: 10, 2: 10.2, 3: 10.1, 4: 90, 5: 150 };
    const chosen = async (clientKey: string): Promise<(string | undefined)[]> => {
      const { report, picker, clock } = setUp(equal, { strategy: steady({ spread: true }) as never, map: weighted({ 2: 0, 3: 0 }), clientKey });
      const homes = [(await report()).decision.home];
      picker.update({ map: weighted({ 1: 0, 3: 0 }) });
      await clock.advance(20_000);
      homes.push((await report()).decision.home);
      picker.update({ preferences: { drain: ['1'] } });
      await clock.advance(20_000);
      homes.push((await report()).decision.home);
      return homes;
    };
    for (const key of ['a', 'b', 'c', 'd']) expect(await chosen(key)).toEqual(['1', '1', '2']);
  });
});
