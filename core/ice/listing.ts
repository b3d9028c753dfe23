import type { Region } from '../model/map.ts';
import type { Keeper } from './keeper.ts';

export interface ListingInput {
  /** The nearest first. */
  readonly wanted: readonly Region[];
  /** Those that are listed now. */
  readonly listed: readonly Region[];
  readonly keeper: Pick<Keeper, 'of' | 'isAwaited' | 'ageMs'>;
  /** Nothing was ever listed. */
  readonly isFirst: boolean;
}

/** The first servers wait so long for the fallbacks' credentials once the nearest region has its own. */
const graceMs = 250;

/** Which regions to list, or how long to leave everything as it is, in ms; Infinity: until something happens. */
export function listing({ wanted, listed, keeper, isFirst }: ListingInput): readonly Region[] | number {
  const isGood = (region: Region): boolean => keeper.of(region) !== undefined;
  const [nearest] = wanted;
  const isWhole = listed.length > 0 && listed.every(isGood);
  // A request has its bound. Until then those that are listed stay, also with new credentials.
  if (!nearest || keeper.isAwaited(nearest)) return isWhole ? listed : Infinity;
  if (wanted.some(keeper.isAwaited)) {
    if (isFirst) {
      if (!isGood(nearest)) return Infinity;
      const leftMs = graceMs - keeper.ageMs(nearest);
      if (leftMs > 0) return leftMs;
    } else if (isWhole && listed[0] === nearest) return listed;
  }
  // Until the new ones have credentials those that are listed serve as fallbacks.
  return [...wanted, ...listed.filter((region) => !wanted.includes(region))].filter(isGood).slice(0, wanted.length);
}
