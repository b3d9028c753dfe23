import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sweep } from '../../edge/fleet/facts.ts';
import { createRig, now0, sweepOf } from './rig.ts';
import { mapOf } from '../maps.ts';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

const map = mapOf(['fra', 'par', 'nyc']);

/** A sweep that ends when the test says so. */
function slowSweep(): { sweep: () => Promise<Sweep>; finish(sweep: Sweep): void; fail(error: unknown): void; count: number } {
  let settle: { readonly resolve: (sweep: Sweep) => void; readonly reject: (error: unknown) => void } | undefined;
  const made = {
    count: 0,
    sweep: () => {
      made.count++;
      let resolve: (sweep: Sweep) => void = () => {};
      let reject: (error: unknown) => void = () => {};
      const promise = new Promise<Sweep>((done, failed) => { resolve = done; reject = failed; });
      settle = { resolve, reject };
      return promise;
    },
    finish: (sweep: Sweep) => settle?.resolve(sweep),
    fail: (error: unknown) => settle?.reject(error),
  };
  return made;
}

describe('one sweep a location', () => {
  it('for a thousand who ask at once, and none for half a minute after', async () => {
    const slow = slowSweep();
    const rig = createRig({ sweep: slow.sweep });
    const answers = Promise.all(Array.from({ length: 1_000 }, () => rig.get('/v1/latency')));
    await vi.advanceTimersByTimeAsync(1_000);
    slow.finish(sweepOf(map, now0));
    const statuses = new Set((await answers).map(({ status }) => status));
    expect([[...statuses], slow.count]).toEqual([[200], 1]);
    rig.now += 29_999;
    await rig.get('/v1/latency');
    expect(slow.count).toBe(1);
    rig.now += 1;
    const next = rig.get('/v1/latency');
    await vi.advanceTimersByTimeAsync(1);
    slow.finish(sweepOf(map, rig.now));
    expect([(await next).status, slow.count]).toEqual([200, 2]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('each location has its own', async () => {
    const rig = createRig({ locate: (request) => ({ code: request.headers.get('x-colo') ?? '' }) });
    await Promise.all(['FRA', 'CDG', 'FRA'].map((colo) => rig.get('/v1/latency', { headers: { 'x-colo': colo } })));
    expect(rig.sweeps.map(({ location }) => location.code).toSorted()).toEqual(['CDG', 'FRA']);
  });

  it('is saved behind the answer, and goes on from what the store has', async () => {
    const stored = sweepOf(map, now0 - 60_000);
    const rig = createRig({ facts: { sweep: stored, history: {}, reports: [] } });
    await rig.get('/v1/latency');
    expect(rig.sweeps[0]?.last).toBe(stored);
    await rig.settle();
    expect(rig.saved.sweeps).toEqual([sweepOf(map, now0)]);
    expect(rig.logged).toEqual([{ level: 'info', event: 'sweep', location: 'FRA', durationMs: 0, regions: 3, silent: 0 }]);
  });

  it('is not made, nor saved again, where another process made it', async () => {
    const rig = createRig({ facts: { sweep: sweepOf(map, now0 - 20_000), history: {}, reports: [] } });
    expect(await (await rig.get('/v1/latency')).json()).toMatchObject({ at: now0 - 20_000 });
    await rig.settle();
    expect([rig.sweeps, rig.saved.sweeps]).toEqual([[], []]);
  });
});

describe('nobody waits for ever', () => {
  it('with an old sweep known: three seconds, then that, with its age', async () => {
    const slow = slowSweep();
    const rig = createRig({ sweep: slow.sweep, facts: { sweep: sweepOf(map, now0 - 100_000), history: {}, reports: [] } });
    await rig.get('/v1/hint');
    let got: Response | undefined;
    void rig.get('/v1/latency').then((answer) => { got = answer; });
    await vi.advanceTimersByTimeAsync(2_999);
    expect(got).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect([got?.status, got?.headers.get('cache-control'), await got?.json()]).toEqual([200, 'private, max-age=0', expect.objectContaining({ at: now0 - 100_000, regions: expect.objectContaining({ 1: { latencyMs: 10, kind: 'tcp', ageMs: 100_000 } }) })]);
  });

  it('with nothing known, a sweep that hangs: ten seconds, then 503; and it is tried again later', async () => {
    const slow = slowSweep();
    const rig = createRig({ sweep: slow.sweep });
    let got: Response | undefined;
    void rig.get('/v1/latency').then((answer) => { got = answer; });
    await vi.advanceTimersByTimeAsync(9_999);
    expect(got).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect([got?.status, got?.headers.get('retry-after')]).toEqual([503, '5']);
    expect(rig.logged).toContainEqual({ level: 'warning', event: 'sweep-failed', location: 'FRA', error: 'OverdueError' });
    expect([(await rig.get('/v1/latency')).status, slow.count]).toEqual([503, 1]);
    rig.now += 5_000;
    const next = rig.get('/v1/latency');
    await vi.advanceTimersByTimeAsync(1);
    slow.finish(sweepOf(map, rig.now));
    expect([(await next).status, slow.count]).toEqual([200, 2]);
  });

  it('a store that hangs delays the first hint by 1.5 s, and no other', async () => {
    const rig = createRig({ store: { locations: async () => [], location: () => ({ saveSweep: async () => {}, saveReport: async () => {}, read: () => new Promise(() => {}) }) } });
    let got = 0;
    void rig.get('/v1/hint').then(() => got++);
    await vi.advanceTimersByTimeAsync(1_499);
    expect(got).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(got).toBe(1);
    void rig.get('/v1/hint').then(() => got++);
    await vi.advanceTimersByTimeAsync(0);
    expect(got).toBe(2);
  });

  it('a sweep that fails leaves the old one', async () => {
    const rig = createRig({ sweep: () => Promise.reject(new TypeError('secret')), facts: { sweep: sweepOf(map, now0 - 40_000), history: {}, reports: [] } });
    expect(await (await rig.get('/v1/latency')).json()).toMatchObject({ at: now0 - 40_000 });
    await rig.settle();
    expect(rig.logged).toEqual([{ level: 'warning', event: 'sweep-failed', location: 'FRA', error: 'TypeError' }]);
  });

  it('a clock that was set back makes the sweep old', async () => {
    const rig = createRig();
    await rig.get('/v1/latency');
    rig.now -= 3_600_000;
    await rig.get('/v1/latency');
    expect(rig.sweeps).toHaveLength(2);
  });
});
