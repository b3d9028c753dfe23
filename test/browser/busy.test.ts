import { expect, it } from 'vitest';
import { describeInBrowser, openPage } from './harness.ts';

const relays = [8, 12, 20, 35, 60].map((rttMs) => ({ code: `at${rttMs}`, rttMs }));
/** Each region is asked first once and more, the nearest not. */
const orders = [1, 2, 3, 4, 1, 2, 3, 4].map((first) => relays.map((_, at) => relays[(first + at) % relays.length]?.code ?? ''));

describeInBrowser('a page that is busy while it starts up', () => {
  it('seldom calls a wrong home certain', async () => {
    await using opened = await openPage<typeof import('./pages/busy.ts')>({ entry: 'test/browser/pages/busy.ts', loopbackIce: true, lab: { relays } });
    const found: unknown[] = [];
    for (const codes of orders) {
      await opened.page.reload({ waitUntil: 'load' });
      const { home, sure } = await opened.call('firstHome', codes, 1_000);
      if (home !== 'at8' && sure >= 0.95) found.push({ home, sure, codes });
    }
    // Without a watch of the thread it is five of six. What other processes take cannot be seen: on a machine that is full of them three of eight went wrong.
    expect(found.length, JSON.stringify(found)).toBeLessThanOrEqual(orders.length / 2);
    expect(opened.errors).toEqual([]);
  });
});
