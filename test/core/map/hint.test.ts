import { describe, expect, it } from 'vitest';
import { maxHintText, parseHint } from '../../../core/map/hint.ts';
import { mapOf } from '../../maps.ts';

const map = mapOf(['fra', 'par', 'nyc']);
const read = (value: unknown): unknown => parseHint(typeof value === 'string' ? value : JSON.stringify(value), map);

describe('parseHint', () => {
  it.each<{ name: string; hint: unknown; prior: object }>([
    { name: 'what an edge answers', hint: { location: 'FRA', ranked: ['2', '1', '3'], latencyMs: { 1: 8.5, 2: 3, 3: 90 }, ageMs: 1_200, basis: 'measured' }, prior: { ranked: ['2', '1', '3'], latencyMs: { 1: 8.5, 2: 3, 3: 90 }, ageMs: 1_200 } },
    { name: 'a ranking by place, without latencies', hint: { location: 'FRA', ranked: ['1'], ageMs: 0, basis: 'place' }, prior: { ranked: ['1'], ageMs: 0 } },
    { name: 'regions that the map does not have are dropped', hint: { ranked: ['9', '2', 'fra', '__proto__', 'constructor'], latencyMs: { 9: 1, 2: 3 }, ageMs: 0 }, prior: { ranked: ['2'], latencyMs: { 2: 3 }, ageMs: 0 } },
    { name: 'what is no region’s id as well', hint: { ranked: [2, null, ['1'], { id: '1' }, '3'], ageMs: 0 }, prior: { ranked: ['3'], ageMs: 0 } },
    { name: 'a region counts once', hint: { ranked: ['1', '2', '1', '1'], ageMs: 0 }, prior: { ranked: ['1', '2'], ageMs: 0 } },
    { name: 'latencies that are none are dropped', hint: '{"ranked":["1","2","3"],"latencyMs":{"1":-1,"2":1e999,"3":"8","toString":3},"ageMs":0}', prior: { ranked: ['1', '2', '3'], ageMs: 0 } },
    { name: 'latencies of another shape too', hint: { ranked: ['1'], latencyMs: [1, 2, 3], ageMs: 0 }, prior: { ranked: ['1'], latencyMs: { 1: 2 }, ageMs: 0 } },
  ])('$name', ({ hint, prior }) => {
    expect(read(hint)).toStrictEqual(prior);
  });

  it.each<[string, unknown]>([
    ['nothing', ''], ['no JSON', '<html>'], ['null', 'null'], ['a number', '7'], ['a list', []], ['no ranking', { ageMs: 0 }], ['a ranking that is none', { ranked: 'fra', ageMs: 0 }],
    ['no age', { ranked: ['1'] }], ['an age below zero', { ranked: ['1'], ageMs: -1 }], ['an endless age', '{"ranked":["1"],"ageMs":1e999}'], ['strangers alone', { ranked: ['x'], ageMs: 0 }],
    ['too much', JSON.stringify({ ranked: ['1'], ageMs: 0, more: 'x'.repeat(maxHintText) })],
  ])('is undefined for %s', (_, hint) => {
    expect(read(hint)).toBeUndefined();
  });
});
