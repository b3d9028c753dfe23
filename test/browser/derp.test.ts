import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDerp, formatDerpKey, parseDerpKey, type DerpClient } from '../../derp/index.ts';
import { createLab, type Lab } from '../../lab/index.ts';
import { derpStream } from '../../node/index.ts';
import { howToGetDerper, startDerper } from '../interop/derper.ts';
import { cleanUp, describeWith, makeFolder } from '../interop/programs.ts';
import { describeInBrowser, openPage, type OpenedPage } from './harness.ts';

type Page = typeof import('./pages/derp.ts');

/** A page and a program at the same relay. */
async function meet(page: OpenedPage<Page>, port: number): Promise<void> {
  const mine = await page.call('connect', `ws://127.0.0.1:${port}/derp`);
  expect(await page.call('ping')).toBeGreaterThan(0);
  await using other: DerpClient = await connectDerp({ stream: await derpStream({ name: 'a', host: '127.0.0.1', derp: { port }, https: { port, path: '/', scheme: 'http' } }) });
  for (const bytes of [0, 1, 1200, 32_768, 65_536]) {
    expect(await page.call('send', formatDerpKey(other.publicKey), bytes)).toBe(true);
    for await (const { source, packet } of other.packets) {
      expect([formatDerpKey(source), packet.length, packet.every((byte, at) => byte === (at & 255))]).toEqual([mine, bytes, true]);
      break;
    }
    other.send(parseDerpKey(mine), Uint8Array.from({ length: bytes }, (_, at) => at));
    expect(await page.call('receive')).toEqual([formatDerpKey(other.publicKey), bytes, true]);
  }
  await other.close();
  await expect.poll(() => page.call('told')).toContain('peerGone');
  expect(await page.call('close')).toBe('closed');
}

describeInBrowser('DERP in a page', () => {
  let lab: Lab;
  let page: OpenedPage<Page>;
  beforeAll(async () => {
    lab = await createLab({ relays: [{ code: 'fra', rttMs: 2 }] });
    page = await openPage<Page>({ entry: 'test/browser/pages/derp.ts' });
  });
  afterAll(async () => {
    await page[Symbol.asyncDispose]();
    await lab.close();
  });

  it('meets a program at the lab\'s relay', async () => {
    await meet(page, lab.plainMap.regions[0]?.nodes[0]?.derp?.port ?? 0);
    expect(page.errors).toEqual([]);
  });

  it('says that nobody is there', async () => {
    expect(await page.call('failure', `ws://127.0.0.1:${lab.plainMap.regions[0]?.nodes[0]?.derp?.port}/nothing`)).toBe('transport');
    expect(await page.call('failure', 'ws://127.0.0.1:1/derp')).toBe('transport');
  });

  describeWith('derper', howToGetDerper, (path) => {
    afterAll(cleanUp);
    it('meets a program at Tailscale\'s', async () => {
      const derper = await startDerper(path, { folder: makeFolder(), mode: 'http', stun: false });
      await meet(page, derper.port);
    });
  });
});
