import { describe, expect, it } from 'vitest';
import type { PickerEvent } from '../../../../core/events.ts';
import type { RelayMap } from '../../../../core/model/map.ts';
import { createPicker } from '../../../../core/picker/picker.ts';
import { netcheck } from '../../../../core/strategy/netcheck/netcheck.ts';
import { steady } from '../../../../core/strategy/steady/steady.ts';
import type { Strategy } from '../../../../core/model/strategy.ts';
import { mapOf } from '../../../maps.ts';
import { memoryStore } from '../../picker/rig.ts';
import { scriptedTransport } from '../../../scripted-transport.ts';
import { virtualClock, type VirtualClock } from '../../../virtual-clock.ts';

const ms = [8, 12, 14, 30, 40, 60, 80, 90, 100, 150];
const map = mapOf(ms.map((_, index) => `r${index + 1}`));
const connectTrips = 4;

/** A process on a network where UDP may be blocked, and HTTPS answers after four round trips. */
function start(options: { readonly clock?: VirtualClock; readonly store?: ReturnType<typeof memoryStore>; readonly strategy?: Strategy; readonly map?: RelayMap; readonly udp?: boolean } = {}) {
  const { clock = virtualClock(), store = memoryStore(), strategy = steady() as Strategy, map: of = map } = options;
  const weather = { udp: options.udp ?? false, id: 'hotel' };
  const latencyOf = (node: string): number => ms[Number(node.slice(0, -1)) - 1] ?? 0;
  const stun = scriptedTransport('stun', clock, (node) => (weather.udp ? latencyOf(node) : 'silent'), (node) => node.stun !== undefined);
  const https = scriptedTransport('https', clock, (node) => connectTrips * latencyOf(node), (node) => node.https !== undefined);
  const connect = https.probe.bind(https);
  https.probe = async (node, how) => connect(node, how).then((sample) => ({ ...sample, latencyMs: sample.latencyMs / connectTrips }));
  const events: PickerEvent[] = [];
  const picker = createPicker({ map: of, clock, store, transports: [stun, https], strategy, random: () => 0.5, onEvent: (event) => events.push(event), network: { families: () => ({ v4: true, v6: false }), id: async () => weather.id, online: () => true, onChange: () => () => {} } });
  return {
    clock, store, weather, picker,
    /** Reports that are merely due, for so long, after the first. `first`: what happens once that is over. */
    async watch(forMs: number, first: () => void = () => {}) {
      const began = clock.now();
      const seen: { readonly atMs: number; readonly full: boolean; readonly udp: boolean | undefined; readonly udpAsked: readonly string[] }[] = [];
      const done = (async () => {
        let before = stun.probes.length;
        let isFirst = true;
        for await (const { report: { full, udp } } of picker.watch()) {
          if (isFirst) first();
          else seen.push({ atMs: clock.now() - began, full, udp, udpAsked: stun.probes.slice(before).map(({ node }) => node) });
          isFirst = false;
          before = stun.probes.length;
          if (clock.now() - began > forMs) return;
        }
      })();
      await clock.until(done, forMs + 200_000);
      return seen;
    },
    /** One report, what it asked over each kind, and then as long a pause. */
    async report({ full = false, thenMs = 23_000 } = {}) {
      const before = [stun.probes.length, https.probes.length];
      const picked = await clock.until(picker.report({ full }));
      const asked = [stun, https].map(({ probes }, index) => probes.slice(before[index]).map(({ node }) => node.slice(0, -1)));
      await clock.advance(thenMs);
      const context = events.findLast((event) => event.type === 'report')?.context;
      return { ...picked, udpAsked: asked[0] ?? [], httpsAsked: asked[1] ?? [], udpWorks: context?.network?.udpWorks };
    },
  };
}

/** As long as it takes until that is known. */
async function learned(options: Parameters<typeof start>[0] = {}) {
  const process = start(options);
  for (let count = 0; count < 3; count++) await process.report();
  return process;
}

