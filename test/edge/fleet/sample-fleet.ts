import type { Place } from '../../../core/choice/light.ts';
import { distanceKm, leastRttMs } from '../../../core/choice/light.ts';
import { digestOf } from '../../../edge/fleet/digest.ts';
import { fleetView } from '../../../edge/fleet/view.ts';
import type { FleetView } from '../../../edge/fleet/view-form.ts';
import { drawFrom, factsOf, mapOf, now, regionAt, reportOf, sweepOf } from './world.ts';

const relays: readonly (readonly [code: string, name: string, latitude: number, longitude: number])[] = [
  ['fra', 'Frankfurt', 50.1, 8.7], ['ams', 'Amsterdam', 52.4, 4.9], ['lhr', 'London', 51.5, -0.1], ['nyc', 'New York', 40.7, -74], ['dfw', 'Dallas', 32.8, -96.8], ['sfo', 'San Francisco', 37.8, -122.4], ['sin', 'Singapore', 1.4, 103.8], ['blr', 'Bengaluru', 13, 77.6], ['tok', 'Tokyo', 35.7, 139.7], ['sao', 'São Paulo', -23.6, -46.6], ['jnb', 'Johannesburg', -26.2, 28],
];
const edges: readonly (readonly [code: string, latitude: number, longitude: number])[] = [['FRA', 50, 8.6], ['LHR', 51.5, -0.5], ['IAD', 38.9, -77.5], ['SJC', 37.4, -121.9], ['NRT', 35.8, 140.4], ['SYD', -33.9, 151.2], ['GRU', -23.4, -46.5]];

/** A fleet as one may look on a day: a dead relay, one that got slower, and clients that are far from all. */
export function sampleFleet(): FleetView {
  const draw = drawFrom(11);
  const map = mapOf(relays.map(([code, name, latitude, longitude], at) => ({ ...regionAt(String(at + 1), code, { latitude, longitude }), name })));
  const pathMs = (from: Place, to: Place): number => 1 + leastRttMs(distanceKm(from, to)) * (1.6 + draw() * 0.4);
  const placed = map.regions.map(({ id, code, latitude = 0, longitude = 0 }) => ({ id, code, place: { latitude, longitude } }));
  const locations = edges.map(([code, latitude, longitude]) => {
    const location = { code, latitude, longitude };
    const base = Object.fromEntries(placed.map(({ id, place }) => [id, pathMs(location, place)]));
    const slow = (id: string, back: number): number => (id === '5' && back < 5 && code !== 'SYD' ? 38 : 0);
    const history = Object.fromEntries(Object.entries(base).map(([id, ms]) => [id, Array.from({ length: 60 }, (_, at) => [now - (59 - at) * 600_000, draw() < 0.01 ? -1 : Math.round(ms + slow(id, 59 - at) + draw() * 3)] as const)]));
    const sweep = sweepOf(location, Object.fromEntries(Object.entries(base).map(([id, ms]) => [id, id === '8' ? undefined : Math.round(ms + slow(id, 0))])), 3, now - Math.round(draw() * 25_000));
    const clients = code === 'SYD' ? 60 : code === 'NRT' ? 12 : 40;
    const reports = Array.from({ length: clients }, (_, at) => {
      const place = { latitude: latitude + draw() * 8 - 4, longitude: longitude + draw() * 10 - 5 };
      const accessMs = 4 + draw() * 20;
      return reportOf(`${code} ${at}`, Object.fromEntries(placed.map((relay) => [relay.id, accessMs + pathMs(place, relay.place)])), { network: `${code} ${at % 25}`, place: { latitude: Math.round(place.latitude), longitude: Math.round(place.longitude) } });
    });
    return { location, digest: digestOf(factsOf(sweep, reports, history), { now, mostReports: 5_000 }) };
  });
  return fleetView({ map, locations, now });
}
