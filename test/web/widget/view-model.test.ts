import { describe, expect, it } from 'vitest';
import type { Region } from '../../../core/model/map.ts';
import { createFormat } from '../../../web/widget/format.ts';
import { createHistory } from '../../../web/widget/history.ts';
import { english } from '../../../web/widget/texts.ts';
import { viewOf, type Situation, type View } from '../../../web/widget/view-model.ts';
import { answeredIn, decisionFor, mapOf, regionOf, reportOf } from '../../core/report/samples.ts';

const format = createFormat('en');
const view = (situation: Partial<Situation>): View => viewOf({ history: createHistory(), ...situation }, english, format);
const at = (id: string, latitude: number, longitude: number): Partial<Region> & { id: string } => ({ id, code: `c${id}`, name: `Name ${id}`, latitude, longitude });
const map = mapOf([{ id: '1', code: 'fra', name: 'Frankfurt' }, { id: '2', code: 'par', name: 'Paris' }, { id: '3', code: 'nyc', name: 'New York' }]);

describe('the state of the widget', () => {
  it.each<[string, Partial<Situation>, Partial<View>]>([
    ['no map', { obstacle: 'waiting' }, { state: 'waiting', title: 'No relay map', label: 'Nearest relay' }],
    ['loading', { obstacle: 'loading' }, { state: 'loading', title: 'Loading the map' }],
    ['an empty map', { obstacle: 'empty', map: mapOf([]) }, { state: 'empty', title: 'Empty relay map', worldNote: '' }],
    ['an error, in its own words', { obstacle: 'error', error: 'regions[0].id: missing' }, { state: 'error', why: 'regions[0].id: missing' }],
    ['before the first answer', { map }, { state: 'probing', title: 'Measuring', latency: '–', since: '–', sure: '–', why: '' }],
    ['nothing answers', { map, report: reportOf(), decision: decisionFor(undefined) }, { state: 'unreachable', title: 'No answer', why: 'no relay answered' }],
    ['a home', { map, report: reportOf({ regions: { 1: answeredIn('fra', 8.25) } }), decision: decisionFor('1'), homeSince: Date.UTC(2026, 1, 1) }, { state: 'settled', title: 'Frankfurt', label: 'Settled', latency: '8.3 ms', sure: '98%' }],
    ['offline, with the home that was', { map, offline: true, decision: decisionFor('1') }, { state: 'offline', title: 'Frankfurt', label: 'Offline', why: 'Measures again when there is a network.' }],
    ['a map without places', { map }, { worldNote: 'This relay map names no places', worldLabel: 'World map of 0 regions' }],
    ['mixed content', { map, mixed: ['fra', 'par'] }, { notice: 'This page is on https and may not ask over plain http or ws: fra, par' }],
  ])('%s', (_, situation, expected) => {
    expect(view(situation)).toMatchObject(expected);
  });
});

describe('the rows', () => {
  const report = reportOf({
    regions: {
      1: answeredIn('fra', 8, { kind: 'ice' }),
      2: answeredIn('par', 20, { rankMs: 16, doubt: ['cold', 'single'] }),
      3: regionOf({ code: 'nyc', lost: 2, atLeastMs: 4 }),
    },
  });
  const shown = view({ map, report, decision: decisionFor('1', { equals: ['2'] }) });

  it('stand nearest first, with what is uncertain in words', () => {
    expect(shown.rows.map(({ id, name, tag, standing, certainty, figure, remark, share }) => ({ id, name, tag, standing, certainty, figure, remark, share }))).toEqual([
      { id: '1', name: 'Frankfurt', tag: 'fra · home · ice', standing: 'home', certainty: 'measured', figure: '8.0 ms', remark: '', share: 0.5 },
      { id: '2', name: 'Paris', tag: 'par · ≈ home · stun', standing: 'equal', certainty: 'doubtful', figure: '20.0 ms', remark: 'ranks as 16.0 ms, first contact', share: 1 },
      { id: '3', name: 'New York', tag: 'nyc', standing: 'other', certainty: 'bound', figure: 'no answer, at least 4 ms', remark: '', share: 0.25 },
    ]);
  });

  it('tell all that is known in one line', () => {
    expect(shown.rows[1]?.details).toBe('Paris · 20.0 ms · stun IPv4 · ranks as 16.0 ms · first contact · one sample · 2 of 2 answered');
  });

  it('show a region that a short report did not ask as it was, and one under way as it was', () => {
    const history = createHistory();
    history.add(report);
    const partial = reportOf({ partial: true, regions: { 1: answeredIn('fra', 9), 2: regionOf({ code: 'par', pending: true, atLeastMs: 3 }), 3: regionOf({ code: 'nyc', skipped: 'not-due' }) } });
    const rows = view({ map, history, report: partial, decision: decisionFor('1') }).rows;
    expect(rows.map(({ figure }) => figure)).toEqual(['9.0 ms', '20.0 ms', 'no answer, at least 4 ms']);
    expect(rows[0]?.spark.line).not.toBe('');
    expect(rows[0]?.sparkLabel).toBe('8.0 ms to 8.0 ms, 0 without an answer');
  });

  it('show what is pending when nothing is known yet', () => {
    const pending = reportOf({ regions: { 1: regionOf({ code: 'fra', pending: true, atLeastMs: 3 }) } });
    expect(view({ map, report: pending }).rows[0]).toMatchObject({ pending: true, figure: 'waiting, at least 3 ms', certainty: 'bound' });
  });

  it('name a code once where it is the name, and take ids that every object has', () => {
    const odd = mapOf([{ id: '__proto__', code: 'fra', name: 'fra' }, { id: 'constructor', code: 'par', name: '' }]);
    const rows = view({ map: odd, report: reportOf({ regions: {} }) }).rows;
    expect(rows.map(({ name, tag }) => [name, tag])).toEqual([['fra', ''], ['par', '']]);
  });
});

describe('the map', () => {
  const places = mapOf([at('1', 50, 8), at('2', 0, 0), { id: '3', code: 'c3', name: 'nowhere' }]);
  it('has the regions that have a place, the home last, so that it is drawn above', () => {
    const { places: dots, worldLabel, worldNote } = view({ map: places, report: reportOf({ regions: { 1: answeredIn('c1', 8), 2: answeredIn('c2', 9) } }), decision: decisionFor('1') });
    expect(dots.map(({ id, standing }) => [id, standing])).toEqual([['2', 'other'], ['1', 'home']]);
    expect(view({ map: places, report: reportOf({ regions: { 1: answeredIn('c1', 9), 2: answeredIn('c2', 8) } }), decision: decisionFor('1') }).places.map(({ id }) => id)).toEqual(['2', '1']);
    expect([worldLabel, worldNote]).toEqual(['World map of 2 regions, home is Name 1', '']);
  });
});
