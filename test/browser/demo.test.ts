import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { start, type Running } from '../node/cli/run-command.ts';
import { describeInBrowsers, startBrowser } from './harness.ts';

/** Reports are 2 s apart, and a machine that is busy takes its time. */
const patience = { timeout: 40_000, interval: 100 };

/** So far apart that what a busy machine adds to a first report makes no difference that lasts: netcheck wants 10 ms and a third. */
const fleet = { relays: [{ code: 'fra', name: 'Frankfurt', rttMs: 8 }, { code: 'lon', name: 'London', rttMs: 60 }, { code: 'mad', name: 'Madrid', rttMs: 80 }, { code: 'nyc', name: 'New York City', rttMs: 120 }] };

const strategies = ['netcheck', 'steady'] as const;

interface Demo extends AsyncDisposable {
  readonly page: Page;
  readonly errors: readonly string[];
}

vi.setConfig({ testTimeout: 90_000 });

describeInBrowsers('the demo page', (engine) => {
  let browser: Browser;
  let darkBrowser: Browser | undefined;
  let command: Running;
  let url: string;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'demo-page-'));
    await writeFile(join(folder, 'fleet.json'), JSON.stringify(fleet));
    command = start(['demo', '--fleet', join(folder, 'fleet.json')], { mostMs: 300_000 });
    const line = /^Demo: (\S+)$/m;
    await command.until((stdout) => line.test(stdout));
    url = line.exec(command.stdout)?.[1] ?? '';
    browser = await startBrowser({ engine, loopbackIce: true });
  });
  afterAll(async () => {
    await Promise.all([browser.close(), darkBrowser?.close()]);
    command.interrupt();
    expect(await command.ended).toMatchObject({ code: 130, stderr: '' });
    await rm(folder, { recursive: true });
  });

  /** In a profile of its own, with all relays calm. */
  async function open(options: Parameters<Browser['newContext']>[0] = {}, prepare = ''): Promise<Demo> {
    const isDark = options.colorScheme === 'dark';
    // Chromium emulates it in any page; Firefox is started so.
    if (isDark && engine === 'firefox') darkBrowser ??= await startBrowser({ engine, dark: true, reducedMotion: true });
    const context = await (isDark ? darkBrowser ?? browser : browser).newContext({ viewport: { width: 1440, height: 960 }, ...options });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
    page.on('pageerror', ({ message }) => { errors.push(message); });
    if (prepare) await page.addInitScript(prepare);
    await page.goto(url);
    await page.getByRole('button', { name: 'All calm' }).click();
    return { page, errors, [Symbol.asyncDispose]: () => context.close() };
  }

  const homeOf = (page: Page, strategy: string): Promise<string> => page.getByRole('region', { name: strategy, exact: true }).locator('.home').innerText();
  const homes = (page: Page): Promise<string[]> => Promise.all(strategies.map((strategy) => homeOf(page, strategy)));
  const movesOf = async (page: Page): Promise<number[]> => (await page.locator('.lane .count').allInnerTexts()).map((text) => Number.parseInt(text, 10));
  const titleOf = (page: Page): Promise<string> => page.locator('nearest-relay [part=title]').innerText();

  it('names the nearest, by the widget and by both strategies, and says how it measures', async () => {
    await using demo = await open();
    const { page, errors } = demo;
    await expect.poll(() => homes(page), patience).toEqual(['Frankfurt', 'Frankfurt']);
    await expect.poll(() => titleOf(page), patience).toBe('Frankfurt');
    expect(await page.locator('#reach').innerText()).toContain(engine === 'firefox' ? 'by HTTP: this browser’s WebRTC got no answer from 127.0.0.1. Firefox never sends there' : 'ICE');
    expect(await page.getByRole('img', { name: /^Round trips and homes/ }).getAttribute('aria-label')).toContain('netcheck is at fra after 0 moves, steady is at fra after 0 moves');
    expect(errors).toEqual([]);
  });

  it('a relay that dies is left by both and by the widget; the moves are counted, marked and told', async () => {
    await using demo = await open();
    const { page, errors } = demo;
    await expect.poll(() => homes(page), patience).toEqual(['Frankfurt', 'Frankfurt']);
    await page.getByRole('group', { name: 'Frankfurt' }).getByRole('switch', { name: 'Dead' }).check();
    await expect.poll(async () => (await homes(page)).includes('Frankfurt'), patience).toBe(false);
    await expect.poll(() => titleOf(page), patience).not.toBe('Frankfurt');
    for (const moves of await movesOf(page)) expect(moves).toBeGreaterThan(0);
    for (const strategy of strategies) {
      expect(await page.getByRole('list', { name: `Last moves of ${strategy}` }).innerText()).toContain('fra →');
    }
    await expect.poll(() => page.locator('.drawing .move').count()).toBeGreaterThan(1);
    expect(await page.locator('.drawing .mark').last().locator('title').textContent()).toBe('fra dead');
    expect(await page.locator('#spoken').textContent()).toMatch(/: moved to \w+: /);
    expect(errors).toEqual([]);
  });

  it('a relay that becomes slow is seen to be, and left by steady; netcheck remembers its better times for five minutes', async () => {
    await using demo = await open();
    const { page, errors } = demo;
    await expect.poll(() => homes(page), patience).toEqual(['Frankfurt', 'Frankfurt']);
    const frankfurt = page.getByRole('group', { name: 'Frankfurt' });
    const delay = frankfurt.getByRole('slider', { name: 'Delay' });
    await delay.focus();
    await page.keyboard.press('End');
    expect(await delay.getAttribute('aria-valuetext')).toBe('2000 ms');
    await expect.poll(() => homeOf(page, 'steady'), patience).toBe('London');
    await expect.poll(() => frankfurt.getByLabel('Measured round trip').innerText(), patience).toMatch(/^2\d{3}\.\d ms$|^no answer$/);
    await page.keyboard.press('Home');
    await frankfurt.getByRole('combobox', { name: 'Like' }).selectOption('Bufferbloat');
    expect(await delay.getAttribute('aria-valuetext')).toBe('250 ms');
    expect(await frankfurt.getByRole('combobox').inputValue()).toBe('bufferbloat');
    const state = (await (await fetch(`${url}weather`)).json()) as { relays: { code: string; weather: object }[] };
    expect(state.relays.find(({ code }) => code === 'fra')?.weather).toMatchObject({ delayMs: 250, jitterMs: 80, lossRate: 0.01, dead: false });
    expect(errors).toEqual([]);
  });

  it('without WebRTC it measures by HTTP, and says why', async () => {
    await using demo = await open({}, 'delete globalThis.RTCPeerConnection');
    const { page, errors } = demo;
    expect(await page.locator('#reach').innerText()).toContain('by HTTP: this browser has no WebRTC');
    await expect.poll(() => homes(page), patience).toEqual(['Frankfurt', 'Frankfurt']);
    expect(errors).toEqual([]);
  });

  it.each([
    { colorScheme: 'light', viewport: { width: 1440, height: 960 } },
    { colorScheme: 'dark', viewport: { width: 1440, height: 960 } },
    { colorScheme: 'light', viewport: { width: 400, height: 900 } },
    { colorScheme: 'dark', viewport: { width: 320, height: 640 }, reducedMotion: 'reduce' },
  ] as const)('has nothing that axe objects to, and no scrolling sideways: $colorScheme, $viewport.width px', async (options) => {
    await using demo = await open(options);
    const { page, errors } = demo;
    await expect.poll(() => homes(page), patience).toEqual(['Frankfurt', 'Frankfurt']);
    await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> } };
      return (await axe.run()).violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`) }));
    });
    expect(violations).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    expect(errors).toEqual([]);
  });
});
