import type { RegionId } from '../model/map.ts';
import type { Strategy } from '../model/strategy.ts';
import { pairOf } from '../strategy/steady/kinds.ts';
import { cover, noCoverage, type Coverage } from './coverage.ts';
import { asked, createPlayback, type Playback, type ReplayStep } from './playback.ts';
import { playbackOf } from './replay.ts';
import { TraceError } from './trace-error.ts';
import type { TraceSource } from './trace-lines.ts';
import { readTrace } from './trace-reader.ts';

/** What became of one strategy on a recorded day. */
export interface WhatIfOutcome {
  /** Changes of home within a network; the first choice is none. */
  readonly moves: number;
  /** Latency of its homes over the time in which it is known, ms. */
  readonly meanMs?: number;
  readonly knownSeconds: number;
  /** With a home that did not answer while others did. */
  readonly silentSeconds: number;
  /** Over all of its plans. */
  readonly plan: Coverage & { readonly share: number };
}

/** The same beside the recorded one. */
export interface WhatIfComparison extends WhatIfOutcome {
  /** By how many ms the recorded homes were farther than its own, over the time in which one kind measured both; below 0: nearer. */
  readonly recordedWorseMs?: number;
  readonly comparedSeconds: number;
}

export interface WhatIf {
  readonly reports: number;
  /** Ends of the first and the last report, epoch ms. */
  readonly from?: number;
  readonly to?: number;
  readonly recorded: WhatIfOutcome & { readonly strategy: string };
  /** By name. */
  readonly strategies: Readonly<Record<string, WhatIfComparison>>;
}

/** Between reports that are farther apart than this nobody knows how far a home was: a machine that slept. */
const longestGapMs = 600_000;

/**
 * What other strategies would have done over the recorded reports. A home is judged by what the next report says of it: the
 * one that chose it speaks for it, as the lowest of noisy figures is too low. They see what was recorded, not what their own
 * plans would have measured; `plan.share` says how much of those that is. Throws as `replay` does.
 */
export async function whatIf(source: TraceSource, { strategies }: { readonly strategies: readonly Strategy[] }): Promise<WhatIf> {
  let recorded: Player | undefined;
  let others: Player[] = [];
  let reports = 0;
  let from: number | undefined;
  let to: number | undefined;
  for await (const line of readTrace(source)) {
    if (line.type === 'trace') {
      const known = strategies.find(({ name }) => name === line.strategy);
      recorded = createPlayer(playbackOf(line, known));
      others = strategies.map((strategy) => createPlayer(strategy.name === line.strategy ? playbackOf(line, strategy) : createPlayback(strategy, { own: false })));
    }
    const step = recorded?.playback.take(line);
    const otherSteps = others.map(({ playback }) => playback.take(line));
    if (!recorded || !step) continue;
    reports++;
    from ??= step.at;
    to = step.at;
    // Both are judged before either goes on.
    for (const [index, other] of others.entries()) {
      const otherStep = otherSteps[index];
      if (otherStep) other.compare(otherStep, recorded.home());
    }
    recorded.go(step);
    for (const [index, other] of others.entries()) {
      const otherStep = otherSteps[index];
      if (otherStep) other.go(otherStep);
    }
  }
  if (!recorded) throw new TraceError(1, '', 'the trace is empty');
  const { strategy } = recorded.playback;
  return {
    reports,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    recorded: { strategy: strategy.name, ...recorded.outcome() },
    strategies: Object.fromEntries(others.map((other) => [other.playback.strategy.name, { ...other.outcome(), ...other.comparison() }])),
  };
}

/** Follows one strategy. */
interface Player {
  readonly playback: Playback;
  /** After the last step. */
  home(): RegionId | undefined;
  /** Holds its home of until now against another's, by the report of this step. */
  compare(step: ReplayStep, other: RegionId | undefined): void;
  go(step: ReplayStep): void;
  outcome(): WhatIfOutcome;
  comparison(): Pick<WhatIfComparison, 'recordedWorseMs' | 'comparedSeconds'>;
}

function createPlayer(playback: Playback): Player {
  const { strategy } = playback;
  let home: RegionId | undefined;
  let at: number | undefined;
  let moves = 0;
  let coverage = noCoverage;
  const known = { seconds: 0, sum: 0 };
  const compared = { seconds: 0, sum: 0 };
  let silentSeconds = 0;

  /** How long what was decided last has held, as far as anybody was there. */
  function secondsUntil({ at: now, context: { network } }: ReplayStep): number {
    const gapMs = at === undefined || network?.changed === true ? 0 : now - at;
    return gapMs > 0 && gapMs <= longestGapMs ? gapMs / 1_000 : 0;
  }

  function judge(step: ReplayStep): void {
    const { report: { regions } } = step;
    const region = home !== undefined && Object.hasOwn(regions, home) ? regions[home] : undefined;
    if (!region) return;
    const seconds = secondsUntil(step);
    if (region.latencyMs !== undefined) {
      known.seconds += seconds;
      known.sum += seconds * region.latencyMs;
    } else if (region.lost > 0 && Object.values(regions).some(({ latencyMs }) => latencyMs !== undefined)) {
      silentSeconds += seconds;
    }
  }

  function plan({ context, state, report, line }: ReplayStep): void {
    const begun = { ...context, now: report.at - report.durationMs, full: false };
    const plan = asked(strategy, line, () => strategy.plan(state, { ...begun, full: strategy.full(state, begun) }));
    coverage = cover(coverage, plan, report, context.map);
  }

  return {
    playback,
    home: () => home,
    compare(step, other) {
      const pair = home === undefined || other === undefined ? undefined : pairOf(step.report, other, home);
      if (!pair) return;
      const seconds = secondsUntil(step);
      compared.seconds += seconds;
      compared.sum += seconds * (pair.homeMs - pair.candidateMs);
    },
    go(step) {
      judge(step);
      plan(step);
      if (step.context.network?.changed === true) home = undefined;
      const { home: next } = step.decision;
      if (next !== undefined && home !== undefined && next !== home) moves++;
      home = next ?? home;
      ({ at } = step);
    },
    outcome: () => ({
      moves,
      ...(known.seconds > 0 && { meanMs: known.sum / known.seconds }),
      knownSeconds: known.seconds,
      silentSeconds,
      plan: { ...coverage, share: coverage.planned ? coverage.covered / coverage.planned : 1 },
    }),
    comparison: () => ({ ...(compared.seconds > 0 && { recordedWorseMs: compared.sum / compared.seconds }), comparedSeconds: compared.seconds }),
  };
}
