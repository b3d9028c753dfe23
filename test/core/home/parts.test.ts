import { describe, expect, it } from 'vitest';
import { attentionOf, attentions, deadAtMs, missAfterMs } from '../../../core/home/attention.ts';
import { capAloneMs, capMs, nextBackOffMs } from '../../../core/home/back-off.ts';
import { classify } from '../../../core/home/failure.ts';
import { rank, standbys } from '../../../core/home/order.ts';
import type { RelayMap, RelayNode } from '../../../core/model/map.ts';
import { DerpError } from '../../../core/wire/derp.ts';
import { mapOf } from '../../maps.ts';

describe('what a failed connect means', () => {
  it.each([
    [{ status: 401 }, { class: 'stop' }],
    [{ status: 407 }, { class: 'stop' }],
    [{ status: 403 }, { class: 'next' }],
    [{ status: 429 }, { class: 'wait' }],
    [{ status: 429, retryAfterMs: 5_000 }, { class: 'wait', retryAfterMs: 5_000 }],
    [{ status: 503, retryAfterMs: 1e12 }, { class: 'wait', retryAfterMs: 3_600_000 }],
    [{ status: 429, retryAfterMs: -5 }, { class: 'wait', retryAfterMs: 0 }],
    [{ status: 429, retryAfterMs: NaN }, { class: 'wait' }],
    [{ status: 502 }, { class: 'next' }],
    [{ code: 'ECONNREFUSED' }, { class: 'next', message: 'ECONNREFUSED' }],
    [new DerpError('refused', 'hung up'), { class: 'refused', message: 'hung up' }],
    [new DerpError('status', 'busy', { status: 429, retryAfterMs: 7 }), { class: 'wait', retryAfterMs: 7, message: 'busy' }],
    [new DerpError('timeout', 'late'), { class: 'next', message: 'late' }],
    ['words', { class: 'next', message: 'words' }],
    [undefined, { class: 'next', message: 'undefined' }],
    [null, { class: 'next', message: 'null' }],
    [{ status: '401', code: 7, message: 8 }, { class: 'next' }],
  ])('%o', (error, means) => {
    expect(classify(error)).toMatchObject(means);
  });
});

describe('waits', () => {
  it('grow by what chance says, from the base to the longest', () => {
    expect([0, 0.5, 1].map((chance) => nextBackOffMs(0, chance, capMs))).toEqual([500, 1_000, 1_500]);
    expect([0, 0.5, 1].map((chance) => nextBackOffMs(10_000, chance, capMs))).toEqual([500, 15_250, 30_000]);
    expect([capAloneMs, capMs].map((longest) => nextBackOffMs(1e9, 1, longest))).toEqual([10_000, 300_000]);
  });
});

describe('attention', () => {
  it.each([[1, 250], [83, 250], [100, 300], [300, 900], [400, 1_000], [5_000, 1_000]])('a round trip of %i ms is missed after %i ms', (rttMs, ms) => {
    expect(missAfterMs(rttMs)).toBe(ms);
  });

  it.each([
    // Heard at 0, pinged when everyMs is over.
    { attention: attentions.live, rttMs: 10, ms: 1_000, because: 'two misses' },
    { attention: attentions.live, rttMs: 120, ms: 1_220, because: 'two misses' },
    { attention: attentions.live, rttMs: 200, ms: 1_300, because: 'the bound' },
    { attention: attentions.live, rttMs: 300, ms: 1_400, because: 'a ping gets its own time' },
    { attention: attentions.live, rttMs: 1_000, ms: 1_500, because: 'which is a second at most' },
    { attention: attentions.idle, rttMs: 10, ms: 5_500, because: 'two misses' },
    { attention: attentions.idle, rttMs: 1_000, ms: 6_000, because: 'the bound' },
  ])('dead $ms ms after the last sign of life at $rttMs ms: $because', ({ attention, rttMs, ms }) => {
    expect(deadAtMs(attention.everyMs, 0, rttMs, attention)).toBe(ms);
  });

  it.each([
    ['auto', true, 1_000, 'live'], ['auto', true, 30_000, 'idle'], ['auto', true, Infinity, 'idle'],
    ['live', true, Infinity, 'live'], ['idle', true, 0, 'idle'], ['live', false, 0, 'idle'],
  ] as const)('%s, home: %s, unused for %s ms: %s', (setting, isHome, unusedMs, name) => {
    expect(attentionOf(setting, isHome, unusedMs)).toBe(attentions[name]);
  });
});

describe('the order of regions', () => {
  const three = mapOf(['fra', 'par', 'nyc']);
  const latencyMs = new Map([['3', 5], ['1', 9]]);

  it.each([
    { name: 'near before far, known before unknown', more: {}, order: ['3', '1', '2'] },
    { name: 'what the owner avoids or drains last', more: { preferences: { avoid: ['3'], drain: ['1'] } }, order: ['2', '3', '1'] },
  ])('$name', ({ more, order }) => {
    expect(rank({ map: three, latencyMs, clientKey: 'me', ...more })).toEqual(order);
  });

  it('leaves out what can be no home', () => {
    const regions = three.regions.map((region) => (region.id === '1' ? { ...region, noHome: true } : region.id === '2' ? { ...region, nodes: region.nodes.map((node) => ({ ...node, stunOnly: true })) } : region));
    expect(rank({ map: { version: 1, regions }, latencyMs, clientKey: 'me' })).toEqual(['3']);
  });

  it('is arbitrary without any answer, the same for one client, spread over all', () => {
    const firstOf = (clientKey: string): string | undefined => rank({ map: three, latencyMs: new Map(), clientKey })[0];
    const firsts = Array.from({ length: 300 }, (_, at) => firstOf(`client ${at}`));
    for (const id of ['1', '2', '3']) expect(firsts.filter((first) => first === id).length).toBeGreaterThan(60);
    expect(firstOf('client 7')).toBe(firsts[7]);
  });

  const two = (one: Partial<RelayNode>, other: Partial<RelayNode>, places: readonly [number, number] = [0, 50]): RelayMap => ({
    version: 1,
    regions: [one, other, { host: 'far.test' }].map((node, at) => ({ id: String(at), code: `c${at}`, name: '', latitude: 0, longitude: [...places, 120][at] ?? 0, nodes: [{ name: 'a', host: `h${at}.test`, ...node }] })),
  });

  it.each([
    { name: 'the same host', map: two({ host: 'x.test' }, { host: 'x.test' }), order: ['2', '1'] },
    { name: 'the same /24', map: two({ ipv4: '198.51.100.1' }, { ipv4: '198.51.100.200' }), order: ['2', '1'] },
    { name: 'the same /48', map: two({ ipv6: '2001:db8:7::1' }, { ipv6: '2001:DB8:7:2::9' }), order: ['2', '1'] },
    { name: 'the same place', map: two({}, {}, [8, 8.2]), order: ['2', '1'] },
    { name: 'nothing', map: two({ ipv4: '198.51.100.1', ipv6: '2001:db8:7::1' }, { ipv4: '198.51.101.1', ipv6: '2001:db8:8::1' }), order: ['1', '2'] },
    { name: 'loopback, which is no network', map: two({ host: '127.0.0.1', ipv4: '127.0.0.1' }, { host: '127.0.0.1', ipv4: '127.0.0.1' }), order: ['1', '2'] },
  ])('puts last what shares $name with the home', ({ map, order }) => {
    expect(standbys(map, ['0', '1', '2'], '0')).toEqual(order);
  });
});
