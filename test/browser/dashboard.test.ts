import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fleetView } from '../../edge/fleet/view.ts';
import { sampleFleet } from '../edge/fleet/sample-fleet.ts';
import type { DashboardPage, FleetAnswer } from './fleet-page.ts';
import { openDashboard } from './fleet-page.ts';
import { describeInBrowser, startBrowser } from './harness.ts';

const fleet = sampleFleet();
const empty = fleetView({ map: { version: 1, regions: [] }, locations: [], now: fleet.at });
const hostile = { ...fleet, regions: fleet.regions.map((region) => ({ ...region, code: '<img src=x onerror="alert(1)">', name: 'W'.repeat(300) })), notes: [{ code: '"><script>alert(1)</script>', message: '<b>bold</b>'.repeat(30) }] };

const states: readonly { name: string; answer: FleetAnswer; token?: string; shows: string }[] = [
  { name: 'a fleet', answer: fleet, shows: '7 locations, 11 regions' },
  { name: 'an empty fleet', answer: empty, shows: 'No location has measured yet' },
  { name: 'hostile names', answer: hostile, shows: '<img src=x onerror="alert(1)">' },
  { name: 'that it waits', answer: 'never', shows: 'Asking the fleet' },
  { name: 'that it wants a token', answer: fleet, token: 'right', shows: 'Fleet token' },
  { name: 'what went wrong', answer: { status: 503, body: '{"detail":"the store does not answer"}' }, shows: "The fleet's answer is 503: the store does not answer. It is asked again every 30 s." },
  { name: 'an answer that is none', answer: { status: 200, body: '{"regions":7}' }, shows: "The fleet's answer cannot be read." },
  { name: 'that nobody answers', answer: 'unreachable', shows: 'The fleet cannot be reached.' },
];

const rowsOf = ({ page }: DashboardPage, id: string): Promise<string[][]> =>
  page.locator(`#${id} tbody tr`).evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => [...cell.children].map(({ textContent }) => textContent).join('|'))));

