import { describe, expect, it } from 'vitest';
import { parseRelayMap } from '../../../core/map/parse.ts';
import { errorOf } from './error-of.ts';

const throwing = (name: string): object => Object.defineProperty({}, name, { enumerable: true, get: () => { throw new Error('trap'); } });
const cycle: Record<string, unknown> = { version: 1, regions: [{ id: '1', nodes: [] }] };
cycle['self'] = cycle;
const revoked = Proxy.revocable({}, {});
revoked.revoke();

describe('text that is no map', () => {
  it.each<[string, string]>([
    ['', 'json'],
    [' \n', 'json'],
    ['{"Regions":{}}{}', 'json'],
    ['{"Regions":{},}', 'json'],
    ['{"version":1,"regions":[NaN]}', 'json'],
    ['\ufeff{"Regions":{}}', 'json'],
    ['"text"', 'shape'],
    ['17', 'shape'],
    ['true', 'shape'],
    [' '.repeat(33_554_433), 'limit'],
  ])('%#: %.20s', (text, code) => {
    const error = errorOf(text);
    expect(error).toMatchObject({ code, path: '' });
    expect(error.message).toMatch(/^[ -~]{5,160}$/);
  });

  it('has one line and no control characters in its error', () => {
    expect(errorOf('{\n"a": \u001b[31m}').message).toMatch(/^not JSON: [ -~]*$/);
  });
});

describe('values that are no map', () => {
  it.each<[string, unknown, string]>([
    ['undefined', undefined, 'shape'],
    ['a number', 5, 'shape'],
    ['a symbol', Symbol('x'), 'shape'],
    ['a function', () => ({}), 'shape'],
    ['a promise', Promise.resolve({}), 'shape'],
    ['a buffer', new Uint8Array(4), 'shape'],
    ['a Map', new Map([['regions', []]]), 'shape'],
    ['a getter that throws', throwing('regions'), 'unreadable'],
    ['a nested getter that throws', { Regions: { 1: throwing('RegionID') } }, 'unreadable'],
    ['a revoked proxy', revoked.proxy, 'unreadable'],
    ['a list of a billion holes', { version: 1, regions: Object.assign([], { length: 1e9 }) }, 'limit'],
  ])('%s', (_, value, code) => {
    expect(errorOf(value).code).toBe(code);
  });

  it.each<[string, object]>([
    ['a cycle where nobody looks', cycle],
    ['a getter where nobody looks', Object.assign(throwing('color'), { version: 1, regions: [{ id: '1', nodes: [] }] })],
    ['an instance of a class', new (class { version = 1; get regions(): object[] { return [{ id: '1', nodes: [] }]; } })()],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { Regions: { 1: {} } })],
  ])('takes %s', (_, value) => {
    expect(parseRelayMap(value).regions.map((region) => region.id)).toEqual(['1']);
  });
});

describe('hostile JSON', () => {
  it('may be deep', () => {
    const depth = 200_000;
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(parseRelayMap(`{"Regions":{"1":{"RegionCode":"a","x":${deep}}}}`).regions).toHaveLength(1);
    expect(errorOf(`{"version":1,"regions":${deep}}`).path).toBe('regions[0]');
  });

  it('may be large', () => {
    const node = { Name: 'n', HostName: 'h.example', Padding: 'x'.repeat(800) };
    const text = JSON.stringify({ Regions: Object.fromEntries(Array.from({ length: 10_000 }, (_, id) => [id, { RegionCode: `c${id}`, Nodes: [node] }])) });
    expect(text.length).toBeGreaterThan(8e6);
    expect(parseRelayMap(text).regions).toHaveLength(10_000);
    expect(errorOf(text.replace('{"0":', '{"10000":{},"0":'))).toMatchObject({ code: 'limit', path: 'Regions' });
  });

  it.each([
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"Regions":{"1":{"__proto__":{"polluted":1},"Nodes":[{"__proto__":{"polluted":1}}]}}}',
    '{"__proto__":{"polluted":1},"version":1,"regions":[{"id":"1","__proto__":{"avoid":true},"nodes":[{"host":"a","__proto__":{"insecure":true}}]}]}',
    '[{"__proto__":{"polluted":1},"urls":"stun:__proto__"},{"urls":"stun:constructor.example"}]',
  ])('does not pollute: %s', (text) => {
    const [region] = parseRelayMap(text).regions;
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(region)).toBe(Object.prototype);
    expect(region).toMatchObject({ avoid: false, nodes: [{ insecure: false }] });
  });

  it('null is an empty map, as in Go', () => {
    expect(parseRelayMap('null').regions).toEqual([]);
  });
});
