import { describe, expect, it } from 'vitest';
import { bar, sparkline, type Tick } from '../../../core/report/bars.ts';

describe('bar', () => {
  it.each([
    [100, 100, 4, '████'], [50, 100, 4, '██'], [53.125, 100, 4, '██▏'], [12.5, 100, 4, '▌'],
    [0.001, 100, 4, '▏'], [0, 100, 4, ''], [0, 0, 4, ''], [200, 100, 4, '████'],
  ])('%d of %d in %d cells', (value, max, width, expected) => expect(bar(value, max, width)).toBe(expected));
  it('has an ASCII form', () => expect([bar(50, 100, 4, true), bar(0.1, 100, 4, true)]).toEqual(['==', '=']));
});

describe('sparkline', () => {
  it.each<[string, Tick[], string]>([
    ['nothing yet', [], ''],
    ['nothing but losses', ['lost', undefined], '× '],
    ['one figure', [8], '▁'],
    ['the foot is the lowest, the height as much again', [10, 15, 20], '▁▅█'],
    ['a ms on a far region is no mountain', [200, 201, 203], '▁▁▁'],
    ['larger spans fill the height', [10, 110, 60], '▁█▅'],
    ['loss and gap', [10, 'lost', undefined, 20], '▁× █'],
    ['zero', [0, 1], '▁█'],
  ])('%s', (_what, ticks, expected) => expect(sparkline(ticks)).toBe(expected));
  it('has an ASCII form', () => expect(sparkline([10, 'lost', undefined, 20], true)).toBe('_x @'));
});
