import type { Played } from './play.ts';
import { toleranceMs } from './play.ts';
import type { ClientWorld, World } from './world.ts';

/** What a strategy's homes came to, per client and day where that makes sense. Times are in ms unless a name says otherwise. */
export interface Score {
  /** Changes of home; the first choice is none. */
  readonly movesPerDay: number;
  /** The old home worked, and the new one was not at least 2 ms nearer in truth. */
  readonly uselessMovesPerDay: number;
  /** Truth of the home less truth of the nearest region, over the time in which the home works. */
  readonly meanRegretMs: number;
  readonly p95RegretMs: number;
  readonly p99RegretMs: number;
  /** From when a home more than 2 ms nearer exists until a move to within 2 ms of the nearest: how often that came, and how long it took. */
  readonly rightMoves: { readonly count: number; readonly meanSeconds: number; readonly medianSeconds: number };
  /** With a home that does not work while another region does. */
  readonly deadSecondsPerDay: number;
  readonly packetsPerDay: number;
  readonly bytesPerDay: number;
  /** Packets and bytes of other kinds than UDP, by a table. */
  readonly estimatedPacketsPerDay: number;
  readonly estimatedBytesPerDay: number;
  readonly reportsPerDay: number;
  /** Of the decisions that were at least so sure, the share that was right. */
  readonly calibration: readonly { readonly sure: number; readonly decisions: number; readonly right: number }[];
}

/** Adds up what was played. */
export interface Scorer {
  add(client: ClientWorld, played: Played): void;
  score(): Score;
}

const dayMs = 86_400_000;
const calibrationLevels = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99];

export function createScorer({ stepMs, durationMs }: Pick<World, 'stepMs' | 'durationMs'>): Scorer {
  const regret = createHistogram();
  const secondsToMove: number[] = [];
  const calibration = calibrationLevels.map((sure) => ({ sure, decisions: 0, right: 0 }));
  const sums = { clientMs: 0, moves: 0, useless: 0, deadMs: 0, reports: 0, packets: 0, bytes: 0, estimatedPackets: 0, estimatedBytes: 0 };

  function addHomes({ truthMs }: ClientWorld, { homes, asleep }: Played): void {
    const best = lowestOf(truthMs);
    const awake = awakeShare(best.length, stepMs, asleep);
    let worseSinceMs: number | undefined;
    for (const [place, { atMs, region }] of homes.entries()) {
      const home = truthMs[region];
      const old = truthMs[homes[place - 1]?.region ?? -1];
      const untilMs = Math.min(homes[place + 1]?.atMs ?? durationMs, durationMs);
      const first = Math.min(best.length - 1, Math.floor(atMs / stepMs));
      if (place > 0) sums.moves++;
      if (old && home && (old[first] ?? Infinity) < Infinity && (home[first] ?? Infinity) > (old[first] ?? Infinity) - toleranceMs) sums.useless++;
      if (!home) continue;
      for (let step = first; step < best.length && step * stepMs < untilMs; step++) {
        const fromMs = Math.max(atMs, step * stepMs);
        const weightMs = (Math.min(untilMs, (step + 1) * stepMs) - fromMs) * (awake[step] ?? 1);
        const bestMs = best[step] ?? Infinity;
        const extraMs = (home[step] ?? Infinity) - bestMs;
        if (bestMs === Infinity) continue;
        if (extraMs === Infinity) sums.deadMs += weightMs;
        else regret.add(extraMs, weightMs);
        if (extraMs <= toleranceMs) {
          // Ended by a move; a nearer home that went away again is no move's merit.
          if (worseSinceMs !== undefined && step === first && place > 0) secondsToMove.push((fromMs - worseSinceMs) / 1_000);
          worseSinceMs = undefined;
        } else if (weightMs > 0) {
          worseSinceMs ??= fromMs;
        }
      }
    }
  }

  return {
    add(client, played) {
      sums.clientMs += durationMs - played.asleep.reduce((sum, { forMs }) => sum + forMs, 0);
      sums.reports += played.reports;
      sums.packets += played.udp.packets;
      sums.bytes += played.udp.bytes;
      sums.estimatedPackets += played.estimated.packets;
      sums.estimatedBytes += played.estimated.bytes;
      for (const { sure, right } of played.decisions) {
        for (const level of calibration) {
          if (sure < level.sure) break;
          level.decisions++;
          if (right) level.right++;
        }
      }
      addHomes(client, played);
    },
    score() {
      const days = sums.clientMs / dayMs || 1;
      secondsToMove.sort((a, b) => a - b);
      const count = secondsToMove.length;
      return {
        movesPerDay: sums.moves / days,
        uselessMovesPerDay: sums.useless / days,
        meanRegretMs: regret.mean(),
        p95RegretMs: regret.quantile(0.95),
        p99RegretMs: regret.quantile(0.99),
        rightMoves: { count, meanSeconds: count ? secondsToMove.reduce((sum, value) => sum + value, 0) / count : 0, medianSeconds: secondsToMove[count >> 1] ?? 0 },
        deadSecondsPerDay: sums.deadMs / 1_000 / days,
        packetsPerDay: sums.packets / days,
        bytesPerDay: sums.bytes / days,
        estimatedPacketsPerDay: sums.estimatedPackets / days,
        estimatedBytesPerDay: sums.estimatedBytes / days,
        reportsPerDay: sums.reports / days,
        calibration: calibration.filter(({ decisions }) => decisions > 0).map(({ sure, decisions, right }) => ({ sure, decisions, right: right / decisions })),
      };
    },
  };
}

