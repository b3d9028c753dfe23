import type { Place } from '../../core/choice/light.ts';
import { leastRttMs } from '../../core/choice/light.ts';
import type { RegionId, RelayMap } from '../../core/model/map.ts';
import type { Note } from '../../core/model/report.ts';
import type { PlacedRegion } from './placed-regions.ts';
import { placedRegions } from './placed-regions.ts';
import type { Point } from './sphere.ts';
import { kmBetween, pointOf } from './sphere.ts';

/** What cannot be as it was measured. */
export interface Impossible {
  /** Regions that answered sooner than light could have been there and back. */
  readonly regions: readonly RegionId[];
  /** Regions far from one another answered within a breath: one thing answers for all. */
  readonly allEqual: boolean;
  /** The same in words. */
  readonly notes: readonly Note[];
}

interface Measured {
  readonly region: PlacedRegion;
  readonly latencyMs: number;
}

/** Clocks have steps of 1 ms in Workers, and what light needs is reckoned from rounded places. */
const slackMs = 1;
const slackKm = 100;
/** Round trips within this of one another say "the same". */
const equalMs = 1;
/** So many regions, so far apart, are never equally near to anybody. */
const fewestEqual = 4;
const equalKm = 2_000;

const because = 'a proxy, a VPN or anycast stands in the path, or a place is wrong';

/**
 * Holds round trips against the speed of light: from `place`, where it is known, and between the relays themselves, which
 * no measuring place can escape: two round trips make at least the way from one relay to the other and back.
 *
 * @param options.placeSlackKm how far `place` may be off. 0 for a data centre, hundreds for a client's address.
 */
export function impossible(options: { readonly map: RelayMap; readonly latencyMs: Readonly<Record<RegionId, number>>; readonly place?: Place; readonly placeSlackKm?: number }): Impossible {
  const { map, place, placeSlackKm = 0 } = options;
  const measured = measuredOf(map, options.latencyMs);
  const [first] = measured;
  if (!first) return { regions: [], allEqual: false, notes: [] };
  const nearest = measured.reduce((best, one) => (best.latencyMs <= one.latencyMs ? best : one), first);
  const from = place && pointOf(place);
  const fast: (Measured & { readonly needMs: number })[] = [];
  for (const one of measured) {
    const fromPlaceMs = from ? leastMs(one.region.point, from, slackKm + placeSlackKm) : 0;
    const fromNearestMs = leastMs(one.region.point, nearest.region.point, slackKm) - nearest.latencyMs;
    const needMs = Math.max(fromPlaceMs, fromNearestMs) - slackMs;
    if (one.latencyMs < needMs) fast.push({ ...one, needMs });
  }
  const allEqual = areAllEqual(measured);
  const notes = fast.map(({ region: { code }, latencyMs, needMs }): Note => ({ code: 'faster-than-light', message: `${code} answered in ${whole(latencyMs)} ms where light needs ${whole(needMs)} ms at least: ${because}` }));
  if (allEqual) notes.push({ code: 'equally-near', message: `${measured.length} regions far from one another answered within ${equalMs} ms of the same: ${because}` });
  return { regions: fast.map(({ region: { id } }) => id), allEqual, notes };
}

function measuredOf(map: RelayMap, latencyMs: Readonly<Record<RegionId, number>>): Measured[] {
  const found: Measured[] = [];
  for (const region of placedRegions(map)) {
    const ms = Object.hasOwn(latencyMs, region.id) ? latencyMs[region.id] : undefined;
    if (ms !== undefined) found.push({ region, latencyMs: ms });
  }
  return found;
}

/** A few that answered first are alike because they are neighbours: they must lie apart as well. */
function areAllEqual(measured: readonly Measured[]): boolean {
  const all = measured.map(({ latencyMs }) => latencyMs);
  const first = measured[0];
  if (!first || measured.length < fewestEqual || Math.max(...all) - Math.min(...all) > equalMs) return false;
  return measured.some(({ region }) => kmBetween(region.point, first.region.point) > equalKm);
}

const leastMs = (from: Point, to: Point, offKm: number): number => leastRttMs(Math.max(0, kmBetween(from, to) - offKm));

const whole = (ms: number): string => (ms < 1 ? 'less than 1' : Math.round(ms).toString());
