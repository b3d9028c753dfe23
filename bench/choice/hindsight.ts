import type { Played } from '../../core/judge/play.ts';
import { lowestOf } from '../../core/judge/score.ts';
import type { ClientWorld, World } from '../../core/judge/world.ts';

/** What a move costs here, ms·s: 3 ms for a thousand seconds are worth one. */
const moveCost = 3_000;
/** A second on a dead home, as if it were so many ms away. */
const deadMs = 1_000;

/**
 * The cheapest homes for one who knows the future, at that price of a move: dynamic programming over the truth. No rule can do
 * better on regret and moves together; it shows how much is left to win.
 */
export function hindsight({ stepMs, durationMs }: World, client: ClientWorld): Played {
  const { truthMs } = client;
  const best = lowestOf(truthMs);
  const regions = truthMs.length;
  const came = Array.from({ length: best.length }, () => new Int16Array(regions));
  let cost = new Float64Array(regions);
  for (let step = 0; step < best.length; step++) {
    let cheapest = 0;
    for (let region = 1; region < regions; region++) if ((cost[region] ?? 0) < (cost[cheapest] ?? 0)) cheapest = region;
    const next = new Float64Array(regions);
    for (let region = 0; region < regions; region++) {
      const moves = step > 0 && (cost[region] ?? 0) > (cost[cheapest] ?? 0) + moveCost;
      const row = came[step];
      if (row) row[region] = moves ? cheapest : region;
      const extraMs = Math.min(deadMs, best[step] === Infinity ? 0 : (truthMs[region]?.[step] ?? Infinity) - (best[step] ?? 0));
      next[region] = (moves ? (cost[cheapest] ?? 0) + moveCost : (cost[region] ?? 0)) + (extraMs * stepMs) / 1_000;
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
