import type { Place } from '../../../core/choice/light.ts';
import { distanceKm, leastRttMs } from '../../../core/choice/light.ts';
import type { Region, RegionId, RelayMap } from '../../../core/model/map.ts';
import type { ClientReport, Location, Sweep } from '../../../edge/fleet/facts.ts';
import type { LocationFacts } from '../../../edge/storage/store.ts';

/** Mulberry32: the same world for the same seed. */
export function drawFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const now = 1_800_000_000_000;

export const regionAt = (id: string, code: string, place?: Place, more: Partial<Region> = {}): Region =>
  ({ id, code, name: code.toUpperCase(), ...place, nodes: [{ name: `${id}a`, host: `${code}.example`, stun: { port: 3478, dialect: 'plain' } }], ...more });

export const mapOf = (regions: readonly Region[]): RelayMap => ({ version: 1, regions });

export const sweepOf = (location: Location, latencyMs: Readonly<Record<RegionId, number | undefined>>, missed = 3, at: number = now): Sweep =>
  ({ location, at, regions: Object.fromEntries(Object.entries(latencyMs).map(([id, ms]) => [id, ms === undefined ? { at, missed } : { latencyMs: ms, kind: 'tcp' as const, at, missed: 0 }])) });

export const factsOf = (sweep?: Sweep, reports: readonly ClientReport[] = [], history: LocationFacts['history'] = {}): LocationFacts =>
  ({ ...(sweep && { sweep }), reports, history });

export const reportOf = (client: string, latencyMs: Readonly<Record<RegionId, number>>, more: Partial<ClientReport> = {}): ClientReport =>
  ({ at: now - 60_000, client, network: `of ${client}`, kind: 'stun', latencyMs, ...more });

export interface World {
  readonly map: RelayMap;
  readonly location: Location;
  readonly sweep: Sweep;
  readonly clients: readonly { readonly place: Place; readonly truth: Readonly<Record<RegionId, number>>; readonly report: ClientReport }[];
}

/**
 * A location, clients around it, and relays: half of them on its continent, half all over the world. Each path has its own
 * detour, each client its own access and its own noise, each kind of probe what it adds.
 */
export function drawWorld(seed: number, { regions = 30, clients = 60, networks = 40, spreadKm = 1_200 }: { readonly regions?: number; readonly clients?: number; readonly networks?: number; readonly spreadKm?: number } = {}): World {
  const draw = drawFrom(seed);
  const here: Place = { latitude: draw() * 100 - 45, longitude: draw() * 360 - 180 };
  const around = (km: number): Place => ({ latitude: here.latitude + ((draw() * 2 - 1) * km) / 111, longitude: here.longitude + ((draw() * 2 - 1) * km) / (111 * Math.cos((here.latitude * Math.PI) / 180)) });
  const somewhere = (): Place => ({ latitude: Math.asin(draw() * 1.4 - 0.6) * (180 / Math.PI), longitude: draw() * 360 - 180 });
  const places = Array.from({ length: regions }, (_, at) => (at % 2 ? somewhere() : around(2_500)));
  const map = mapOf(places.map((place, at) => regionAt(String(at + 1), `r${at + 1}`, place)));
  const pathMs = (from: Place, to: Place): number => 0.5 + leastRttMs(distanceKm(from, to)) * (1.4 + draw() * 1.2);
  const sweep = sweepOf({ code: 'EDG', ...here }, Object.fromEntries(places.map((place, at) => [String(at + 1), Math.max(1, Math.round(pathMs(here, place)))])));
  const found = Array.from({ length: clients }, (_, index) => {
    const place = around(spreadKm);
    const accessMs = 2 + draw() * 20;
    const truth = Object.fromEntries(places.map((to, at) => [String(at + 1), accessMs + pathMs(place, to)]));
    const kind = draw() < 0.5 ? 'stun' as const : 'https' as const;
    const latencyMs = Object.fromEntries(Object.entries(truth).map(([id, ms]) => [id, ms + (kind === 'https' ? 5 : 0) + draw() * 2]));
    const report = reportOf(`c${index}`, latencyMs, { network: `n${index % networks}`, kind, place: { latitude: Math.round(place.latitude), longitude: Math.round(place.longitude) } });
    return { place, truth, report };
  });
  return { map, location: sweep.location, sweep, clients: found };
}
