import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kinds } from '../../../core/model/kind.ts';
import { createCheck } from '../../../edge/schema/check.ts';
import { reportSchema } from '../../../edge/schema/report.ts';
import { validate } from '../validate.ts';

/** A report with every field that there is. */
const full = {
  at: 1_700_000_000_000, full: true, durationMs: 900, strategy: 'steady', mapSource: 'file', partial: true,
  udp: true, ipv4: true, ipv6: false, ipv4CanSend: true, ipv6CanSend: false, osHasIpv6: true, icmpv4: true, mappingVariesByDestIp: false, hairpinning: false, captivePortal: false,
  portMapping: { upnp: false, natPmp: true, pcp: false }, notes: [{ code: 'proxy', message: 'a proxy' }], home: '1',
  regions: Object.fromEntries(kinds.map((kind, at) => [String(at + 1), { code: 'fra', latencyMs: 4.5, kind, kinds: { [kind]: { ms: 4.5, samples: 1, lost: 0 }, tcp: { samples: 0, lost: 1 } }, samples: 1, lost: 0, doubt: ['cold', 'retransmitted', 'event-loop', 'single', 'place'] }])),
};

type Path = readonly (string | number)[];

/** Where something stands, all through. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]))];
}

/** A copy in which something else stands at the path, or nothing. */
function changed(value: unknown, [key, ...rest]: Path, by: { readonly to?: unknown; readonly named?: string }): unknown {
  if (key === undefined) return by.to;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  if (rest.length > 0) copy[key] = changed(copy[key], rest, by);
  else if (by.named !== undefined) {
    copy[by.named] = copy[key];
    delete copy[key];
  } else if ('to' in by) copy[key] = by.to;
  else delete copy[key];
  // JSON has no holes.
  return Array.isArray(copy) ? Object.values(copy) : copy;
}

const isThere = (value: unknown, path: Path): boolean => path.length === 0 || (typeof value === 'object' && value !== null && Object.hasOwn(value, String(path[0])) && isThere((value as Record<string, unknown>)[String(path[0])], path.slice(1)));

const check = createCheck(reportSchema);
const problems = (value: unknown): readonly { path: string; message: string }[] => check(value, (key) => /^\d$/.test(key));
const paths = pathsIn(full);
const values = [null, true, false, 0, -1, 0.5, 1e6, 1_000_001, 3_600_000, 3_600_001, Number.MAX_SAFE_INTEGER, 1e300, Infinity, '', 'x', 'cold', 'stun', 'x'.repeat(100), 'x'.repeat(101), 'x'.repeat(2_000), 'x'.repeat(2_001), [], [1], {}, { ms: 1 }, ['cold'], ['warm']];
/** The tests' own reading of JSON Schema, which the document of the API is held to as well. */
const agree = (value: unknown): void => expect([problems(value).length > 0, JSON.stringify(value)?.slice(0, 200)]).toEqual([validate(reportSchema, value, {}).length > 0, JSON.stringify(value)?.slice(0, 200)]);

describe('a report is checked as its JSON Schema says', () => {
  it('with every field', () => {
    expect(problems(full)).toEqual([]);
    agree(full);
  });

  it('any field left out, or with any other value', () => {
    for (const path of paths.filter(({ length }) => length > 0)) {
      agree(changed(full, path, {}));
      for (const to of values) agree(changed(full, path, { to }));
    }
  });

  it('any field under another name', () => {
    for (const path of paths.filter(({ length }) => length > 0)) for (const named of ['x', 'stun', 'udp', 'x'.repeat(101)]) agree(changed(full, path, { named }));
  });

  it('whatever else', () => {
    const anything = fc.oneof(fc.constantFrom(...values), fc.jsonValue());
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...paths), anything), { minLength: 1, maxLength: 3 }), (changes) => {
      agree(changes.reduce<unknown>((value, [path, to]) => (isThere(value, path) ? changed(value, path, { to }) : value), full));
    }), { numRuns: 5_000 });
  });

  /** A map may have such a region, and kinds may not be named so. */
  it.each(['__proto__', 'constructor', 'prototype'])('%s is a name like any other', (name) => {
    const named = (regions: string): unknown => JSON.parse(`{"at":1,"full":true,"durationMs":1,"strategy":"steady","notes":[],"regions":${regions}}`);
    expect(problems(named(`{"${name}":{"code":"x","samples":1,"lost":0,"doubt":[]}}`))).toEqual([]);
    expect(problems(named(`{"${name}":{"code":7,"samples":1,"lost":0,"doubt":[]}}`))).toEqual([{ path: 'regions.*.code', message: 'must be string of at most 100 characters' }]);
    expect(problems(named(`{"1":{"code":"x","samples":1,"lost":0,"doubt":[],"kinds":{"${name}":{"samples":1,"lost":0}}}}`)).map(({ path }) => path)).toEqual(['regions.1.kinds.*']);
  });
});

describe('what is said of it', () => {
  it.each<{ name: string; path: Path; by: { to?: unknown }; said: string }>([
    { name: 'a field that is missing', path: ['strategy'], by: {}, said: 'strategy is missing' },
    { name: 'a list for an object', path: ['regions'], by: { to: [] }, said: 'regions must be object' },
    { name: 'an object for a list', path: ['notes'], by: { to: {} }, said: 'notes must be array' },
    { name: 'below zero', path: ['regions', '1', 'latencyMs'], by: { to: -1 }, said: 'regions.1.latencyMs must be number from 0 to 3600000' },
    { name: 'no whole number', path: ['regions', '1', 'kinds', 'tcp', 'lost'], by: { to: 0.5 }, said: 'regions.1.kinds.tcp.lost must be integer from 0 to 1000000' },
    { name: 'no such word', path: ['regions', '1', 'doubt', 1], by: { to: 'sure' }, said: 'regions.1.doubt[1] must be one of cold, retransmitted, event-loop, single, place' },
    { name: 'something else than the one value', path: ['partial'], by: { to: false }, said: 'partial must be true' },
  ])('$name', ({ path, by, said }) => {
    expect(problems(changed(full, path, by)).map((one) => `${one.path} ${one.message}`)).toEqual([said]);
  });
});
