import type { Context } from './context.ts';
import type { Decision } from './decision.ts';
import type { NodeName } from './map.ts';
import type { ProbePlan, ProbeSet } from './plan.ts';
import type { Report } from './report.ts';

/**
 * All judgement: what to send, when to stop, which region, when next. Pure; its state is JSON.
 * The runner knows sockets, pacing and bounds, and does what `next` says.
 */
export interface Strategy<S = unknown> {
  readonly name: string;
  /** What it was made with, where that changes what it does: JSON, recorded in traces. */
  readonly options?: Readonly<Record<string, unknown>>;
  start(): S;
  /** Is the next report a full one? */
  full(state: S, context: Context): boolean;
  /** Obeys `context.full`, except that a `last` without latencies gives a full plan. */
  plan(state: S, context: Context): ProbePlan;
  /** Asked at the start, after every answer, loss and send error, at `wakeMs`, and when a delayed probe is due. */
  next(state: S, progress: LeastProgress): Follow;
  /** The report with what the strategy knows of it beyond what was counted: bounds by light, doubts, notes. Asked before `choose`; without it the report stays as it is. */
  annotate?(state: S, report: Report, context: Context): Report;
  choose(state: S, report: Report, context: Context): { readonly state: S; readonly decision: Decision };
  /** Ms until the next report. */
  wait(state: S, decision: Decision, context: Context): number;
}

/** How far a report is. */
export interface Progress {
  readonly plan: ProbePlan;
  /** Since the start of the report. */
  readonly elapsedMs: number;
  /** Sets of the plan, then those added since. */
  readonly sets: readonly ProbeSet[];
  /** Which of them are over: answered, dropped, skipped, or without a probe that could still answer. */
  readonly over: readonly boolean[];
  /** What went out, in order. */
  readonly sent: readonly Sent[];
  /** Partial; regions in flight are pending. */
  readonly report: Report;
  readonly context: Context;
  /** The delayed probe that is about to be sent, where that is why `next` is asked. */
  readonly due?: { readonly set: number; readonly probe: number };
}

/** What a runner must tell at the least. This package's tells all; one that does not puts the sets that are added into the plan. */
export type LeastProgress = Omit<Progress, 'sets' | 'over'> & Partial<Pick<Progress, 'sets' | 'over'>>;

/** A probe that went out, and what became of it. Times are ms since the start of the report. */
export interface Sent {
  readonly set: number;
  readonly node: NodeName;
  readonly atMs: number;
  /** When its answer came. */
  readonly answeredMs?: number;
  /** When it was known to have failed. */
  readonly failedMs?: number;
}

/** What to do next. */
export interface Follow {
  /** Sets to probe as well; their delays are from the start of the report. */
  readonly add?: readonly ProbeSet[];
  /** Sets that need no further probe, by their place in `Progress.sets`. */
  readonly drop?: readonly number[];
  /** Do not send the probe that is due, and end its set. */
  readonly skip?: boolean;
  /** End the report. */
  readonly stop?: StopReason;
  /** Ask again then, in ms since the start of the report, if nothing happens before. */
  readonly wakeMs?: number;
}

export type StopReason = 'enough' | 'certain' | 'timeout';
