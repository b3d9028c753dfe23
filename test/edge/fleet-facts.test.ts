import { describe, expect, it } from 'vitest';
import type { EdgeDeps } from '../../edge/deps.ts';
import { memoryFleetStore } from '../../edge/storage/memory-store.ts';
import type { FleetStore } from '../../edge/storage/store.ts';
import { createRig, now0, sweepOf, type Rig } from './rig.ts';

/** A store that counts how often its locations are listed. */
async function counted(change: Partial<EdgeDeps> = {}): Promise<{ readonly rig: Rig; readonly listed: () => number }> {
  let listed = 0;
  let at = (): number => now0;
  const inner = memoryFleetStore(() => at());
  const store: FleetStore = { ...inner, locations: async () => { listed++; return inner.locations(); } };
  const rig = createRig({ store, ...change });
  at = () => rig.now;
  await store.location('FRA').saveSweep(sweepOf(rig.map, now0));
  return { rig, listed: () => listed };
}

const atOf = async (rig: Rig): Promise<unknown> => ((await (await rig.get('/v1/fleet')).json()) as { at: number }).at;

describe('the fleet view', () => {
  it('is made once in ten seconds, however many look', async () => {
    const { rig, listed } = await counted();
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => atOf(rig))))).toEqual(new Set([now0]));
    rig.now += 9_999;
    expect([await atOf(rig), listed()]).toEqual([now0, 1]);
    rig.now += 1;
    expect([await atOf(rig), listed()]).toEqual([now0 + 10_000, 2]);
  });

  it('is an old one for five minutes where the store fails, then 503', async () => {
    let works = true;
    const { rig } = await counted();
    const failing = await counted({ store: { ...memoryFleetStore(() => now0), locations: () => (works ? Promise.resolve([]) : Promise.reject(new Error('down'))) } });
    expect(await atOf(failing.rig)).toBe(now0);
    works = false;
    failing.rig.now += 60_000;
    expect(await atOf(failing.rig)).toBe(now0);
    expect(failing.rig.logged).toContainEqual(expect.objectContaining({ event: 'store-failed', operation: 'locations' }));
    failing.rig.now += 300_000;
    expect((await failing.rig.get('/v1/fleet')).status).toBe(503);
    expect((await rig.get('/v1/fleet')).status).toBe(200);
  });

  it('is the store’s own where it makes one', async () => {
    const maps: unknown[] = [];
    const { rig } = await counted({ store: { ...memoryFleetStore(() => now0), tell: async (text, map) => { maps.push([text, map]); return '{"at":7}'; } } });
    expect([await atOf(rig), await atOf(rig), maps]).toEqual([7, 7, [['view', rig.map]]]);
    expect([await (await rig.get('/metrics')).text(), maps.length]).toEqual([expect.stringMatching(/^# HELP nearest_relay_edge_requests_total [^]*\{"at":7\}$/), 2]);
  });
});
