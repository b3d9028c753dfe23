import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientReport, RegionSweep, Sweep } from '../../../edge/fleet/facts.ts';
import { mostPoints, mostReports, mostReportsOfNetwork, retentionMs } from '../../../edge/storage/bounds.ts';
import type { FleetStore, LocationStore } from '../../../edge/storage/store.ts';

export interface StoreFixture {
  readonly store: FleetStore;
  close(): Promise<void>;
}

/** The store reads the time by itself, so that these happen now. */
const now = Date.now();
const minute = 60_000;

const sweepAt = (at: number, regions: Readonly<Record<string, RegionSweep>>, code = 'FRA'): Sweep => ({ location: { code, latitude: 50.1, longitude: 8.6 }, at, regions });
const answeredAt = (at: number, latencyMs: number): RegionSweep => ({ at, latencyMs, kind: 'tcp', missed: 0 });
const reportOf = (client: string, fields: Partial<ClientReport> = {}): ClientReport => ({ at: now, client, network: `of ${client}`, latencyMs: { 1: 8.5 }, kind: 'ice', ...fields });

/** What every store must do (`edge/storage/store.ts`), wherever it keeps it. */
export function describeStore(name: string, setup: () => Promise<StoreFixture>): void {
  describe(`${name}: contract of a store`, () => {
    let fixture: StoreFixture;
    let home: LocationStore;
    beforeEach(async () => {
      fixture = await setup();
      home = fixture.store.location('FRA');
    });
    afterEach(() => fixture.close());

    const clients = async (): Promise<string[]> => (await home.read()).reports.map(({ client }) => client);

    it('knows nothing at first', async () => {
      expect(await home.read()).toEqual({ history: {}, reports: [] });
      expect(await fixture.store.locations()).toEqual([]);
    });

    it('keeps the newest sweep, and each latency in the history', async () => {
      const first = sweepAt(now - 2 * minute, { 1: answeredAt(now - 2 * minute, 8), 2: answeredAt(now - 2 * minute, 20) });
      const second = sweepAt(now - minute, { 1: answeredAt(now - minute, 9), 2: { at: now - minute, missed: 1 } });
      await home.saveSweep(first);
      await home.saveSweep(second);
      expect(await home.read()).toEqual({
        sweep: second,
        history: { 1: [[now - 2 * minute, 8], [now - minute, 9]], 2: [[now - 2 * minute, 20], [now - minute, -1]] },
        reports: [],
      });
    });

    it('adds nothing for a region that was not asked again', async () => {
      const old = answeredAt(now - 2 * minute, 20);
      await home.saveSweep(sweepAt(now - 2 * minute, { 2: old }));
      await home.saveSweep(sweepAt(now - minute, { 1: answeredAt(now - minute, 9), 2: old }));
      expect((await home.read()).history).toEqual({ 1: [[now - minute, 9]], 2: [[now - 2 * minute, 20]] });
    });

    it('bounds the history and covers the day with it', async () => {
      const beganAt = now - 20 * 60 * minute;
      for (let at = beganAt; at < now; at += 2 * minute) await home.saveSweep(sweepAt(at, { 1: answeredAt(at, 8) }));
      const points = (await home.read()).history[1] ?? [];
      expect(points).toHaveLength(mostPoints);
      expect(points[0]?.[0]).toBe(beganAt);
      const recent = points.filter(([at]) => at >= now - 20 * minute);
      expect(recent).toHaveLength(10);
      expect(points).toEqual([...points].sort(([one], [other]) => one - other));
    });

    it('replaces the earlier report of a client', async () => {
      await home.saveReport(reportOf('a', { at: now - minute }));
      await home.saveReport(reportOf('b', { at: now - minute / 2 }));
      const newest = reportOf('a', { network: 'another', place: { latitude: 50, longitude: 9 }, home: '1' });
      await home.saveReport(newest);
      expect((await home.read()).reports).toEqual([reportOf('b', { at: now - minute / 2 }), newest]);
    });

    it('keeps few reports of one network', async () => {
      for (let index = 0; index <= mostReportsOfNetwork; index++) await home.saveReport(reportOf(`c${index}`, { network: 'one', at: now - minute + index }));
      await home.saveReport(reportOf('other'));
      const kept = await clients();
      expect(kept).toHaveLength(mostReportsOfNetwork + 1);
      expect(kept).not.toContain('c0');
    });

    it('keeps a bounded number of reports, the newest', async () => {
      for (let index = 0; index < mostReports + 3; index++) await home.saveReport(reportOf(`c${index}`, { at: now - minute + index }));
      const kept = await clients();
      expect(kept).toHaveLength(mostReports);
      expect(kept[0]).toBe('c3');
    });

    it('forgets what is older than the retention', async () => {
      const old = now - retentionMs - minute;
      await home.saveSweep(sweepAt(old, { 1: answeredAt(old, 8) }));
      await home.saveReport(reportOf('a', { at: old }));
      await home.saveReport(reportOf('b', { at: now - minute }));
      expect(await home.read()).toEqual({ history: {}, reports: [reportOf('b', { at: now - minute })] });
      await fixture.store.location('PAR').saveReport(reportOf('a', { at: old }));
      expect((await fixture.store.locations()).map(({ code }) => code)).not.toContain('PAR');
    });

    it('lists the locations by code, with the place that a sweep told', async () => {
      await fixture.store.location('NYC').saveReport(reportOf('a'));
      await home.saveSweep(sweepAt(now, {}));
      await home.saveReport(reportOf('a'));
      expect(await fixture.store.locations()).toEqual([{ code: 'FRA', latitude: 50.1, longitude: 8.6 }, { code: 'NYC' }]);
    });

    it('keeps locations apart', async () => {
      await fixture.store.location('NYC').saveReport(reportOf('a'));
      await home.saveSweep(sweepAt(now, { 1: answeredAt(now, 8) }));
      expect((await fixture.store.location('NYC').read())).toEqual({ history: {}, reports: [reportOf('a')] });
    });

    it.each(['it\'s', '"; DROP TABLE report; --', 'ü🙂', '__proto__', ''])('takes %j for a name like any other', async (text) => {
      const regions = Object.fromEntries([[text, answeredAt(now, 8)]]);
      await home.saveSweep(sweepAt(now, regions));
      await home.saveReport(reportOf(text, { network: text }));
      const { history, reports } = await home.read();
      expect(Object.entries(history)).toEqual([[text, [[now, 8]]]]);
      expect(reports.map(({ client }) => client)).toEqual([text]);
    });
  });
}
