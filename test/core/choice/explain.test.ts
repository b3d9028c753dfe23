import { expect, it } from 'vitest';
import { explain, formatMs, type Figures } from '../../../core/choice/explain.ts';
import type { Reason } from '../../../core/model/decision.ts';

const known: Figures = { home: 'fra', previous: 'nyc', best: 'par', homeNowMs: 8.04, bestMs: 5, gainMs: 3.25, neededMs: 6, reportsLeft: 4, answered: 5, heardAgoMs: 3210, missed: 1, allowedMisses: 3 };

it.each<[Reason, string, string]>([
  ['first', 'chose fra: nearest of 5 that answered at 8 ms', 'chose the home: nearest'],
  ['only', 'chose fra: it alone answered at 8 ms', 'chose the home: it alone answered'],
  ['nearest', 'kept fra: nearest at 8 ms', 'kept the home: nearest'],
  ['gain-too-small', 'kept fra: par is 3.3 ms nearer, moves at 6 ms', 'kept the home: another is nearer'],
  ['gain-unproven', 'kept fra: par is 3.3 ms nearer, moves at 6 ms over 4 more reports', 'kept the home: another is nearer'],
  ['heard', 'kept fra: no answer, but its relay was heard 3.2 s ago', 'kept the home: no answer, but its relay was heard'],
  ['missed', 'kept fra: no answer in 1 report, leaves after 3', 'kept the home: no answer'],
  ['moved-nearer', 'moved to fra from nyc: 3.3 ms nearer', 'moved to the home'],
  ['moved-home-silent', 'moved to fra: nyc did not answer', 'moved to the home: the last home did not answer'],
  ['moved-home-dead', 'moved to fra: the connection to nyc died', 'moved to the home: the connection to the last home died'],
  ['moved-drained', 'moved to fra: nyc is being drained', 'moved to the home: the last home is being drained'],
  ['pinned', 'pinned to fra', 'pinned to the home'],
  ['remembered', 'start at fra: home when this network was last seen, not yet verified', 'start at the home: home when this network was last seen, not yet verified'],
  ['pending', 'kept fra: asked, may still answer', 'kept the home: asked, may still answer'],
  ['fallback', 'nothing answers: fra stands in', 'nothing answers: the home stands in'],
  ['offline', 'no home: offline', 'no home: offline'],
  ['no-map', 'no home: the relay map is empty', 'no home: the relay map is empty'],
  ['no-answer', 'no home: nyc did not answer, nor did another', 'no home: nothing answered'],
])('%s', (reason, sentence, withoutFigures) => {
  expect(explain(reason, known)).toBe(sentence);
  expect(explain(reason, {})).toBe(withoutFigures);
});

it.each([[3, '3'], [3.04, '3'], [3.05, '3.1'], [0.04, '0'], [12.96, '13'], [100, '100'], [-0.01, '0']])('%d ms is written %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});

it('counts in the plural', () => {
  expect(explain('gain-unproven', { home: 'fra', reportsLeft: 1 })).toBe('kept fra: another is nearer over 1 more report');
  expect(explain('missed', { home: 'fra', missed: 2 })).toBe('kept fra: no answer in 2 reports');
});
