import type { Prior } from '../../model/context.ts';
import type { Region, RegionId } from '../../model/map.ts';
import { own } from '../../model/own.ts';
import { ownWeight } from './constants.ts';
import type { Stand } from './stand.ts';

/** What somebody sees, in ms; undefined where it tells nothing. */
type Forecast = (id: RegionId) => number | undefined;

/** A region that was asked: what it took, or how long it has been silent. */
interface Told {
  readonly id: RegionId;
  readonly ms: number;
  readonly isSilent: boolean;
}

/**
 * The same regions, those first that are the most likely to be nearer than the nearest so far. Whoever the prior tells of,
 * the edge itself and others around it, is believed the more the better it foretold what was asked already: so the one
 * that sees what this client sees says where to look next, as in a search among neighbours (Meridian, SIGCOMM 2005).
 * What nothing tells of stays in the prior's order.
 */
export function likelyFirst(stand: Stand, held: readonly Region[]): Region[] {
  const { nearestMs, context: { prior } } = stand;
  const told = toldBy(stand);
  const voices = [{ weight: ownWeight, see: ofRecord(prior?.latencyMs) }, ...othersOf(prior).map((see) => ({ weight: 1, see }))].map(({ weight, see }) => fitted(weight, see, told, nearestMs));
  const score = new Map(held.map(({ id }) => [id, voices.reduce((sum, { weight, see }) => {
    const ms = see(id);
    return ms === undefined ? sum : sum + weight / (1 + Math.exp((ms - nearestMs) / (3 + 0.3 * Math.min(ms, nearestMs))));
  }, 0)]));
  return [...held].sort((a, b) => (score.get(b.id) ?? 0) - (score.get(a.id) ?? 0));
}

const ofRecord = (ms: Readonly<Record<RegionId, number>> = {}): Forecast => (id) => own(ms, id);

function othersOf({ vantages }: Partial<Prior> = {}): Forecast[] {
  const column = new Map(vantages?.regions.map((id, at) => [id, at]));
  return (vantages?.latencyMs ?? []).map((row) => (id) => row[column.get(id) ?? -1] ?? undefined);
}

const toldBy = ({ tries, latencyMs, elapsedMs }: Stand): Told[] => [...tries].map(([id, [first]]) => {
  const ms = latencyMs(id);
  return { id, ms: ms ?? elapsedMs - (first?.atMs ?? elapsedMs), isSilent: ms === undefined };
});

/**
 * How much a forecast counts by what was asked, and the forecast less what it is off by everywhere, as by the client's own
 * access. The scale of an error is 2 ms and a tenth of the nearest's round trip.
 */
function fitted(weight: number, see: Forecast, told: readonly Told[], nearestMs: number): { readonly weight: number; readonly see: Forecast } {
  const errors = told.flatMap(({ id, ms, isSilent }) => {
    const seen = see(id);
    return seen === undefined ? [] : [{ ms: ms - seen, isSilent }];
  });
  const heard = errors.flatMap(({ ms, isSilent }) => (isSilent ? [] : [ms])).sort((a, b) => a - b);
  const offMs = ((heard[heard.length >> 1] ?? 0) + (heard[(heard.length - 1) >> 1] ?? 0)) / 2;
  // A silent region may be as far as was foretold.
  const sumMs = errors.reduce((sum, { ms, isSilent }) => sum + (isSilent ? Math.max(0, ms - offMs) : Math.abs(ms - offMs)), 0);
  const error = (sumMs / Math.max(1, errors.length) + 0.3 * Math.abs(offMs)) / (2 + 0.1 * nearestMs);
  return {
    weight: weight / (1 + error ** 2) ** 2,
    see(id) {
      const ms = see(id);
      return ms === undefined ? undefined : Math.max(0, ms + offMs);
    },
  };
}