describe('a network where UDP never works', () => {
  it('is known after three reports, and asks UDP no more but once: in full reports at three regions, in others at home, where somebody wants to know', async () => {
    const { report, watch } = start();
    for (let count = 0; count < 3; count++) {
      const { udpAsked, udpWorks } = await report();
      expect(udpAsked.length).toBeGreaterThan(0);
      expect(udpWorks).toBeUndefined();
    }
    for (let count = 0; count < 3; count++) {
      const { udpAsked, httpsAsked, udpWorks, decision, timing, report: made } = await report();
      expect([udpAsked, udpWorks]).toEqual([['1'], false]);
      expect(httpsAsked).toContain('1');
      expect(decision).toMatchObject({ home: '1', state: 'settled' });
      expect(timing.decisionMs).toBe(connectTrips * 8);
      expect(made.udp).toBe(false);
    }
    const { udpAsked, httpsAsked, report: made } = await report({ full: true });
    expect(udpAsked).toEqual(['1', '2', '3']);
    expect([...httpsAsked].sort()).toEqual(map.regions.map(({ id }) => id).sort());
    expect(made.udp).toBe(false);
    const watched = await watch(700_000);
    expect(watched.filter(({ full: isFull }) => isFull).length).toBeGreaterThan(1);
    for (const one of watched) expect([one.full, one.udpAsked.length]).toEqual(one.full ? [true, 3] : [false, 0]);
  });

  it('is told by memory: the next process decides within one connect, in 220 ms less than the first', async () => {
    const { store, clock, picker } = await learned();
    await picker.close();
    await clock.advance(600_000);
    const fresh = start({ clock });
    const first = await fresh.report();
    const second = await start({ clock, store }).report();
    expect(second.report.full).toBe(true);
    expect(second.udpAsked.length).toBe(3);
    expect(second.timing.decisionMs).toBe(connectTrips * 8);
    expect(first.timing.decisionMs).toBe(220 + connectTrips * 8);
    expect(second.timing.settledMs).toBeLessThanOrEqual(first.timing.settledMs ?? 0);
  });

  it('is told to another strategy, too, and on another network counts for nothing', async () => {
    const { store, clock } = await learned({ strategy: netcheck() as Strategy });
    const steadily = start({ clock, store });
    expect(await steadily.report()).toMatchObject({ udpWorks: false });
    steadily.weather.id = 'office';
    steadily.weather.udp = true;
    const there = await steadily.report();
    expect(there.report.udp).toBe(true);
    expect(there.httpsAsked).toEqual([]);
  });

  it('asks over UDP what speaks nothing else', async () => {
    const alone: RelayMap = { ...map, regions: map.regions.map((region) => (region.id === '7' ? { ...region, nodes: region.nodes.map((node) => ({ ...node, https: undefined })) } : region)) };
    const { report } = await learned({ map: alone });
    const { udpAsked, report: made } = await report({ full: true });
    expect(udpAsked).toEqual(['1', '2', '3', '7']);
    expect(Object.values(made.regions).filter(({ skipped }) => skipped === 'impossible')).toEqual([]);
  });
});

describe('UDP that works again', () => {
  it('is noticed at once by a report that somebody asked for', async () => {
    const { weather, report } = await learned();
    weather.udp = true;
    const seen = await report();
    expect(seen.report).toMatchObject({ full: false, udp: true });
    expect(seen.decision).toMatchObject({ home: '1', changed: false });
    expect(await report()).toMatchObject({ udpWorks: true, httpsAsked: [] });
  });

  it('is read in the whole of a full report that sees it; the next one asks nothing else', async () => {
    const { weather, report } = await learned();
    weather.udp = true;
    const seen = await report({ full: true });
    expect(seen.report.udp).toBe(true);
    expect([...new Set(seen.udpAsked)].sort()).toEqual(map.regions.map(({ id }) => id).sort());
    for (const id of ['1', '2', '3']) expect(seen.report.regions[id]?.kind).toBe('stun');
    expect(seen.decision).toMatchObject({ home: '1', changed: false });
    const after = await report();
    expect(after).toMatchObject({ udpWorks: true, httpsAsked: [] });
    expect(after.timing.decisionMs).toBe(8);
  });

  it('is noticed by a client that watches within the five minutes of a full report', async () => {
    const { weather, watch } = await learned();
    const watched = await watch(500_000, () => { weather.udp = true; });
    const seen = watched.find(({ udp }) => udp);
    expect(seen?.full).toBe(true);
    expect(seen?.atMs).toBeLessThan(300_000 + 100_000);
  });

  it('and is blocked again: connections begin in the same report', async () => {
    const { weather, report } = start({ udp: true });
    for (let count = 0; count < 4; count++) await report();
    weather.udp = false;
    const { decision, timing, udpWorks } = await report();
    expect(udpWorks).toBe(true);
    expect(decision).toMatchObject({ home: '1', changed: false });
    expect(timing.totalMs).toBeLessThan(500);
    expect((await report()).udpWorks).toBeUndefined();
  });
});
