import { draw } from './draw.ts';
import type { AccessBursts } from './matrix.ts';

/** What the access line adds to one probe, ms; `Infinity` where it loses it. */
export type Access = (atMs: number, chance: number, lossChance: number) => number;

/** Salts of draws: where in the record a client begins. */
const offsetDraw = 11;

/**
 * Each probe draws from its burst: its best, and above it an exponential with the burst's mean, cut at its worst. All
 * regions of a client share the burst, not the draw.
 */
export function accessOf(bursts: AccessBursts, seed: number, client: number): Access {
  const count = bursts.best.length;
  const offset = Math.floor(draw(seed, client, offsetDraw) * count);
  return (atMs, chance, lossChance) => {
    const step = (offset + Math.floor(atMs / bursts.stepMs)) % count;
    if (lossChance < (bursts.lossRate[step] ?? 0)) return Infinity;
    const best = bursts.best[step] ?? 0;
    const excess = -Math.log(1 - chance) * Math.max(0, (bursts.mean[step] ?? 0) - best);
    return Math.min(best + excess, Math.max(best, bursts.worst[step] ?? Infinity));
  };
}
