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
    { name: 'what others see', hint: { ranked: ['1'], ageMs: 0, vantages: { regions: ['1', '3'], latencyMs: [[8, 90], [7, null]] } }, prior: { ranked: ['1'], ageMs: 0, vantages: { regions: ['1', '3'], latencyMs: [[8, 90], [7, null]] } } },
    { name: 'of it strangers and doubles go with their figures, and what is none', hint: { ranked: ['1'], ageMs: 0, vantages: { regions: ['9', '3', 3, '3', '1'], latencyMs: [[1, 2, 3, 4, 5], [1, -2, 3, 4], 'rows', null, [6, '7', 0, 0, 1e6], { 1: 9 }, [0, 8]] } }, prior: { ranked: ['1'], ageMs: 0, vantages: { regions: ['3', '1'], latencyMs: [[2, 5], [8, null]] } } },
    ...[null, 7, 'x', [], { regions: ['1'] }, { latencyMs: [[1]] }, { regions: '1', latencyMs: [[1]] }, { regions: ['1'], latencyMs: 'x' }, { regions: [], latencyMs: [[]] }, { regions: ['1'], latencyMs: [[null]] }].map((vantages) => ({ name: `nothing of others from ${JSON.stringify(vantages)}`, hint: { ranked: ['1'], ageMs: 0, vantages }, prior: { ranked: ['1'], ageMs: 0 } })),
  ])('$name', ({ hint, prior }) => {
    expect(read(hint)).toStrictEqual(prior);
  });

  it('reads so many rows of others, and no more', () => {
    const vantages = { regions: ['1', ...Array.from({ length: 100 }, () => '2'), '3'], latencyMs: Array.from({ length: 1_000 }, (_, at) => [at, at]) };
    expect(parseHint(JSON.stringify({ ranked: ['1'], ageMs: 0, vantages }), map)?.vantages).toStrictEqual({ regions: ['1', '2'], latencyMs: Array.from({ length: 32 }, (_, at) => [at, at]) });
  });

  it.each<[string, unknown]>([
    ['nothing', ''], ['no JSON', '<html>'], ['null', 'null'], ['a number', '7'], ['a list', []], ['no ranking', { ageMs: 0 }], ['a ranking that is none', { ranked: 'fra', ageMs: 0 }],
    ['no age', { ranked: ['1'] }], ['an age below zero', { ranked: ['1'], ageMs: -1 }], ['an endless age', '{"ranked":["1"],"ageMs":1e999}'], ['strangers alone', { ranked: ['x'], ageMs: 0 }],
    ['too much', JSON.stringify({ ranked: ['1'], ageMs: 0, more: 'x'.repeat(maxHintText) })],
  ])('is undefined for %s', (_, hint) => {
    expect(read(hint)).toBeUndefined();
  });
});
