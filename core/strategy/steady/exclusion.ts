import { distanceKm, leastRttMs, placeOf, type Place } from '../../choice/light.ts';
import { areAllEquallyNear, excluded, heardAmong, impossiblePlaces, leastMs, measuredIn, placedIn } from '../../choice/places.ts';
import type { Context } from '../../model/context.ts';
import { regionById, type Region, type RegionId, type RelayMap } from '../../model/map.ts';
import { present } from '../../model/present.ts';
import type { Note, RegionReport, Report } from '../../model/report.ts';
import { auditPeriod } from './constants.ts';

/** What is known of a network about light and the map's places. */
export interface LightState {
  /** A full report has shown no breach, so that regions may be left out. */
  readonly isSwept: boolean;
  /** Regions whose places cannot be right, with the place that was found wrong: one that the map mends is trusted again. */
  readonly doubted: Readonly<Record<RegionId, string>>;
  /** The region that was audited last. */
  readonly audited?: RegionId;
}

export const startLight: LightState = { isSwept: false, doubted: {} };

const keyOf = ({ latitude, longitude }: Place): string => `${latitude} ${longitude}`;

/** Those whose place is still the one that was found wrong. */
function doubtedIn(map: RelayMap, { doubted }: LightState): Record<RegionId, string> {
  return Object.fromEntries(Object.entries(doubted).filter(([id, key]) => {
    const place = placeOf(regionById(map, id) ?? {});
    return place && keyOf(place) === key;
  }));
}

/** Regions that light excludes, given these latencies, with the least round trip to each; none before a sweep has shown that the places can be right. */
export function excludedBy(light: LightState, { map, preferences }: Pick<Context, 'map' | 'preferences'>, latencies: Readonly<Record<RegionId, number>>): Map<RegionId, number> {
  if (!light.isSwept) return new Map();
  const doubted = doubtedIn(map, light);
  return excluded(map, preferences, heardAmong(map, latencies, doubted), doubted);
}

/** Whether light has a say on the region: its place is known, and nothing is wrong with it. */
export function isPlaced({ isSwept, doubted }: LightState, region: Region): boolean {
  const place = placeOf(region);
  return isSwept && place !== undefined && doubted[region.id] !== keyOf(place);
}

/** Of the excluded, in the map's order, those that this full report asks all the same: in turn, so that each is asked once in `auditPeriod` full reports. */
export function auditsOf({ audited }: LightState, map: RelayMap, ids: readonly RegionId[]): RegionId[] {
  if (ids.length === 0) return [];
  const count = Math.ceil(ids.length / auditPeriod);
  const places = new Map(map.regions.map(({ id }, index) => [id, index]));
  // By the map's order, as the last one may not be excluded any more.
  const last = places.get(audited ?? '') ?? -1;
  const from = Math.max(0, ids.findIndex((id) => (places.get(id) ?? 0) > last));
  return [...ids.slice(from), ...ids.slice(0, from)].slice(0, count);
}

/** What this report found of the places. `ids`: the regions that were excluded when it began. */
export function learnLight(before: LightState, report: Report, map: RelayMap, ids: readonly RegionId[]): LightState {
  if (placedIn(map).length === 0) return before;
  const heard = heardAmong(map, measuredIn(report));
  const known = doubtedIn(map, before);
  const found = impossiblePlaces(heard.filter(({ id }) => !Object.hasOwn(known, id)));
  const doubted = { ...known, ...Object.fromEntries(heard.filter(({ id }) => found.includes(id)).map(({ id, place }) => [id, keyOf(place)])) };
  const isProxied = areAllEquallyNear(heard) || Object.keys(doubted).length > heard.length / 2;
  const isSwept = !isProxied && (before.isSwept || (report.full && heard.length - found.length > 1));
  return present({ isSwept, doubted, audited: report.full && before.isSwept ? (auditsOf(before, map, ids).at(-1) ?? before.audited) : before.audited });
}

/** Where many places are wrong a few examples say it. */
const mostNotes = 5;

/** The report with what light says of it: least round trips to regions that were not heard, doubts, and notes of what cannot be. */
export function withLight(light: LightState, report: Report, map: RelayMap): Report {
  const placed = placedIn(map);
  if (placed.length === 0) return report;
  const measured = measuredIn(report);
  const heard = heardAmong(map, measured);
  const known = doubtedIn(map, light);
  const doubted = new Set([...Object.keys(known), ...impossiblePlaces(heard.filter(({ id }) => !Object.hasOwn(known, id)))]);
  const trusted = light.isSwept ? heard.filter(({ id }) => !doubted.has(id)) : [];
  const regions: Record<RegionId, RegionReport> = {};
  const isProxied = areAllEquallyNear(heard);
  const notes: Note[] = isProxied ? [{ code: 'proxy', message: 'regions far from one another are equally near: a proxy or a VPN answers for them, or measures in your place' }] : [];
  for (const { id, place } of placed) {
    const region = report.regions[id];
    if (!region) continue;
    if (doubted.has(id)) {
      const breach = heard.find((one) => one.id !== id && leastMs([one], place) > (measured[id] ?? Infinity));
      regions[id] = region.doubt.includes('place') ? region : { ...region, doubt: [...region.doubt, 'place'] };
      if (breach && !isProxied && notes.length < mostNotes) notes.push({ code: 'place', message: `${region.code} answers in ${Math.round(measured[id] ?? 0)} ms, ${regionById(map, breach.id)?.code ?? breach.id} in ${Math.round(breach.latencyMs)} ms, and light needs ${Math.round(leastRttMs(distanceKm(place, breach.place)))} ms for the way between them and back: a place in the map is wrong, or it is anycast, or something in the path answers` });
    } else if (region.latencyMs === undefined && trusted.length > 0) {
      const atLeastMs = leastMs(trusted, place);
      if (atLeastMs > (region.atLeastMs ?? 0)) regions[id] = { ...region, atLeastMs, atLeastBy: 'light' };
    }
  }
  if (notes.length === 0 && Object.keys(regions).length === 0) return report;
  return { ...report, regions: { ...report.regions, ...regions }, notes: [...report.notes, ...notes] };
}
