import { formatMs } from '../choice/explain.ts';
import { clean, fit } from '../report/cells.ts';
import { formatSure } from '../report/wording.ts';
import type { Candidate, StepEvidence } from './evidence.ts';
import { sayCount, sayInstant } from './story-words.ts';

/** One report with its candidates, a line each: what they read, and what would have made them home. */
export function formatEvidence({ number, at, strategy, report, decision, context, candidates }: StepEvidence): string {
  const asked = candidates.filter(({ samples, lost }) => samples + lost > 0).length;
  const head = `${sayInstant(at)}  Report ${number}, by ${clean(strategy)}: ${report.full ? 'full' : 'incremental'}, ${sayCount(asked, 'region')} asked, ${formatMs(report.durationMs)} ms.`;
  const verdict = `${clean(decision.sentence)}; ${formatSure(decision.sure)} sure.`;
  const around = [
    context.home?.alive === undefined ? '' : `The connection to the home ${context.home.alive ? 'lives' : 'is dead'}.`,
    context.network?.changed === true ? 'It is the first report on another network.' : '',
    context.network?.gapMs === undefined ? '' : 'It is the first report after a sleep.',
  ].filter((text) => text !== '');
  return [head, verdict, ...around, '', ...table(candidates)].join('\n');
}

interface Column {
  readonly title: string;
  readonly side?: 'right';
  of(candidate: Candidate): string;
}

const columns: readonly Column[] = [
  { title: 'rank', side: 'right', of: ({ rank }) => (rank === undefined ? '–' : String(rank)) },
  { title: 'region', of: ({ code, unwanted }) => `${code}${unwanted ? ' (unwanted)' : ''}` },
  { title: 'ms', side: 'right', of: ({ latencyMs }) => (latencyMs === undefined ? '–' : formatMs(latencyMs)) },
  { title: 'kind', of: ({ kind }) => kind ?? '–' },
  { title: 'lost', side: 'right', of: ({ samples, lost }) => (samples + lost === 0 ? '–' : `${lost}/${samples + lost}`) },
  { title: 'ahead ms', side: 'right', of: ({ aheadMs }) => (aheadMs === undefined ? '–' : formatMs(aheadMs)) },
  { title: 'votes', side: 'right', of: ({ votes }) => (votes === undefined ? '–' : formatMs(votes)) },
  { title: 'doubt', of: ({ doubt }) => (doubt.length ? clean(doubt.join(', ')) : '–') },
  { title: 'what would have made it home', of: sayWouldWin },
];

/** Columns in which nobody has anything are left out. */
function table(candidates: readonly Candidate[]): string[] {
  const rows = candidates.map((candidate) => columns.map((column) => column.of(candidate)));
  const shown = columns.map((column, index) => ({ ...column, index, width: Math.max(column.title.length, ...rows.map((row) => (row[index] ?? '').length)) }))
    .filter(({ index }) => rows.some((row) => row[index] !== '–'));
  const line = (texts: readonly string[]): string => shown.map(({ index, width, side }) => (side ? (texts[index] ?? '').padStart(width) : fit(texts[index] ?? '', width))).join('  ').trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
}

function sayWouldWin({ wouldWin, latencyMs, unwanted }: Candidate): string {
  switch (wouldWin?.how) {
    case undefined:
      return '–';
    case 'home':
      return 'it is';
    case 'wait':
      return `${sayCount(wouldWin.reports, 'more report')} like this one`;
    case 'never':
      return unwanted ? 'nothing: it is unwanted, and others answered' : 'no latency would have';
    case 'nearer': {
      const { atMs, lastingMs, reports } = wouldWin;
      const answer = latencyMs === undefined ? 'an answer of ' : '';
      const once = atMs === undefined ? [] : [`${answer}${formatMs(atMs)} ms in this report`];
      const lasting = lastingMs === undefined || reports === undefined ? [] : [`${once.length ? '' : answer}${formatMs(lastingMs)} ms in ${sayCount(reports, 'report')}`];
      return [...once, ...lasting].join(', or ');
    }
  }
}