const lowestKnown = new WeakMap<readonly ArrayLike<number>[], Float64Array>();

/** The truth of the nearest region by step. Clients are played under several strategies in a row. */
export function lowestOf(truthMs: readonly ArrayLike<number>[]): Float64Array {
  const known = lowestKnown.get(truthMs);
  if (known) return known;
  const lowest = new Float64Array(truthMs[0]?.length ?? 0).fill(Infinity);
  for (const region of truthMs) for (let step = 0; step < lowest.length; step++) lowest[step] = Math.min(lowest[step] ?? Infinity, region[step] ?? Infinity);
  lowestKnown.set(truthMs, lowest);
  return lowest;
}

/** How much of each step the client is awake. */
function awakeShare(steps: number, stepMs: number, asleep: Played['asleep']): Float64Array {
  const awake = new Float64Array(asleep.length ? steps : 0).fill(1);
  for (const { atMs, forMs } of asleep) {
    for (let step = Math.floor(atMs / stepMs); step < steps && step * stepMs < atMs + forMs; step++) {
      const overlapMs = Math.min(atMs + forMs, (step + 1) * stepMs) - Math.max(atMs, step * stepMs);
      awake[step] = (awake[step] ?? 1) - overlapMs / stepMs;
    }
  }
  return awake;
}

/** Weighted values in cells that are 1 % wide above 0.05 ms, so that a quantile is right to a percent. */
function createHistogram(): { add(value: number, weight: number): void; mean(): number; quantile(share: number): number } {
  const floorMs = 0.05;
  const growth = Math.log(1.01);
  const cells = new Map<number, number>();
  let weights = 0;
  let sum = 0;
  return {
    add(value, weight) {
      const cell = value < floorMs ? 0 : 1 + Math.floor(Math.log(value / floorMs) / growth);
      cells.set(cell, (cells.get(cell) ?? 0) + weight);
      weights += weight;
      sum += value * weight;
    },
    mean: () => (weights ? sum / weights : 0),
    quantile(share) {
      let left = share * weights;
      for (const [cell, weight] of [...cells].sort(([a], [b]) => a - b)) {
        left -= weight;
        if (left <= 0) return cell === 0 ? 0 : floorMs * Math.exp((cell - 0.5) * growth);
      }
      return 0;
    },
  };
}
