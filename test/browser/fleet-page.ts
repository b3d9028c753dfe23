import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { FleetView } from '../../edge/fleet/view-form.ts';
import { dashboardPage } from '../../edge/dashboard/page.ts';
import { servePage } from './page-server.ts';

const hashesOf = (element: string): string => [...dashboardPage.matchAll(new RegExp(`<${element}[^>]*>([^]*?)</${element}>`, 'g'))].map(([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ');

/** What a site that trusts nothing sends with the page: only what stands in it may run. */
const strictPolicy = `default-src 'none'; script-src ${hashesOf('script')}; style-src ${hashesOf('style')}; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'`;

export type FleetAnswer = FleetView | { readonly status: number; readonly body?: string } | 'never' | 'unreachable';

export interface DashboardPage extends AsyncDisposable {
  readonly page: Page;
  /** What went wrong in it: errors of the console and exceptions. */
  readonly errors: string[];
  /** Bearer tokens that the fleet was asked with; undefined: without. */
  readonly asked: (string | undefined)[];
  /** What the fleet answers from now on. */
  answer(next: FleetAnswer): void;
  /** What axe has against the page. */
  violations(): Promise<readonly string[]>;
  /** Wider than its window. */
  overflowPx(): Promise<number>;
}

/** The dashboard as the edge serves it, beside a fleet that answers what the test says. Its time can be run forward. */
export async function openDashboard(browser: Browser, first: FleetAnswer, options: BrowserContextOptions = {}, token?: string): Promise<DashboardPage> {
  const server = await servePage(new Map([['index.html', dashboardPage]]), { 'content-security-policy': strictPolicy });
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const errors: string[] = [];
  const asked: (string | undefined)[] = [];
  let next = first;
  page.on('console', (message) => { if (message.type() === 'error' && !message.text().includes('Failed to load resource')) errors.push(message.text()); });
  page.on('pageerror', (error) => { errors.push(`uncaught: ${error.message}`); });
  await page.route('**/v1/fleet', async (route) => {
    const given = /^Bearer (.*)$/.exec(route.request().headers()['authorization'] ?? '')?.[1];
    asked.push(given);
    if (token !== undefined && given !== token) return route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{"detail":"wants the fleet token"}' });
    if (next === 'never') return undefined;
    if (next === 'unreachable') return route.abort();
    return 'status' in next ? route.fulfill({ status: next.status, body: next.body ?? '' }) : route.fulfill({ json: next });
  });
  await page.clock.install();
  await page.goto(server.url);
  return {
    page, errors, asked,
    answer(value) { next = value; },
    async violations() {
      const axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
      await page.evaluate(axe);
      return page.evaluate(`axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target, failureSummary }) => target.join(' ') + ' ' + failureSummary).join('; ')))`);
    },
    overflowPx: () => page.evaluate('document.documentElement.scrollWidth - innerWidth'),
    async [Symbol.asyncDispose]() {
      await context.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
