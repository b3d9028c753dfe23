import { expect, it } from 'vitest';
import { formatMs, sentenceOf } from '../../../core/choice/explain.ts';
import type { Decision, Reason } from '../../../core/model/decision.ts';
import type { RelayMap } from '../../../core/model/map.ts';

const map: RelayMap = { version: 1, regions: ['fra', 'nyc', 'par'].map((code, index) => ({ id: String(index + 1), code, name: code, nodes: [] })) };
const why: Decision['why'] = { best: '3', answered: 5, homeMs: 8.04, aheadMs: 3.25, movesAtMs: 6, reportsLeft: 4, gainMs: 12.5, heardAgoMs: 3210, misses: 1, leavesAt: 3 };

it.each<[Reason, string, string]>([
  ['first', 'chose fra: nearest of 5 that answered at 8 ms', 'chose the home: nearest'],
  ['only', 'chose fra: it alone answered at 8 ms', 'chose the home: it alone answered'],
  ['nearest', 'kept fra: nearest at 8 ms', 'kept the home: nearest'],
  ['gain-too-small', 'kept fra: par is 3.3 ms nearer, moves at 6 ms', 'kept the home: another is nearer'],
  ['gain-unproven', 'kept fra: par is 3.3 ms nearer, moves at 6 ms over 4 more reports', 'kept the home: another is nearer'],
  ['heard', 'kept fra: no answer, but its relay was heard 3.2 s ago', 'kept the home: no answer, but its relay is connected'],
  ['missed', 'kept fra: no answer in 1 report, leaves at 3', 'kept the home: no answer'],
  ['moved-nearer', 'moved to fra from nyc: 12.5 ms nearer', 'moved to the home'],
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
  expect(sentenceOf({ home: '1', previous: '2', reason, why }, map)).toBe(sentence);
  expect(sentenceOf({ reason, why: {} }, map)).toBe(withoutFigures);
});

it('names a connection, not a life sign of hours ago, as what keeps a home', () => {
  expect(sentenceOf({ home: '1', reason: 'heard', why: { heardAgoMs: 6_353_900 } }, map)).toBe('kept fra: no answer, but its relay is connected');
});

it('counts in the plural, and names a region that left the map by its id', () => {
  expect(sentenceOf({ home: '9', reason: 'missed', why: { misses: 2 } }, map)).toBe('kept 9: no answer in 2 reports');
});

it.each([[3, '3'], [3.04, '3'], [3.05, '3.1'], [0.04, '0'], [12.96, '13'], [100, '100'], [-0.01, '0']])('%d ms is written %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});
