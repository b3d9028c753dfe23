import { clean } from '../report/cells.ts';
import { formatSure } from '../report/wording.ts';
import type { ReplayStep } from './playback.ts';
import { sayInstant } from './story-words.ts';

/** One decision on a line: when, which report, in words, and how sure. */
export function formatStep({ number, at, report, decision }: ReplayStep): string {
  return `${sayInstant(at)}  ${String(number).padStart(5)}  ${report.full ? 'full ' : 'short'}  ${decision.changed ? '*' : ' '} ${clean(decision.sentence)}; ${formatSure(decision.sure)} sure`;
}
