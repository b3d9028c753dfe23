import type { Decision } from '../model/decision.ts';
import { present } from '../model/present.ts';
import type { Report } from '../model/report.ts';

/** When a report knew what, in ms since it began, and what it cost. */
export interface Timing {
  /** The first sample of any region. */
  readonly firstAnswerMs?: number;
  /** From then on the home stood published, after a sample of its own in this report, and never changed again. */
  readonly decisionMs?: number;
  /** From then on it was published with `sure` of at least 0.95 and never changed again. */
  readonly settledMs?: number;
  readonly totalMs: number;
  /** UDP, counted exactly, with IP and UDP headers. */
  readonly packetsSent: number;
  readonly bytesSent: number;
  /** Other kinds, by the table of `core/probe/cost.ts`. */
  readonly estimated: { readonly packets: number; readonly bytes: number };
}

/** How sure a published home must be to count as settled. */
export const settledSure = 0.95;

/** Follows what is published during one report. */
export interface TimingTracker {
  published(atMs: number, decision: Decision, report: Report): void;
  answered(atMs: number): void;
  /** The moments, once the last decision has been published. */
  moments(): Pick<Timing, 'firstAnswerMs' | 'decisionMs' | 'settledMs'>;
}

export function createTimingTracker(): TimingTracker {
  let home: string | undefined;
  let firstAnswerMs: number | undefined;
  let decisionMs: number | undefined;
  let settledMs: number | undefined;
  return {
    answered(atMs) {
      firstAnswerMs ??= atMs;
    },
    published(atMs, decision, report) {
      if (decision.home !== home) decisionMs = settledMs = undefined;
      home = decision.home;
      if (home === undefined || (report.regions[home]?.samples ?? 0) === 0) return;
      decisionMs ??= atMs;
      if (decision.sure >= settledSure) settledMs ??= atMs;
    },
    moments: () => present({ firstAnswerMs, decisionMs, settledMs }),
  };
}
