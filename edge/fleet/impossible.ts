import type { Place } from '../../core/choice/light.ts';
import { distanceKm, leastRttMs, placeOf } from '../../core/choice/light.ts';
import type { RegionId, RelayMap } from '../../core/model/map.ts';
import { isLocal } from '../../core/model/map.ts';
import type { Note } from '../../core/model/report.ts';

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
  readonly id: RegionId;
  readonly code: string;
  readonly place: Place;
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
  const measured = isLocal(map) ? [] : measuredAt(map, options.latencyMs);
  const nearest = measured.reduce<Measured | undefined>((best, one) => (best && best.latencyMs <= one.latencyMs ? best : one), undefined);
  const fast = measured.flatMap((one) => {
    const fromPlaceMs = place ? leastMs(one.place, place, slackKm + placeSlackKm) : 0;
    const fromNearestMs = nearest ? leastMs(one.place, nearest.place, slackKm) - nearest.latencyMs : 0;
    const needMs = Math.max(fromPlaceMs, fromNearestMs) - slackMs;
    return one.latencyMs < needMs ? [{ ...one, needMs }] : [];
  });
  const allEqual = areAllEqual(measured);
  const notes = fast.map(({ code, latencyMs, needMs }): Note => ({ code: 'faster-than-light', message: `${code} answered in ${whole(latencyMs)} ms where light needs ${whole(needMs)} ms at least: ${because}` }));
  if (allEqual) notes.push({ code: 'equally-near', message: `${measured.length} regions far from one another answered within ${equalMs} ms of the same: ${because}` });
  return { regions: fast.map(({ id }) => id), allEqual, notes };
}

function measuredAt(map: RelayMap, latencyMs: Readonly<Record<RegionId, number>>): Measured[] {
  return map.regions.flatMap((region) => {
    const place = placeOf(region);
    const ms = Object.hasOwn(latencyMs, region.id) ? latencyMs[region.id] : undefined;
    return place && ms !== undefined ? [{ id: region.id, code: region.code, place, latencyMs: ms }] : [];
  });
}

/** A few that answered first are alike because they are neighbours: they must lie apart as well. */
function areAllEqual(measured: readonly Measured[]): boolean {
  const all = measured.map(({ latencyMs }) => latencyMs);
  const first = measured[0];
  if (!first || measured.length < fewestEqual || Math.max(...all) - Math.min(...all) > equalMs) return false;
  return measured.some(({ place }) => distanceKm(place, first.place) > equalKm);
}

const leastMs = (from: Place, to: Place, offKm: number): number => leastRttMs(Math.max(0, distanceKm(from, to) - offKm));

const whole = (ms: number): string => (ms < 1 ? 'less than 1' : Math.round(ms).toString());
