import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { homesIn } from '../../edge/storage/home-store.ts';
import { describeStore } from '../edge/storage/contract.ts';
import type { FleetView } from '../../edge/fleet/view-form.ts';
import { mapOf } from '../maps.ts';

describeStore('Durable Objects', async () => ({ store: homesIn(env.HOMES).store, close: reset }));

describe('the key of the day', () => {
  it('is the same wherever the location is served from, and another elsewhere and tomorrow', async () => {
    const [one, other] = [homesIn(env.HOMES), homesIn(env.HOMES)];
    const key = await one.hashKey({ code: 'FRA' });
    expect(key).toHaveLength(32);
    expect(await other.hashKey({ code: 'FRA' })).toEqual(key);
    expect(await one.hashKey({ code: 'FRA' })).toBe(key);
    expect(await one.hashKey({ code: 'NYC' })).not.toEqual(key);
    await reset();
    expect(await homesIn(env.HOMES).hashKey({ code: 'FRA' })).not.toEqual(key);
  });

  it('is one for those that ask at the same time', async () => {
    const homes = homesIn(env.HOMES);
    const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => homes.hashKey({ code: 'FRA' })));
    for (const other of others) expect(other).toBe(first);
    await reset();
  });
});

describe('a turn', () => {
  it('is given to one process, and the others are told what it found', async () => {
    const processes = Array.from({ length: 10 }, () => homesIn(env.HOMES));
    const claims = await Promise.all(processes.map(({ turns }) => turns.claim('FRA', 10_000)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    const [one, other] = processes;
    expect(await other?.turns.newest('FRA')).toBeUndefined();
    const sweep = { location: { code: 'FRA' }, at: Date.now(), regions: {} };
    await one?.store.location('FRA').saveSweep(sweep);
    expect(await other?.turns.newest('FRA')).toEqual(sweep);
    await reset();
  });
});

describe('the fleet view', () => {
  it('is made by the register, of what the other objects tell it', async () => {
    const { store } = homesIn(env.HOMES);
    const at = Date.now();
    for (const [code, latencyMs] of [['FRA', 3], ['NYC', 80]] as const) {
      await store.location(code).saveSweep({ location: { code, latitude: 50, longitude: 8 }, at, regions: { 1: { latencyMs, kind: 'tcp', at, missed: 0 } } });
      await store.location(code).saveReport({ at, client: `c ${code}`, network: 'n', kind: 'stun', latencyMs: { 1: latencyMs, 2: 9 }, place: { latitude: 50, longitude: 8 } });
    }
    const view = JSON.parse(await store.tell?.('view', mapOf(['fra', 'par', 'nyc'])) ?? '') as FleetView;
    expect(view.locations.map(({ code, regions }) => [code, regions['1']?.medianMs])).toEqual([['FRA', 3], ['NYC', 80]]);
    expect([view.regions.map(({ nearest }) => nearest?.location), view.clients]).toEqual([['FRA', undefined, undefined], { reports: 2, networks: 2, placed: 2 }]);
    expect((await store.tell?.('metrics', mapOf(['fra', 'par', 'nyc'])))?.split('\n')).toEqual(expect.arrayContaining([
      'nearest_relay_edge_region_latency_seconds{location="FRA",region="1",kind="tcp"} 0.003', 'nearest_relay_edge_region_latency_seconds{location="NYC",region="1",kind="tcp"} 0.08',
      'nearest_relay_edge_clients{location="NYC"} 1', 'nearest_relay_edge_locations 2', 'nearest_relay_edge_locations_left_out 0',
    ]));
    await reset();
  });
});

describe('an object', () => {
  it('answers nothing else', async () => {
    const home = env.HOMES.get(env.HOMES.idFromName('location FRA'));
    for (const [method, path] of [['GET', '/'], ['PUT', '/facts'], ['DELETE', '/sweep']] as const) {
      expect((await home.fetch(`https://home${path}`, { method })).status).toBe(404);
    }
  });
});
