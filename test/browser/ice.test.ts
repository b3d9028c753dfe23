import { expect, it } from 'vitest';
import { describeInBrowser, loopbackIce, openPage } from './harness.ts';
import type { OpenedPage } from './harness.ts';

type IcePage = typeof import('./pages/ice.ts');

const openIce = (relays: Parameters<typeof openPage>[0]['lab'] & object): Promise<OpenedPage<IcePage>> =>
  openPage<IcePage>({ entry: 'test/browser/pages/ice.ts', args: [loopbackIce], lab: relays });

describeInBrowser('ice() in a page', () => {
  it('measures', async () => {
    await using opened = await openIce({ relays: [{ code: 'a', rttMs: 10 }, { code: 'b', rttMs: 20 }, { code: 'dead', rttMs: 5, dead: true }] });
    console.log(await opened.call('probe', ['a', 'b', 'dead'], { withinMs: 300 }));
    await opened.call('open');
    console.log(await opened.call('rounds', 3, ['a', 'b', 'dead'], 300));
    console.log(await opened.call('probe', ['a', 'b', 'dead'], { withinMs: 300, family: 6 }));
    console.log(await opened.call('probe', ['a'], { withinMs: 300, family: 4, change: { ipv4: '', ipv6: '', host: 'localhost' } }));
    console.log(await opened.call('probe', ['a'], { withinMs: 300, family: 4, change: { ipv4: '', ipv6: '', host: 'nonexistent.test' } }));
    console.log(await opened.call('probe', ['a'], { withinMs: 300, family: 4, change: { ipv4: '', ipv6: '', host: 'bad host' } }));
    expect(opened.errors).toEqual([]);
  });
});
