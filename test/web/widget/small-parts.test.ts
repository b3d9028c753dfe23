import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeNodes } from '../../../web/widget/fakes.ts';
import { createFormat } from '../../../web/widget/format.ts';
import { parseInterval } from '../../../web/widget/interval.ts';
import { mapOf } from '../../maps.ts';

describe('parseInterval', () => {
  it.each([
    ['30s', 30_000], ['5m', 300_000], ['800ms', 800], ['800', 800], ['1.5s', 1_500], [' 2s ', 2_000], ['1440m', 86_400_000],
    ['', undefined], ['s', undefined], ['-3s', undefined], ['30 s', undefined], ['1h', undefined], ['199ms', undefined], ['1441m', undefined], ['Infinity', undefined], ['1e9', undefined],
  ])('%j is %s ms', (text, ms) => {
    expect(parseInterval(text)).toBe(ms);
  });

  it('is in bounds or nothing, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      const ms = parseInterval(text);
      return ms === undefined || (ms >= 200 && ms <= 86_400_000);
    }));
  });
});

describe('fakeNodes', () => {
  const map = mapOf(['fra', 'par']);

  it('gives each node of a region its round trip', () => {
    const [fra, par] = map.regions.map(({ nodes }) => nodes[0]);
    expect([...fakeNodes('fra=32, par=35.5', map)]).toEqual([[fra, 32], [par, 35.5]]);
    expect([...fakeNodes('', map)]).toEqual([]);
  });

  it.each(['fra', 'fra=', 'fra=x', 'fra=-1', 'nyc=3', 'fra=60001'])('refuses %j by name', (text) => {
    expect(() => fakeNodes(`par=1,${text}`, map)).toThrow(`fake="${text}"`);
  });
});

describe('createFormat', () => {
  it.each([
    ['en', '1,234.5 ms', '97%', '1,200'],
    ['de', '1.234,5 ms', '97\u{a0}%', '1.200'],
  ])('writes figures as readers of %s do', (lang, ms, percent, whole) => {
    const format = createFormat(lang);
    expect(format.ms(1234.53).replace('\u{a0}', ' ')).toBe(ms);
    expect(format.percent(0.979)).toBe(percent);
    expect(format.whole(1200)).toBe(whole);
  });

  it('rounds certainty down, except the error of binary fractions', () => {
    const { percent } = createFormat('en');
    expect([percent(0.9999), percent(1), percent(0.29)]).toEqual(['99%', '100%', '29%']);
  });

  it.each([undefined, '', 'no language', 'x', '--'])('does without %j', (lang) => {
    expect(createFormat(lang).ms(1)).toMatch(/1/);
  });
});
