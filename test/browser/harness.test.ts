import { expect, it } from 'vitest';
import { describeInBrowsers, openPage } from './harness.ts';

describeInBrowsers('a page of these tests', (engine) => {
  it('runs sources, reaches the lab and tells what goes wrong', async () => {
    const code = `
      import { parseRelayMap } from './core/index.ts';
      export const codes = () => parseRelayMap(JSON.stringify(globalThis.labMap)).regions.map(({ code }) => code);
      export const status = async () => (await fetch('http://127.0.0.1:' + globalThis.labMap.regions[0].nodes[0].https.port + '/generate_204')).status;
      export const fail = (text) => { console.error(text); setTimeout(() => { throw new Error('thrown'); }); };`;
    interface Entry { codes(): string[]; status(): Promise<number>; fail(text: string): void }
    await using opened = await openPage<Entry>({ engine, code, lab: { relays: [{ code: 'fra', rttMs: 2 }, { code: 'par', rttMs: 4 }] } });
    expect(await opened.call('codes')).toEqual(['fra', 'par']);
    expect(await opened.call('status')).toBe(204);
    expect(opened.errors).toEqual([]);
    await opened.call('fail', 'said');
    await expect.poll(() => opened.errors).toEqual(['console: said', 'uncaught: thrown']);
  });

  it('sends the headers and the page that it is told', async () => {
    await using opened = await openPage({ engine, code: 'document.body.append(location.pathname)', html: '<h1>head</h1>', headers: { 'Content-Security-Policy': "script-src 'none'" } });
    expect(await opened.page.locator('body').innerText()).toBe('head');
    expect(opened.errors.join()).toContain("script-src 'none'");
  });
});
