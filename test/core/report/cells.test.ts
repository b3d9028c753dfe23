import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cells, clean, cut, fit, wrap } from '../../../core/report/cells.ts';
import { harmful, hostileText } from './arbitrary.ts';

describe('clean', () => {
  it.each([
    ['a colour', '\u001B[31mred\u001B[0m', 'red'],
    ['a title', '\u001B]0;owned\u0007fra', 'fra'],
    ['a title without an end', 'fra\u001B]0;owned', 'fra'],
    ['a link', '\u001B]8;;http://example.org\u001B\\text\u001B]8;;\u001B\\', 'text'],
    ['8 bit forms', '\u009B2Jfra\u009Dtitle\u009C', 'fra'],
    ['one sequence inside another', '\u001B\u001B[31m[31mfra', '[31mfra'],
    ['a sequence broken by a line', '\u001B\n[31mfra', '[31mfra'],
    ['line breaks and tabs', 'New\r\nYork\tCity', 'New York City'],
    ['white space around a control', '!\t\u0000\t¡', '! ¡'],
    ['bidi overrides', 'fra\u202Egnorw\u2066', 'fragnorw'],
    ['what cannot be seen', 'f\u200Br\uFEFFa\u00AD\u2060', 'fra'],
    ['half a surrogate', 'fr\uD800a', 'fra'],
    ['piled marks', `e${'\u0301'.repeat(50)}`, `e${'\u0301'.repeat(3)}`],
    ['names as they are', ' São Paulo 東京 ', 'São Paulo 東京'],
  ])('%s', (_what, text, expected) => expect(clean(text)).toBe(expected));

  it('leaves nothing harmful of any text', () => {
    fc.assert(fc.property(hostileText, (text) => {
      expect(clean(text)).not.toMatch(harmful);
      expect(clean(text)).not.toContain('\n');
      expect(clean(clean(text))).toBe(clean(text));
    }));
  });
});

describe('cells', () => {
  it.each([['', 0], ['fra', 3], ['São', 3], ['e\u0301', 1], ['東京', 4], ['한국', 4], ['ｆｒａ', 6], ['🚀', 2], ['🇩🇪', 2], ['▸≈█▏…', 5]])('%s takes %d', (text, count) => expect(cells(text)).toBe(count));
});

describe('cut, fit and wrap', () => {
  it.each([
    ['Frankfurt', 9, 'Frankfurt'], ['Frankfurt', 8, 'Frankfu…'], ['東京大阪', 8, '東京大阪'], ['東京大阪', 7, '東京大…'], ['東京大阪', 6, '東京…'], ['fra', 1, '…'], ['fra', 0, ''],
  ])('%s in %d cells', (text, width, expected) => expect(cut(text, width)).toBe(expected));

  it('always fits', () => {
    fc.assert(fc.property(hostileText.map(clean), fc.nat(30), (text, width) => {
      expect(cells(cut(text, width))).toBeLessThanOrEqual(width);
      expect(cells(fit(text, width))).toBe(width);
      for (const line of wrap(text, width)) expect(cells(line)).toBeLessThanOrEqual(width);
    }));
  });

  it('breaks at spaces', () => expect(wrap('kept fra: par is 3 ms nearer', 12)).toEqual(['kept fra:', 'par is 3 ms', 'nearer']));
  it('cuts a word that is a line too long', () => expect(wrap('a abcdefghij b', 5)).toEqual(['a', 'abcd…', 'b']));
});
