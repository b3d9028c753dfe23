import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatInstant } from '../../../core/report/instant.ts';

it.each([
  [0, '1970-01-01T00:00:00Z'], [1_700_000_000_123, '2023-11-14T22:13:20.123Z'], [1_700_000_000_120, '2023-11-14T22:13:20.12Z'],
  [1_700_000_000_000.25, '2023-11-14T22:13:20.00025Z'], [951_782_400_000, '2000-02-29T00:00:00Z'], [4_107_542_399_999, '2100-02-28T23:59:59.999Z'],
])('%d is %s', (at, text) => expect(formatInstant(at)).toBe(text));

it('agrees with Date to the ms, before 1970 too', () => {
  fc.assert(fc.property(fc.integer({ min: Date.UTC(1600, 0), max: Date.UTC(2600, 0) }), (at) => {
    expect(formatInstant(at)).toBe(new Date(at).toISOString().replace(/\.?0+Z$/, 'Z'));
  }));
});
