import { expect, it } from 'vitest';
import { bundleSize } from '../bench/bundle-size.mjs';

// Above what was aimed at (12, 15 and 20 kB), but held: whoever adds a kB should notice.
it.each([['bundle of the core', 20], ['bundle of nearest() for a page', 26], ['the widget in one file', 36]])('%s: at most %d kB', async (name, mostKb) => {
  const rows: { name: string; value: number }[] = await bundleSize();
  expect(rows.find((row) => row.name.startsWith(name))?.value).toBeLessThanOrEqual(mostKb);
}, 60_000);
