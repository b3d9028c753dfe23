import { latencyFactor, allowedRegions } from '../../core/choice/preferences.ts';
import type { Place } from '../../core/choice/light.ts';
import { placeOf } from '../../core/choice/light.ts';
import type { Vantages } from '../../core/model/context.ts';
import type { RegionId, RelayMap } from '../../core/model/map.ts';
import { regionById } from '../../core/model/map.ts';
import type { Note } from '../../core/model/report.ts';
import type { LocationFacts } from '../storage/store.ts';
import { edgeEstimate } from './edge-estimate.ts';
import type { Location } from './facts.ts';
import { impossible } from './impossible.ts';
import { probeOrder } from './order.ts';
import { weightedMedian } from './robust.ts';
import { vantagesOf } from './vantages.ts';
import { voicesOf } from './voices.ts';

/** Where a client that has measured nothing should look first. */
export interface Hint {
  /**
   * Every region that may be home, in the order to probe: first the one that is most likely the nearest, then those that are
   * it where the ones before are not; those that seem dead last. Not quite the order of `latencyMs`.
   */
  readonly ranked: readonly RegionId[];
  /** What each may take, as far as that was measured or reported. An estimate, not the client's own. */
  readonly latencyMs?: Readonly<Record<RegionId, number>>;
  /** What some networks of its clients see of the first few. */
  readonly vantages?: Vantages;
  /** Of the newest measurement that it rests on; 0 where it rests on places. */
  readonly ageMs: number;
  /** `measured`: by this location. `clients`: the same, corrected by what its clients reported. `place`: by distances, else in the map's order. */
  readonly basis: 'measured' | 'clients' | 'place';
  /** What here cannot be as it was measured, in words. */
  readonly notes?: readonly Note[];
}

export interface HintOptions {
  readonly map: RelayMap;
  /** Not to be changed in place. */
  readonly facts: LocationFacts;
  readonly location: Location;
  /** As far as the platform tells: the hash of its network, as reports of today carry it, and its place. */
  readonly client?: { readonly network?: string; readonly place?: Place };
  /** Epoch ms. */
  readonly now: number;
}

/** Reports of yesterday tell of another day. */
const reportMaxAgeMs = 86_400_000;

/**
 * The order in which a client that has measured nothing should probe: from the location's own round trips and from what
 * its clients reported, those near the client and of its network above all; without either, from places. The map's
 * `noHome` and `avoid` are obeyed, its latency factors applied.
 */
export function rankHint({ map, facts, location, client, now }: HintOptions): Hint {
  const allowed = new Set(allowedRegions(map, undefined));
  const regions = map.regions.flatMap((region) => (allowed.has(region.id) ? [{ ...region, factor: latencyFactor(region, undefined) }] : []));
  const estimate = edgeEstimate({ regions, facts, location, now, ...(client?.place && { place: client.place }) });
  const reports = facts.reports.filter(({ at }) => now - at <= reportMaxAgeMs).sort((a, b) => b.at - a.at);
  const voices = voicesOf({ regions, estimate }, reports, client);
  const { order, excessMs } = probeOrder(voices);
  const nearestMs = weightedMedian(voices.map((voice) => voice.nearestMs), voices.map(({ weight }) => weight)) ?? Infinity;
  const isCorrected = voices.length > 1;
  const basis = isCorrected ? 'clients' : estimate.byPlace ? 'place' : 'measured';
  // The dead behind what is merely unknown.
  const ranked = order.flatMap((at) => regions[at]?.id ?? []).sort((a, b) => Number(isDead(a)) - Number(isDead(b)));
  const latencyMs = Object.fromEntries(regions.flatMap(({ id, factor }, at) => {
    const ms = (nearestMs + (excessMs[at] ?? Infinity)) / factor;
    return ms < Infinity && (isCorrected || estimate.measured.has(id)) ? [[id, Math.max(0.1, Math.round(ms * 10) / 10)]] : [];
  }));
  const newestAt = Math.max(estimate.measuredAt ?? -Infinity, isCorrected ? (reports[0]?.at ?? -Infinity) : -Infinity);
  const vantages = vantagesOf(voices, order, regions);
  const notes = notesOf(map, location, facts, estimate.measured);
  return {
    ranked,
    ...(basis !== 'place' && { latencyMs }),
    ...(vantages && { vantages }),
    ageMs: basis === 'place' ? 0 : Math.max(0, now - newestAt),
    basis,
    ...(notes.length > 0 && { notes }),
  };

  function isDead(id: RegionId): boolean {
    return estimate.dead.has(id) && excessMs[regions.findIndex((region) => region.id === id)] === Infinity;
  }
}

function notesOf(map: RelayMap, location: Location, facts: LocationFacts, measured: ReadonlySet<RegionId>): readonly Note[] {
  const latencyMs = Object.fromEntries([...measured].flatMap((id) => {
    const ms = regionById(map, id) && facts.sweep?.regions[id]?.latencyMs;
    return ms === undefined ? [] : [[id, ms]];
  }));
  const place = placeOf(location);
  return impossible({ map, latencyMs, ...(place && { place }) }).notes;
}
