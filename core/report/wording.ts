import type { RegionReport, SkipReason } from '../model/report.ts';
import type { Doubt } from '../model/sample.ts';
import { wasAsked } from './region-order.ts';

/** A latency to a tenth of a ms, as people read it. */
export const formatMs = (ms: number): string => `${ms.toFixed(1)} ms`;

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  light: 'too far',
  budget: 'budget used up',
  flag: 'the map or the preferences say so',
  enough: 'enough had answered',
  'not-due': 'not due in this report',
  impossible: 'nothing here can measure it',
  drained: 'being drained',
};

const DOUBTS: Readonly<Record<Doubt, string>> = {
  cold: 'first contact',
  retransmitted: 'may answer an earlier packet',
  'event-loop': 'this process was late',
  single: 'one sample',
  place: 'not where the map has it',
};

/** What is known of a region without a latency: never more, and never `0`. */
export function sayUnanswered(region: RegionReport | undefined): string {
  const bound = region?.atLeastMs === undefined ? undefined : `at least ${formatBound(region.atLeastMs)}`;
  if (region?.skipped === 'light' && region.atLeastMs !== undefined) return `not probed: light takes ${formatBound(region.atLeastMs)}`;
  if (region?.pending) return bound ? `waiting, ${bound}` : 'waiting';
  if (region && wasAsked(region)) return bound ? `no answer, ${bound}` : 'no answer';
  if (region?.skipped === undefined) return bound ?? 'not probed';
  return `not probed: ${SKIPPED[region.skipped]}${bound ? `, ${bound}` : ''}`;
}

/** A bound is rounded down, so that it stays one. */
const formatBound = (ms: number): string => `${Math.floor(ms)} ms`;

/** What makes a region's figure doubtful, in words. */
export const sayDoubts = (region: RegionReport): string[] => region.doubt.map((doubt) => DOUBTS[doubt]);

/** A probability in whole per cent, rounded down: only certainty is 100 %. */
export const formatSure = (sure: number): string => `${Math.floor(sure * 100 + 1e-9)} %`;
