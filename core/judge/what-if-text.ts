import { formatMs } from '../choice/explain.ts';
import { formatSure } from '../report/wording.ts';
import { sayDuration, sayTimes } from './story-words.ts';
import type { WhatIfOutcome } from './player.ts';
import type { WhatIf } from './what-if.ts';

/** Less than this is no difference. */
const leastMs = 0.05;

/** A sentence for each strategy, such as `netcheck would have moved 5 times, steady once, 0.4 ms worse.`, then the figures. */
export function formatWhatIf(result: WhatIf): string {
  const { reports, from = 0, to = 0, recorded } = result;
  const others = Object.entries(result.strategies).filter(([name]) => name !== recorded.strategy);
  const sentences = others.map(([name, { moves, recordedWorseMs }]) => `${name} ${moves === 0 ? 'would never have moved' : `would have moved ${sayTimes(moves)}`}, ${recorded.strategy} ${sayTimes(recorded.moves)}${sayDifference(recordedWorseMs)}.`);
  const head = `${recorded.strategy} was recorded: ${reports} reports over ${sayDuration(to - from)}.`;
  return [head, ...sentences, '', ...table([[`${recorded.strategy}*`, recorded], ...others])].join('\n');
}

function sayDifference(worseMs: number | undefined): string {
  if (worseMs === undefined) return '';
  if (Math.abs(worseMs) < leastMs) return ', as near';
  return `, ${formatMs(Math.abs(worseMs))} ms ${worseMs > 0 ? 'worse' : 'better'}`;
}

const measures: readonly { readonly label: string; of(outcome: WhatIfOutcome): string }[] = [
  { label: 'moves', of: ({ moves }) => String(moves) },
  { label: 'mean ms of the home', of: ({ meanMs }) => (meanMs === undefined ? '–' : String(Number(meanMs.toPrecision(3)))) },
  { label: 'home silent, s', of: ({ silentSeconds }) => String(Math.round(silentSeconds)) },
  { label: 'its plan that was measured', of: ({ plan }) => formatSure(plan.share) },
  { label: 'packets of that part', of: ({ plan }) => (plan.packets + plan.estimatedPackets).toLocaleString('en') },
  { label: 'kB of that part', of: ({ plan }) => String(Number(((plan.bytes + plan.estimatedBytes) / 1_000).toPrecision(3))) },
];

function table(outcomes: readonly (readonly [string, WhatIfOutcome])[]): string[] {
  const labelWidth = Math.max(...measures.map(({ label }) => label.length));
  const columns = outcomes.map(([name, outcome]) => {
    const texts = [name, ...measures.map(({ of }) => of(outcome))];
    const width = Math.max(...texts.map(({ length }) => length));
    return texts.map((text) => text.padStart(width));
  });
  const line = (label: string, row: number): string => [label.padEnd(labelWidth), ...columns.map((column) => column[row] ?? '')].join('  ');
  return [line('', 0), ...measures.map(({ label }, index) => line(label, index + 1)), '* as recorded'];
}
