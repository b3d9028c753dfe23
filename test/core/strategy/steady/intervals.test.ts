import { describe, expect, it } from 'vitest';
import type { RegionReport, Report } from '../../../../core/model/report.ts';
import type { RelayMap } from '../../../../core/model/map.ts';
import type { Network } from '../../../../core/probe/network.ts';
import { createPicker } from '../../../../core/picker/picker.ts';
import type { Picked } from '../../../../core/picker/series.ts';
import { intervalReports, unlikelyPeriod } from '../../../../core/strategy/steady/constants.ts';
import { learnIntervals, unlikely, type Intervals } from '../../../../core/strategy/steady/intervals.ts';
import { steady } from '../../../../core/strategy/steady/steady.ts';
import { chance } from '../../../chance.ts';
import { mapOf } from '../../../maps.ts';
import { scriptedTransport } from '../../../scripted-transport.ts';
import { virtualClock } from '../../../virtual-clock.ts';

const near = [10, 14, 22, 35];
const far = [90, 95, 100, 110, 120, 150, 160, 170, 200, 250, 280, 300];
const ms = [...near, ...far];
const codes = ms.map((_, index) => `r${index + 1}`);
const map = mapOf(codes);

function reportOf(measured: Readonly<Record<string, number>>, full = true, of: RelayMap = map): Report {
  const regions = Object.fromEntries(of.regions.map(({ id, code }): [string, RegionReport] => {
    const latencyMs = measured[id];
    return [id, latencyMs === undefined ? { code, samples: 0, lost: 0, doubt: [] } : { code, latencyMs, kind: 'stun', samples: 1, lost: 0, doubt: [] }];
  }));
  return { at: 0, full, durationMs: 10, strategy: 'steady', notes: [], regions };
}
const learnt = (readings: readonly number[], id = '9'): Intervals => readings.reduce((known: Intervals, reading) => learnIntervals(known, reportOf({ 1: 10, [id]: reading }), map), {});

describe('an interval', () => {
  it.each([
    { name: 'quiet and far', readings: [100, 101, 100, 102, 100, 100], isUnlikely: true },
    { name: 'seen too seldom', readings: [100, 100, 100, 100, 100], isUnlikely: false },
    { name: 'not several times as far as the nearest', readings: [60, 60, 60, 60, 60, 60], isUnlikely: false },
    { name: 'near once', readings: [100, 100, 45, 100, 100, 100], isUnlikely: false },
    { name: 'far but restless', readings: [100, 140, 120, 160, 110, 150], isUnlikely: false },
    { name: 'restless long ago', readings: [100, 160, 160, 160, ...Array<number>(20).fill(100)], isUnlikely: true },
  ])('$name: unlikely $isUnlikely', ({ readings, isUnlikely }) => {
    expect(unlikely(learnt(readings), { map }, { 1: 10 }, 1).map(({ id }) => id)).toEqual(isUnlikely ? ['9'] : []);
  });

  it('is held against what is nearest now, of what may be home, by the owner’s factors', () => {
    const known = learnt(Array<number>(intervalReports).fill(100));
    expect(unlikely(known, { map }, { 1: 40 }, 1)).toEqual([]);
    expect(unlikely(known, { map }, {}, 1)).toEqual([]);
    expect(unlikely(known, { map, preferences: { avoid: ['1'] } }, { 1: 10, 2: 60 }, 1)).toEqual([]);
    expect(unlikely(known, { map, preferences: { latencyFactor: { 9: 0.3 } } }, { 1: 10 }, 1)).toEqual([]);
  });

  it('has its turn', () => {
    const known = learnt(Array<number>(intervalReports).fill(100));
    const turns = Array.from({ length: 2 * unlikelyPeriod }, (_, turn) => unlikely(known, { map }, { 1: 10 }, turn).length);
    expect(turns.filter((length) => length === 0).length).toBe(2);
  });

  it('begins anew where a region reads what it never should, with all others', () => {
    const known = Array<number>(intervalReports).fill(100).reduce((before: Intervals, reading) => learnIntervals(before, reportOf({ 1: 10, 8: 150, 9: reading }), map), {});
    expect(learnIntervals(known, reportOf({ 9: 95 }), map)['8']).toMatchObject({ reports: intervalReports });
    const after = learnIntervals(known, reportOf({ 9: 60 }), map);
    expect(after).toEqual({ 9: { lowMs: 60, spreadMs: 0, reports: 1 } });
  });

  it('is of full reports, and leaves with its region', () => {
    const known = learnt([100, 100]);
    expect(learnIntervals(known, reportOf({ 9: 20 }, false), map)).toBe(known);
    expect(Object.keys(learnIntervals(known, reportOf({}), mapOf(['r1', 'r2'])))).toEqual(['1']);
  });
});

