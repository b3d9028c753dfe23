import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { build } from 'vite';
import type { Region } from '../../core/model/map.ts';
import { servePage } from './page-server.ts';

const root = resolve(import.meta.dirname, '../..');

/** The widget as a page without a bundler loads it, and the parts beside it, by their names. */
async function bundleWidget(): Promise<ReadonlyMap<string, string>> {
  const result = await build({ configFile: resolve(root, 'vite.config.ts'), root, mode: 'widget', logLevel: 'error', build: { write: false } });
  if (!('output' in result)) throw new Error('vite did not bundle');
  return new Map(result.output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : String(file.source)]));
}

let bundled: Promise<ReadonlyMap<string, string>> | undefined;
const widgetFiles = (): Promise<ReadonlyMap<string, string>> => (bundled ??= bundleWidget());

/** For the page: `mount` puts a widget into it, on relays that answer as `options.ms` says, in ms by code; none or Infinity: never. */
const fixture = `
globalThis.seen = [];
globalThis.shifts = [];
// Firefox does not tell of them.
if (PerformanceObserver.supportedEntryTypes.includes('layout-shift')) new PerformanceObserver((list) => { for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) shifts.push(value); }).observe({ type: 'layout-shift', buffered: true });
globalThis.relays = { ms: {}, probes: 0, open: 0 };
const transport = { name: 'ice', kind: 'ice', supports: () => true, close() { throw new Error('closed what is not its own'); },
  async probe(node, { signal }) {
    relays.probes++;
    relays.open++;
    const ms = relays.ms[node.host] ?? Infinity;
    try {
      await new Promise((resolve, reject) => {
        const timer = ms < Infinity ? setTimeout(resolve, ms) : undefined;
        signal.addEventListener('abort', () => { clearTimeout(timer); reject(Object.assign(new Error('no answer'), { code: 'no-answer', sent: true })); }, { once: true });
      });
    } finally { relays.open--; }
    return { kind: 'ice', latencyMs: ms };
  } };
globalThis.mount = ({ ms, ...properties }) => {
  const element = document.createElement('nearest-relay');
  if (ms) { relays.ms = ms; element.transports = [transport]; }
  for (const type of ['provisional', 'report', 'decision', 'error']) element.addEventListener(type, ({ detail }) => { const { cause, ...rest } = detail; seen.push({ type, ...rest }); });
  Object.assign(element, properties);
  document.querySelector('main').append(element);
  globalThis.widget = element;
  // That it was put there at all moved what stands below; only what comes later is the widget's doing.
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => { shifts.length = 0; resolve(); })));
};`;

export interface WidgetPage extends AsyncDisposable {
  readonly page: Page;
  readonly widget: Locator;
  readonly errors: string[];
  /** Puts the widget into the page. `ms`: what its relays answer after, by host; Infinity: never. */
  mount(properties: { readonly map?: unknown; readonly ms?: Readonly<Record<string, number>>; readonly strategy?: string; readonly every?: string; readonly fake?: string; readonly texts?: object }): Promise<void>;
  /** Runs an expression in the page, where `widget`, `seen`, `shifts`, `relays` and `mount` are. */
  run<T>(code: string): Promise<T>;
  part(name: string): Locator;
  /** What axe has against the page, as rule and selectors. */
  violations(): Promise<readonly string[]>;
}

export interface WidgetPageOptions {
  readonly browser: Browser;
  readonly headers?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly context?: BrowserContextOptions;
  /** Attributes of `<html>`. */
  readonly html?: string;
  /** Serve the page from this origin instead of loopback, without a network. */
  readonly origin?: string;
  /** The widget's file was copied without the parts beside it. */
  readonly alone?: boolean;
  /** The page's time can be run forward: `page.clock`. */
  readonly clock?: boolean;
}

export async function openWidgetPage({ browser, headers = {}, files = {}, context: contextOptions, html = 'lang="en"', origin, clock = false, alone = false }: WidgetPageOptions): Promise<WidgetPage> {
  const { 'widget.js': widgetFile = '', ...parts } = Object.fromEntries(await widgetFiles());
  const served = new Map(Object.entries({
    ...(!alone && parts),
    ...files,
    'index.html': `<!doctype html><html ${html}><head><title>page</title><meta name="viewport" content="width=device-width"><script src="/fixture.js"></script><script type="module" src="/nearest-relay.js"></script></head><body><main><h1>page</h1></main><footer id="below">below</footer></body></html>`,
    'fixture.js': `document.addEventListener('DOMContentLoaded', () => { document.documentElement.style.colorScheme = 'light dark'; document.documentElement.style.background = 'Canvas'; });${fixture}`,
    'nearest-relay.js': widgetFile,
  }));
  const server = await servePage(served, headers);
  const context = await browser.newContext(contextOptions);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
  page.on('pageerror', (error) => { errors.push(`uncaught: ${error.message}`); });
  if (origin !== undefined) {
    await page.route(`${origin}/**`, async (route) => {
      const answer = await fetch(server.url + new URL(route.request().url()).pathname.slice(1));
      await route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() });
    });
  }
  if (clock) await page.clock.install();
  await page.goto(origin === undefined ? server.url : `${origin}/`);
  const widget = page.locator('nearest-relay');
  return {
    page, widget, errors,
    mount: (properties) => page.evaluate(`mount(${toSource(properties)})`),
    run: (code) => page.evaluate(code),
    part: (name) => widget.locator(`[part~="${name}"]`),
    async violations() {
      await page.evaluate(await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8'));
      return page.evaluate(`axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target, failureSummary }) => target.join(' ') + ' ' + failureSummary).join('; ')))`);
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** As JSON, except that it can say Infinity. */
const toSource = (value: unknown): string => JSON.stringify(value, (_, item: unknown) => (item === Infinity ? '∞' : item)).replaceAll('"∞"', 'Infinity');

/** A region with one plain STUN node. */
export const regionAt = (id: number, code: string, name: string, place?: readonly [number, number], host = `${code}.example`): Region => ({
  id: String(id), code, name, ...(place && { latitude: place[0], longitude: place[1] }), nodes: [{ name: `${id}a`, host, stun: { port: 3478, dialect: 'plain' } }],
});

/** Eight regions as from Frankfurt. */
export const cities: readonly Region[] = [
  regionAt(1, 'fra', 'Frankfurt', [50.1, 8.7]), regionAt(2, 'par', 'Paris', [48.9, 2.4]), regionAt(3, 'ams', 'Amsterdam', [52.4, 4.9]), regionAt(4, 'nyc', 'New York', [40.7, -74]),
  regionAt(5, 'sfo', 'San Francisco', [37.8, -122.4]), regionAt(6, 'sin', 'Singapore', [1.4, 103.8]), regionAt(7, 'syd', 'Sydney', [-33.9, 151.2]), regionAt(8, 'sao', 'São Paulo', [-23.6, -46.6]),
];

const roundTrips = [8, 15, 14, 88, 150, 170, 265, 200];

export const cityMs: Readonly<Record<string, number>> = Object.fromEntries(cities.map(({ code }, index) => [`${code}.example`, roundTrips[index] ?? 0]));

export const mapOf = (regions: readonly Region[]): { readonly version: 1; readonly regions: readonly Region[] } => ({ version: 1, regions });
