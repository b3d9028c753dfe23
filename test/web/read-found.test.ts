import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fake } from '../../core/probe/fake.ts';
import { createPicker } from '../../universal/picker.ts';
import { systemClock } from '../../universal/clock.ts';
import { readFound, type Found } from '../../web/read-found.ts';
import { mapOf } from '../maps.ts';

const map = mapOf(['fra', 'par', 'nyc']);

async function real(): Promise<Found> {
  await using picker = createPicker({ map, transports: [fake({ '1a': 3, '2a': 6, '3a': Infinity }, systemClock())] });
  const { report, decision } = await picker.report();
  return { report, decision, at: '1' };
}

it('takes what a picker found, as it comes out of a channel', async () => {
  const found = await real();
  expect(readFound(structuredClone(found), map)).toEqual(found);
});

type Path = readonly (string | number)[];
const set = (value: unknown, [key, ...rest]: Path, to: unknown): void => {
  const record = value as Record<string | number, unknown>;
  if (key === undefined) return;
  if (rest.length === 0) record[key] = to;
  else set(record[key], rest, to);
};

it.each<{ path: Path; to: unknown }>([
  { path: ['report'], to: undefined },
  { path: ['report', 'at'], to: NaN },
  { path: ['report', 'regions'], to: [] },
  { path: ['report', 'regions', '4'], to: { code: 'x', samples: 0, lost: 0, doubt: [] } },
  { path: ['report', 'regions', '1'], to: null },
  { path: ['report', 'regions', '1', 'latencyMs'], to: '3' },
  { path: ['report', 'regions', '1', 'latencyMs'], to: -1 },
  { path: ['report', 'regions', '1', 'latencyMs'], to: Infinity },
  { path: ['report', 'regions', '1', 'doubt'], to: 'cold' },
  { path: ['report', 'regions', '1', 'kinds', 'fake', 'ms'], to: {} },
  { path: ['report', 'notes'], to: [{ code: 'x' }] },
  { path: ['decision', 'home'], to: '4' },
  { path: ['decision', 'home'], to: 1 },
  { path: ['decision', 'equals'], to: ['4'] },
  { path: ['decision', 'sentence'], to: 'x'.repeat(1000) },
  { path: ['decision', 'sentence'], to: undefined },
  { path: ['decision', 'sure'], to: undefined },
  { path: ['decision', 'why'], to: null },
  { path: ['at'], to: '4' },
])('takes none with $path of $to', async ({ path, to }) => {
  const found = structuredClone(await real());
  set(found, path, to);
  expect(readFound(found, map)).toBeUndefined();
});

it('never throws, whatever it is told', () => {
  fc.assert(fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (data) => {
    expect(readFound(data, map)).toBeUndefined();
  }));
});
