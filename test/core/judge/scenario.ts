import { choiceAlone } from '../../../core/judge/choice-alone.ts';
import { draw } from '../../../core/judge/draw.ts';
import { play } from '../../../core/judge/play.ts';
import { relaysOf } from '../../../core/judge/relays.ts';
import { createScorer } from '../../../core/judge/score.ts';
import type { World, WorldEvent } from '../../../core/judge/world.ts';
import { isUdpKind } from '../../../core/model/kind.ts';
import type { Strategy } from '../../../core/model/strategy.ts';

/** What befalls a client. Times in minutes since the start; regions by letter, from 0. */
export interface Scenario {
  readonly hours: number;
  /** Round trips in ms. Default: 10, 20, 30, 60, 120. */
  readonly baseMs?: readonly number[];
  /** Mean of what each probe reads high, ms. Default 0.3. */
  readonly jitterMs?: number;
  /** The truth at a time, from the base. `Infinity`: its connections do not work. */
  truth?(region: number, minute: number, baseMs: number): number;
  /** What probes read instead of the truth; `Infinity`: lost. `chance`: drawn for the probe, `reportChance` for all of that second. */
  reads?(region: number, minute: number, trueMs: number, chance: number, reportChance: number): number;
  readonly events?: readonly WorldEvent[];
  /** Whether the client holds a connection and sees it live. Default true. */
  readonly connected?: boolean;
}

/** What it came to, over all clients. */
export interface Outcome {
  /** Most and fewest moves of one client. */
  readonly most: number;
  readonly fewest: number;
  readonly useless: number;
  /** Mean seconds from when a better home existed to the move. */
  readonly seconds: number;
  readonly deadSeconds: number;
  /** Homes of the first client, by letter. */
  readonly homes: string;
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
const stepMs = 5_000;
const clients = 5;
const dayMs = 86_400_000;

/** What befalls a client comes so much later than to the one before it: at another moment of the plan's period, which is five minutes. */
const phaseMinutes = 1;

/** The scenario as five clients meet it, whose noise and pace differ. */
function worldOf({ hours, baseMs = [10, 20, 30, 60, 120], jitterMs = 0.3, truth = (_region, _minute, ms) => ms, reads = (_region, _minute, ms) => ms, events = [] }: Scenario): World {
  const durationMs = hours * 3_600_000;
  return {
    regions: baseMs.map((_, region) => letters[region] ?? ''), clients, durationMs, stepMs,
    client(index) {
      const minuteOf = (atMs: number): number => atMs / 60_000 - index * phaseMinutes;
      const truthMs = baseMs.map((ms, region) => Float64Array.from({ length: durationMs / stepMs }, (_, step) => truth(region, minuteOf(step * stepMs), ms)));
      return {
        truthMs, events: events.map((event) => ({ ...event, atMs: event.atMs + index * phaseMinutes * 60_000 })),
        probe(region, atMs, attempt, kind) {
          const slot = Math.floor(atMs / 1_000);
          const trueMs = truthMs[region]?.[Math.min(durationMs - 1, atMs) / stepMs | 0] ?? Infinity;
          if (!isUdpKind(kind)) return trueMs;
          const chance = draw(index, region, slot, attempt, 1);
          return reads(region, minuteOf(atMs), trueMs, chance, draw(index, slot, 2)) - Math.log(1 - draw(index, region, slot, attempt, 3)) * jitterMs;
        },
      };
    },
  };
}

/** Plays a scenario on netcheck's plan or the strategy's own. */
export function playScenario(strategy: Strategy, plan: 'netcheck' | 'own', scenario: Scenario): Outcome {
  const world = worldOf(scenario);
  const { connected = true } = scenario;
  const map = relaysOf(world.regions);
  const scorer = createScorer(world);
  const played = Array.from({ length: clients }, (_, index) => {
    const client = world.client(index);
    const one = play({ world, map, client, index, strategy: plan === 'own' ? strategy : choiceAlone(strategy), seed: 1, connected });
    scorer.add(client, one);
    return one.homes;
  });
  const score = scorer.score();
  const moves = played.map((homes) => homes.length - 1);
  const clientDays = (clients * world.durationMs) / dayMs;
  return {
    most: Math.max(...moves), fewest: Math.min(...moves),
    useless: Math.round(score.uselessMovesPerDay * clientDays),
    seconds: Math.round(score.rightMoves.meanSeconds),
    deadSeconds: Math.round(score.deadSecondsPerDay * clientDays),
    homes: played[0]?.map(({ region }) => letters[region] ?? '-').join('') ?? '',
  };
}