/** A client that watches for so long. `at`: what changes, and when. */
async function watch(hours: number, at: readonly { readonly minute: number; change(live: { ms: number[]; go(id: string): void }): void }[] = []) {
  const clock = virtualClock();
  const luck = chance(3);
  const listeners = new Set<() => void>();
  let id = 'here';
  const live = { ms: [...ms], go(next: string) { id = next; for (const listener of listeners) listener(); } };
  const transport = scriptedTransport('stun', clock, (node) => (live.ms[Number(node.slice(0, -1)) - 1] ?? 0) - 0.3 * Math.log(1 - luck()));
  const network: Network = { families: () => ({ v4: true, v6: false }), id: async () => id, online: () => true, onChange(listener) { listeners.add(listener); return () => listeners.delete(listener); } };
  const picker = createPicker({ map, clock, transports: [transport], strategy: steady(), random: chance(4), network });
  const made: (Picked & { readonly minute: number; readonly changes: number; readonly asked: readonly string[] })[] = [];
  const left = [...at];
  const done = (async () => {
    let before = 0;
    for await (const picked of picker.watch()) {
      const asked = [...new Set(transport.probes.slice(before).map(({ node }) => node.slice(0, -1)))];
      before = transport.probes.length;
      const minute = clock.now() / 60_000;
      made.push({ ...picked, minute, asked, changes: at.length - left.length });
      while (left[0] && minute >= left[0].minute) left.shift()?.change(live);
      if (minute > hours * 60) return;
    }
  })();
  await clock.until(done, hours * 3_600_000 + 600_000);
  return { made, full: made.filter(({ report }) => report.full), picker, clock, transport };
}
const farIds = far.map((_, index) => String(near.length + index + 1));

describe('a full report on a map without places', () => {
  it('leaves out what was far in several, as likely, and asks each of these once in a period', async () => {
    const { full, picker, clock, transport } = await watch(2);
    for (const { asked } of full.slice(0, intervalReports)) expect(asked.length).toBe(ms.length);
    // The first one does not wait for all.
    const later = full.slice(intervalReports + 1);
    expect(later.length).toBeGreaterThan(2 * unlikelyPeriod);
    for (const [index, { asked, report, decision }] of later.entries()) {
      expect(asked.length).toBe(near.length + far.length / unlikelyPeriod);
      expect(report.notes).toEqual([{ code: 'unlikely', message: expect.stringMatching(/^9 regions that never read less than \d+ ms on this network are likely too far/) as unknown }]);
      const out = Object.values(report.regions).filter(({ skipped }) => skipped === 'not-due');
      expect(out.length).toBe(9);
      for (const region of out) expect(region).not.toHaveProperty('atLeastMs');
      expect(decision).toMatchObject({ home: '1', sure: expect.toSatisfy((sure: number) => sure > 0.95) });
      const period = later.slice(index, index + unlikelyPeriod);
      if (period.length === unlikelyPeriod) expect([...new Set(period.flatMap((one) => one.asked))].sort()).toEqual(map.regions.map((region) => region.id).sort());
    }
    // One that somebody asked for is whole.
    const before = transport.probes.length;
    const { report } = await clock.until(picker.report({ full: true }));
    expect(new Set(transport.probes.slice(before).map(({ node }) => node)).size).toBe(ms.length);
    expect(report.notes).toEqual([]);
  });

  it('finds a far region that became the nearest within a period, and doubts what it learned', async () => {
    const { made, full } = await watch(3, [{ minute: 90, change(live) { live.ms[12] = 3; } }]);
    const moved = made.find(({ decision }) => decision.home === '13');
    // Its turn, and a few reports of evidence.
    expect(moved?.minute).toBeLessThan(90 + unlikelyPeriod * 6 + 8);
    const found = full.findIndex(({ changes, asked }) => changes === 1 && asked.includes('13'));
    for (const { asked } of full.slice(found + 1, found + intervalReports)) expect(asked.length).toBe(ms.length);
  });

  it('asks all in the same report where the home got slower', async () => {
    const { full } = await watch(1.6, [{ minute: 75, change(live) { for (let region = 0; region < near.length; region++) live.ms[region] = 180; } }]);
    const seen = full.find(({ changes }) => changes === 1);
    expect(farIds.slice(0, 6).every((id) => seen?.asked.includes(id))).toBe(true);
    expect(full.at(-1)?.decision.home).toBe('5');
  });

  it('asks all on another network, and once where it is back', async () => {
    const { full } = await watch(2.5, [{ minute: 60, change(live) { live.go('there'); } }, { minute: 120, change(live) { live.go('here'); } }]);
    const there = full.filter(({ changes }) => changes === 1);
    expect(there.slice(0, intervalReports).map(({ asked }) => asked.length)).toEqual(Array(intervalReports).fill(ms.length));
    const back = full.filter(({ changes }) => changes === 2).map(({ asked }) => asked.length);
    expect(back.slice(0, 3)).toEqual([ms.length, near.length + far.length / unlikelyPeriod, near.length + far.length / unlikelyPeriod]);
  });
});
