import type { Played } from '../../core/judge/play.ts';
import { lowestOf } from '../../core/judge/score.ts';
import type { ClientWorld, World } from '../../core/judge/world.ts';

/** What a move costs here, ms·s: 3 ms for a thousand seconds are worth one. */
const moveCost = 3_000;
/** A second on a dead home, as if it were so many ms away. */
const deadMs = 1_000;

/** What counts as a move in vain, unless the old home is dead: less than this is gained, as `uselessMovesPerDay` has it. */
const leastGainMs = 2;

/**
 * The cheapest homes for one who knows the future, at that price of a move: dynamic programming over the truth. No rule can do
 * better on regret and moves together; it shows how much is left to win. `useful`: that one makes no move in vain.
 */
export function hindsight({ stepMs, durationMs }: World, client: ClientWorld, { useful = false }: { readonly useful?: boolean } = {}): Played {
  const { truthMs } = client;
  const best = lowestOf(truthMs);
  const regions = truthMs.length;
  const came = Array.from({ length: best.length }, () => new Int16Array(regions));
  let cost = new Float64Array(regions);
  for (let step = 0; step < best.length; step++) {
    const at = (region: number): number => truthMs[region]?.[step] ?? Infinity;
    const next = new Float64Array(regions);
    for (let region = 0; region < regions; region++) {
      let from = region;
      let least = cost[region] ?? 0;
      for (let other = 0; step > 0 && other < regions; other++) {
        const moved = (cost[other] ?? 0) + moveCost;
        if (other === region || moved >= least || (useful && at(other) < at(region) + leastGainMs)) continue;
        from = other;
        least = moved;
      }
      const row = came[step];
      if (row) row[region] = from;
      const extraMs = Math.min(deadMs, best[step] === Infinity ? 0 : at(region) - (best[step] ?? 0));
      next[region] = least + (extraMs * stepMs) / 1_000;
    }
    cost = next;
  }
  let region = cost.indexOf(Math.min(...cost));
  const homes: { atMs: number; region: number }[] = [];
  for (let step = best.length - 1; step >= 0; step--) {
    const from = came[step]?.[region] ?? region;
    if (step === 0 || from !== region) homes.unshift({ atMs: step * stepMs, region });
    region = from;
  }
  return { homes: homes.filter(({ atMs }) => atMs < durationMs), decisions: [], asleep: [], reports: 0, udp: { packets: 0, bytes: 0 }, estimated: { packets: 0, bytes: 0 } };
}
