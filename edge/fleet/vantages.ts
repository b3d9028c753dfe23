import type { Vantages } from '../../core/model/context.ts';
import type { RegionId } from '../../core/model/map.ts';
import type { Voice } from './voices.ts';

/** Together not 2 kB of a hint. */
const mostVantages = 16;
const mostRegions = 24;
/** Of so many networks, those near the client first, the ones that are told stand for the others. */
const mostHeld = 64;
/** One stands for another if they see the regions less apart than this, of each region at most twice that. */
const alikeMs = 15;
const mostApartMs = 2 * alikeMs;
/** What one stands for is others. Of itself so much counts: who says what nobody else does comes last. */
const ownShare = 0.1;

/**
 * What networks of the location's clients see of the regions that come first, for a client to find those that see what it
 * sees. Each one that is told brings the others nearest to some that is (greedy k-medians), so that a few stand for all, and
 * wild ones for themselves alone. Whole ms, and nothing that says whose they are. Undefined where nobody reported.
 */
export function vantagesOf(voices: readonly Voice[], order: readonly number[], regions: readonly { readonly id: RegionId; readonly factor: number }[]): Vantages | undefined {
  const columns = order.slice(0, mostRegions);
  const held = voices.slice(1).sort((a, b) => b.weight - a.weight).slice(0, mostHeld).map(({ weight, nearestMs, excessMs }) => ({
    weight,
    row: columns.map((at) => Math.round((nearestMs + (excessMs[at] ?? Infinity)) / (regions[at]?.factor ?? 1))),
  }));
  const apartMs = held.map((one) => held.map((other) => apart(one.row, other.row)));
  let lackMs = held.map(() => alikeMs);
  const latencyMs: (number | null)[][] = [];
  while (latencyMs.length < mostVantages) {
    let best = -1;
    let bestGain = 0;
    for (const [index, ms] of apartMs.entries()) {
      const gain = held.reduce((sum, { weight }, at) => sum + weight * (at === index ? ownShare : 1) * Math.max(0, (lackMs[at] ?? 0) - (ms[at] ?? 0)), 0);
      if (gain > bestGain) [best, bestGain] = [index, gain];
    }
    const chosen = held[best];
    if (!chosen) break;
    // What a network did not ask is what the location believes, and below nothing where that cannot be.
    latencyMs.push(chosen.row.map((ms) => (ms >= 0 && ms < Infinity ? ms : null)));
    lackMs = lackMs.map((ms, at) => Math.min(ms, apartMs[best]?.[at] ?? ms));
  }
  return latencyMs.length > 0 ? { regions: columns.flatMap((at) => regions[at]?.id ?? []), latencyMs } : undefined;
}

/** How differently two see the regions, on average. */
const apart = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, ms, at) => sum + (ms === other[at] ? 0 : Math.min(mostApartMs, Math.abs(ms - (other[at] ?? Infinity)))), 0) / Math.max(1, one.length);
