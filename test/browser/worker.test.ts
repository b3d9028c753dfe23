import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLabWorker, type LabWorker } from '../interop/lab-worker.ts';
import { cleanUp } from '../interop/programs.ts';
import { workerdObstacle } from '../workers/project.ts';
import { describeInBrowser, startBrowser } from './harness.ts';
import { openWidgetPage } from './widget-page.ts';

describe.skipIf(workerdObstacle() !== undefined)('where workerd runs', () => describeInBrowser('a page and the Worker on another origin', () => {
  let browser: Browser;
  let edge: LabWorker | undefined;
  let url: string;
  beforeAll(async () => {
    [browser, edge] = await Promise.all([startBrowser(), startLabWorker({ nyc: 300, fra: 9, par: 150 })]);
    ({ url } = edge.worker);
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await edge?.close();
    await cleanUp();
  });

  it('the widget has its map from there and finds the nearest relay', async () => {
    await using opened = await openWidgetPage({ browser });
    await opened.mount({ map: `${url}/v1/relays` });
    await opened.part('title').filter({ hasText: 'fra' }).waitFor();
    expect(await opened.part('row').count()).toBe(3);
    expect(opened.errors).toEqual([]);
  });

  it('the widget measures the Worker itself, by its probe and its echo', async () => {
    const { host, port } = new URL(url);
    const relay = { name: 'edge', host: '127.0.0.1', https: { port: Number(port), path: '/v1/probe', scheme: 'http' } };
    await using opened = await openWidgetPage({ browser });
    await opened.mount({ map: { version: 1, regions: [{ id: '1', code: 'probe', name: 'Probe', nodes: [relay] }, { id: '2', code: 'echo', name: 'Echo', nodes: [{ name: 'echo', host: '127.0.0.1', websocket: `ws://${host}/v1/echo` }] }] } });
    const answered = 'Object.values(seen.findLast(({ type }) => type === "report")?.report?.regions ?? {}).filter(({ latencyMs }) => latencyMs > 0).length';
    await expect.poll(() => opened.run(answered), { timeout: 10_000 }).toBe(2);
    expect(opened.errors).toEqual([]);
  });

  it('the page posts its report and is hinted', async () => {
    await using opened = await openWidgetPage({ browser });
    await opened.mount({ map: `${url}/v1/relays` });
    await expect.poll(() => opened.run('seen.some(({ type }) => type === "report")'), { timeout: 10_000 }).toBe(true);
    const posted = `fetch(${JSON.stringify(`${url}/v1/reports`)}, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(seen.findLast(({ type }) => type === 'report').report) }).then(({ status }) => status)`;
    expect(await opened.run(posted)).toBe(202);
    // The first hint begins a sweep behind itself.
    const ranked = `fetch(${JSON.stringify(`${url}/v1/hint`)}, { cache: 'no-store' }).then((response) => response.json()).then(({ ranked }) => ranked[0])`;
    await expect.poll(() => opened.run(ranked), { timeout: 10_000 }).toBe('2');
    expect(opened.errors).toEqual([]);
  });
}));
