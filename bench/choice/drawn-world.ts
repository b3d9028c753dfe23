import type { ClientWorld, World } from '../../core/judge/world.ts';
import { draw } from '../../core/judge/draw.ts';
import { isUdpKind, type Kind } from '../../core/model/kind.ts';

/** What befalls the clients of a drawn world. Rates are a day. */
export interface Climate {
  /** Mean of the exponential that every probe reads high, ms. */
  readonly jitterMs: number;
  /** Share of probes that meet a queue somewhere, and its mean, ms. */
  readonly spikeRate: number;
  readonly spikeMs: number;
  readonly lossRate: number;
  /** The own line queues for minutes, all regions alike. */
  readonly bloats: number;
  readonly bloatMs: number;
  /** A path of one region gets slower or faster for good, by so much on average. */
  readonly shifts: number;
  readonly shiftMs: number;
  /** A path of one region queues or loses for minutes to an hour. */
  readonly spells: number;
  readonly spellMs: number;
  /** Times of day: so much on top at the worst hour, differing by path. */
  readonly diurnalMs: number;
  /** A region is gone, for 1 to 30 min; a share of them still answers STUN. */
  readonly deaths: number;
  readonly zombieShare: number;
  /** All times change at once, unnoticed. */
  readonly upheavals: number;
}

const quiet: Climate = { jitterMs: 0.2, spikeRate: 0.005, spikeMs: 15, lossRate: 0.001, bloats: 0, bloatMs: 0, shifts: 0.5, shiftMs: 4, spells: 2, spellMs: 4, diurnalMs: 1, deaths: 0.1, zombieShare: 0.3, upheavals: 0 };

export const climates: Readonly<Record<string, Climate>> = {
  wired: quiet,
  wifi: { ...quiet, jitterMs: 2, spikeRate: 0.05, spikeMs: 40, lossRate: 0.01, bloats: 4, bloatMs: 60, spells: 4, shifts: 1, shiftMs: 6 },
  cellular: { ...quiet, jitterMs: 10, spikeRate: 0.08, spikeMs: 80, lossRate: 0.02, bloats: 6, bloatMs: 120, spells: 4, spellMs: 10, shifts: 1, shiftMs: 10 },
  rough: { ...quiet, jitterMs: 1, spikeRate: 0.03, spikeMs: 40, lossRate: 0.01, bloats: 3, bloatMs: 50, shifts: 4, shiftMs: 12, spells: 12, spellMs: 15, diurnalMs: 4, deaths: 2, upheavals: 0.5 },
};

const stepMs = 10_000;
const dayMs = 86_400_000;
const slotMs = 1_000;

/** A source of chance for one client. */
function dice(seed: number, client: number): { next(): number; exponential(mean: number): number } {
  let count = 0;
  const next = (): number => draw(seed, client, count++, 7);
  return { next, exponential: (mean) => -Math.log(1 - next()) * mean };
}

/** A world of clients with floors, level shifts, spells, queues of their own line, loss and dead relays. Seeded. */
export function drawnWorld(climate: Climate, { seed = 1, clients = 60, regions = 16, hours = 24 }: { readonly seed?: number; readonly clients?: number; readonly regions?: number; readonly hours?: number } = {}): World {
  const durationMs = hours * 3_600_000;
  return {
    regions: Array.from({ length: regions }, (_, index) => `r${index + 1}`),
    clients, durationMs, stepMs,
    client: (index) => drawnClient(climate, { seed, index, regions, durationMs }),
  };
}

function drawnClient(climate: Climate, { seed, index, regions, durationMs }: { readonly seed: number; readonly index: number; readonly regions: number; readonly durationMs: number }): ClientWorld {
  const { next, exponential } = dice(seed, index);
  const steps = Math.ceil(durationMs / stepMs);
  const days = durationMs / dayMs;
  const times = (rate: number): number[] => Array.from({ length: Math.floor(rate * days + next()) }, () => Math.floor(next() * steps));
  const baseMs = (): number => 6 * 40 ** next();
  const truthMs = Array.from({ length: regions }, () => new Float64Array(steps).fill(baseMs()));
  /** What its STUN says although the region does not work. */
  const zombie = Array.from({ length: regions }, () => new Map<number, number>());
  const spellLoss = Array.from({ length: regions }, () => new Float32Array(steps));

  for (const step of times(climate.upheavals)) for (const truth of truthMs) truth.fill(baseMs(), step);
  for (const truth of truthMs) {
    const phase = next();
    const depth = exponential(climate.diurnalMs);
    // Shifts, spells and deaths per region are so many a day over the four regions that matter, more or less.
    for (const step of times(climate.shifts / 4)) {
      const by = exponential(climate.shiftMs) * (next() < 0.5 ? -1 : 1);
      for (let at = step; at < steps; at++) truth[at] = Math.max(3, (truth[at] ?? 0) + by);
    }
    for (let at = 0; at < steps; at++) truth[at] = (truth[at] ?? 0) + depth * Math.max(0, Math.sin(2 * Math.PI * ((at * stepMs) / dayMs + phase))) ** 2;
  }
  for (const [region, truth] of truthMs.entries()) {
    for (const step of times(climate.spells / 4)) {
      const by = exponential(climate.spellMs);
      const until = Math.min(steps, step + Math.ceil(exponential(60)));
      const loss = next() < 0.2 ? next() * 0.4 : 0;
      for (let at = step; at < until; at++) {
        truth[at] = (truth[at] ?? 0) + by;
        spellLoss[region]?.fill(loss, step, until);
      }
    }
    for (const step of times(climate.deaths / 4)) {
      const until = Math.min(steps, step + 6 + Math.ceil(next() * 174));
      const answers = next() < climate.zombieShare;
      for (let at = step; at < until; at++) {
        if (answers) zombie[region]?.set(at, truth[at] ?? 0);
        truth[at] = Infinity;
      }
    }
  }
  const bloat = new Float32Array(steps);
  for (const step of times(climate.bloats)) bloat.fill(exponential(climate.bloatMs), step, Math.min(steps, step + Math.ceil(exponential(18))));

  return {
    truthMs,
    probe(region, atMs, attempt, kind: Kind) {
      const step = Math.max(0, Math.min(steps - 1, Math.floor(atMs / stepMs)));
      const slot = Math.floor(atMs / slotMs);
      const chance = (salt: number): number => draw(seed, index * 4_096 + region, slot, attempt, salt);
      const works = truthMs[region]?.[step] ?? Infinity;
      const trueMs = works < Infinity ? works : isUdpKind(kind) ? (zombie[region]?.get(step) ?? Infinity) : Infinity;
      if (isUdpKind(kind) && chance(1) < climate.lossRate + (spellLoss[region]?.[step] ?? 0)) return Infinity;
      const spike = chance(2) < climate.spikeRate ? -Math.log(1 - chance(3)) * climate.spikeMs : 0;
      // The own queue moves within seconds; all regions stand in it alike.
      const queue = (bloat[step] ?? 0) * (0.5 + draw(seed, index, slot, 4));
      return trueMs + queue - Math.log(1 - chance(5)) * climate.jitterMs + spike;
    },
  };
}
