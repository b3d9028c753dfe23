import type { RegionId } from '../../model/map.ts';
import { own } from '../../model/own.ts';
import { barMs, heardMs, mostBars, mostBarMs, provenMs } from './constants.ts';

/** Regions whose connection died although their probes may answer: no home until then. */
export type Bars = Readonly<Record<RegionId, Bar>>;

interface Bar {
  readonly until: number;
  /** How long it was, which the next one doubles. */
  readonly forMs: number;
}

/** Bars a region: ten minutes at first, twice as long whenever it dies again before it has lived as long as it was barred. */
export function bar(bars: Bars, id: RegionId, at: number): Bars {
  const before = bars[id];
  const forMs = Math.min(mostBarMs, before && at - before.until < before.forMs ? 2 * before.forMs : barMs);
  const kept = Object.entries(bars).filter(([other, { until, forMs: was }]) => other !== id && at - until < was);
  return Object.fromEntries([...kept.slice(1 - mostBars), [id, { until: at + forMs, forMs }]]);
}

/** Lifts the first bar of regions whose connection lives again, as somebody has tried: one that dies again is barred for as long as it is. */
export function lift(bars: Bars, heard: Readonly<Record<RegionId, number>>, at: number): Bars {
  let lifted = bars;
  for (const [id, { until, forMs }] of Object.entries(bars)) {
    const lives = Object.hasOwn(heard, id) && at - (heard[id] ?? -Infinity) < heardMs;
    if (lives && forMs === barMs && at < until && at - (until - forMs) >= provenMs) lifted = { ...lifted, [id]: { until: at, forMs } };
  }
  return lifted;
}

/** A clock that was set back must not bar for ever. */
export const isBarred = (bars: Bars, id: RegionId, at: number): boolean => {
  const found = own(bars, id);
  return found !== undefined && at < found.until && found.until - at <= found.forMs;
};
