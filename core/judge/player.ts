import type { RegionId } from '../model/map.ts';
import { pairOf } from '../strategy/steady/kinds.ts';
import { cover, noCoverage, type Coverage } from './coverage.ts';
import { asked, type Playback, type ReplayStep } from './playback.ts';

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

/** Between reports that are farther apart than this nobody knows how far a home was: a machine that slept. */
const longestGapMs = 600_000;

/** Follows one strategy. */
export interface Player {
  readonly playback: Playback;
  /** After the last step. */
  home(): RegionId | undefined;
  /** Holds its home of until now against another's, by the report of this step. */
  compare(step: ReplayStep, other: RegionId | undefined): void;
  go(step: ReplayStep): void;
  outcome(): WhatIfOutcome;
  comparison(): Pick<WhatIfComparison, 'recordedWorseMs' | 'comparedSeconds'>;
}

export function createPlayer(playback: Playback): Player {
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