describeInBrowser('the dashboard', () => {
  let browser: Browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());

  for (const colorScheme of ['light', 'dark'] as const) {
    it.each(states)(`shows $name, in ${colorScheme}, on a phone and on a desk`, async ({ answer, token, shows }) => {
      for (const width of [320, 1280]) {
        await using opened = await openDashboard(browser, answer, { colorScheme, viewport: { width, height: 900 }, reducedMotion: 'reduce' }, token);
        await opened.page.getByText(shows).filter({ visible: true }).first().waitFor();
        expect(await opened.overflowPx()).toBe(0);
        expect(await opened.violations()).toEqual([]);
        expect(opened.errors).toEqual([]);
      }
    });
  }

  it('tells what is dead, what got slower, and where a relay would gain', async () => {
    await using opened = await openDashboard(browser, fleet);
    await opened.page.getByText('7 locations').waitFor();
    expect((await rowsOf(opened, 'regions')).slice(0, 3).map(([region]) => region)).toEqual(['blr|Bengaluru, dead', 'dfw|Dallas, got slower', 'fra|Frankfurt']);
    expect((await rowsOf(opened, 'candidates'))[0]).toEqual(['SYD|34° S 151° E', expect.stringMatching(/^\d\d ms\|$/), '60|25 networks', 'sin|6,312 km']);
    expect(await rowsOf(opened, 'locations')).toHaveLength(7);
    expect(await opened.page.locator('#notes li').allTextContents()).toEqual(fleet.notes.map(({ message }) => message));
    expect(await opened.page.locator('#world .mark').evaluateAll((marks) => marks.map((mark) => mark.classList[1]).filter((kind) => kind !== 'answers').sort())).toEqual(['candidate', 'dead', ...Array.from({ length: 7 }, () => 'location'), 'slower']);
  });

  it('shows the regions as one location sees them, and keeps to it over refreshes', async () => {
    await using opened = await openDashboard(browser, fleet);
    await opened.page.getByLabel('as seen from').selectOption('SYD');
    const seen = await rowsOf(opened, 'regions');
    expect(seen[0]).toEqual(['blr|Bengaluru, dead', '–|', expect.stringMatching(/^\d+ ms\|of \d+$/), expect.stringMatching(/^\d+ s ago\|/)]);
    opened.answer({ ...fleet, at: fleet.at + 60_000 });
    await opened.page.getByRole('button', { name: 'Refresh' }).click();
    await expect.poll(() => opened.asked.length).toBe(2);
    expect(await opened.page.getByLabel('as seen from').inputValue()).toBe('SYD');
    expect(await rowsOf(opened, 'regions')).toEqual(seen);
    // Who asked is told; the next one comes by itself, and disturbs nobody.
    const spoken = opened.page.getByRole('status');
    await expect.poll(() => spoken.textContent()).toBe(`The fleet as of ${new Date(fleet.at + 60_000).toLocaleTimeString('en-US')}`);
    opened.answer({ ...fleet, at: fleet.at + 90_000 });
    await opened.page.clock.runFor(30_000);
    await opened.page.getByText(`As of ${new Date(fleet.at + 90_000).toLocaleTimeString('en-US')}`).waitFor();
    expect(await spoken.textContent()).not.toContain(new Date(fleet.at + 90_000).toLocaleTimeString('en-US'));
  });

  it('asks again by itself, and not while it is hidden', async () => {
    await using opened = await openDashboard(browser, fleet);
    await opened.page.getByText('7 locations').waitFor();
    await opened.page.clock.runFor(30_000);
    await expect.poll(() => opened.asked.length).toBe(2);
    await opened.page.evaluate('Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true }); document.dispatchEvent(new Event("visibilitychange"))');
    await opened.page.clock.runFor(300_000);
    expect(opened.asked.length).toBe(2);
    await opened.page.evaluate('Object.defineProperty(document, "visibilityState", { value: "visible" }); document.dispatchEvent(new Event("visibilitychange"))');
    await opened.page.clock.runFor(1);
    await expect.poll(() => opened.asked.length).toBe(3);
  });

  it('keeps what it showed when the fleet fails, says so, and recovers', async () => {
    await using opened = await openDashboard(browser, fleet);
    await opened.page.getByText('7 locations').waitFor();
    opened.answer('unreachable');
    await opened.page.getByRole('button', { name: 'Refresh' }).click();
    await opened.page.getByRole('alert').filter({ hasText: 'The fleet cannot be reached. What is shown is from before.' }).waitFor();
    expect(await rowsOf(opened, 'locations')).toHaveLength(7);
    expect(await opened.violations()).toEqual([]);
    opened.answer(fleet);
    await opened.page.clock.runFor(30_000);
    await opened.page.getByRole('alert').waitFor({ state: 'hidden' });
  });

  it('asks for the token, keeps it for the tab alone, and forgets a wrong one', async () => {
    await using opened = await openDashboard(browser, fleet, {}, 'right');
    const { page } = opened;
    await page.getByLabel('Token').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('That is not the token.').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('token');
    await page.getByLabel('Token').fill(' right ');
    await page.getByRole('button', { name: 'Show the fleet' }).click();
    await page.getByText('7 locations').waitFor();
    await page.reload();
    await page.getByText('7 locations').waitFor();
    expect(opened.asked).toEqual([undefined, 'wrong', 'right', 'right']);
    expect(page.url()).not.toContain('right');
    expect(await page.evaluate('localStorage.length + document.cookie.length')).toBe(0);
    expect(opened.errors).toEqual([]);
  });

  it('can be used without a pointer', async () => {
    await using opened = await openDashboard(browser, fleet);
    await opened.page.getByText('7 locations').waitFor();
    await opened.page.keyboard.press('Tab');
    await opened.page.keyboard.press('Enter');
    await expect.poll(() => opened.asked.length).toBe(2);
    await opened.page.keyboard.press('Tab');
    expect(await opened.page.evaluate('document.activeElement.id')).toBe('location');
  });
});
