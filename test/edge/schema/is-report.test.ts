import fc from 'fast-check';
import { safeParse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { kinds } from '../../../core/model/kind.ts';
import { isReport } from '../../../edge/schema/is-report.ts';
import { reportSchema } from '../../../edge/schema/report.ts';

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

const paths = pathsIn(full);
const values = [null, true, false, 0, -1, 0.5, 1e6, 1_000_001, 3_600_000, 3_600_001, Number.MAX_SAFE_INTEGER, 1e300, Infinity, '', 'x', 'cold', 'stun', 'x'.repeat(100), 'x'.repeat(101), 'x'.repeat(2_000), 'x'.repeat(2_001), [], [1], {}, { ms: 1 }, ['cold'], ['warm']];
const agree = (value: unknown): void => expect([isReport(value), JSON.stringify(value)?.slice(0, 200)]).toEqual([safeParse(reportSchema, value).success, JSON.stringify(value)?.slice(0, 200)]);

describe('isReport takes what the schema takes', () => {
  it('a report with every field', () => {
    expect(isReport(full)).toBe(true);
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

  /** The schema drops these without a look; a map may have such a region, and kinds may not be named so. */
  it.each(['__proto__', 'constructor', 'prototype'])('but looks at %s as well', (name) => {
    const named = (regions: string): unknown => JSON.parse(`{"at":1,"full":true,"durationMs":1,"strategy":"steady","notes":[],"regions":${regions}}`);
    expect(isReport(named(`{"${name}":{"code":"x","samples":1,"lost":0,"doubt":[]}}`))).toBe(true);
    expect(isReport(named(`{"${name}":{"code":7}}`))).toBe(false);
    expect(isReport(named(`{"1":{"code":"x","samples":1,"lost":0,"doubt":[],"kinds":{"${name}":{"samples":1,"lost":0}}}}`))).toBe(false);
  });
});

const isThere = (value: unknown, path: Path): boolean => path.length === 0 || (typeof value === 'object' && value !== null && Object.hasOwn(value, String(path[0])) && isThere((value as Record<string, unknown>)[String(path[0])], path.slice(1)));
