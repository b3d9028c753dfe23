import { expect, it } from 'vitest';
import { fingerprints } from '../../../core/choice/fingerprint.ts';
import type { RelayMap } from '../../../core/model/map.ts';

const of = (...hosts: string[]): number | undefined => {
  const map: RelayMap = { version: 1, regions: [{ id: '1', code: 'fra', name: 'Frankfurt', nodes: hosts.map((host, index) => ({ name: `1${index}`, host })) }] };
  return fingerprints(map)['1'];
};

it('is the same for the same hosts in any order, another for others', () => {
  expect(of('a', 'b')).toBe(of('b', 'a'));
  expect(new Set([of(), of('a'), of('b'), of('a', 'b'), of('ab')]).size).toBe(5);
});

it('a region without nodes has one too', () => {
  expect(of()).toBeTypeOf('number');
});
