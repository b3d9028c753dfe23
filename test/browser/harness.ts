import { setTimeout } from 'node:timers/promises';
import { chromium, firefox, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { describe } from 'vitest';
import type { RelayMap } from '../../core/model/map.ts';
import type { Lab, LabOptions } from '../../lab/index.ts';
import { createLab } from '../../lab/index.ts';
import type { Entry } from './bundle.ts';
import { bundle } from './bundle.ts';
import { engines, findBrowser, howToInstall, type Engine } from './find-browser.ts';
import { servePage } from './page-server.ts';

/** The functions that the entry of a page exports. */
type Exports = Record<string, unknown>;
type Callable<E, K extends keyof E> = E[K] extends (...args: infer A) => infer R ? { args: A; result: Awaited<R> } : never;

export interface BrowserOptions {
  /** Default: `chromium`. */
  readonly engine?: Engine;
  /** Lets a page's peer connections use loopback: WebRTC leaves it out by itself. Chromium only: Firefox has no way to. */
  readonly loopbackIce?: boolean;
  /** For Firefox, where neither a context nor a page can choose: dark, and reduced motion. */
  readonly dark?: boolean;
  readonly reducedMotion?: boolean;
}

export type PageOptions = Entry & BrowserOptions & {
  /** The page without its script. Default: an empty one. */
  readonly html?: string;
  /** Of the page, such as a Content-Security-Policy. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Starts a lab; its `plainMap` is `globalThis.labMap` before any script of the page runs. */
  readonly lab?: LabOptions;
  /** That map instead of a lab's. */
  readonly map?: RelayMap;
  /** Default: one of its own. */
  readonly browser?: Browser;
  /** Colour scheme, reduced motion, viewport, offline and the like. */
  readonly context?: BrowserContextOptions;
};

export interface OpenedPage<E = Exports> extends AsyncDisposable {
  readonly page: Page;
  readonly url: string;
  readonly lab: Lab | undefined;
  /** Console errors, uncaught exceptions and crashes so far, in words. A test of a page ends with `expect(errors).toEqual([])`. */
  readonly errors: readonly string[];
  /** Calls what the entry exports. Arguments and result travel as JSON does, and a rejection as an Error. */
  call<K extends keyof E & string>(name: K, ...args: Callable<E, K>['args']): Promise<Callable<E, K>['result']>;
}

/**
 * Quiet, and able to run as root: these pages come from this repository. `relay.test` is this machine, and no other name is
 * looked up: nothing leaves it. WebRTC asks for names with their last dot.
 */
const chromiumFlags = ['--host-resolver-rules=MAP relay.test 127.0.0.1, MAP relay.test. 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE [::1]', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** All names are this machine, so that nothing leaves it. */
const firefoxPreferences = { 'network.dns.forceResolve': '127.0.0.1' };

const found: Readonly<Record<Engine, string | undefined>> = { chromium: await findBrowser('chromium'), firefox: await findBrowser('firefox') };

/** `describe`, in Chromium; skipped with what to install where there is none. */
export const describeInBrowser = (name: string, tests: () => void): void => describeIn('chromium', name, tests);

/** The same in each browser. */
export function describeInBrowsers(name: string, tests: (engine: Engine) => void): void {
  for (const engine of engines) describeIn(engine, `${name}, in ${engine}`, () => tests(engine));
}

/** In that browser alone. */
export function describeIn(engine: Engine, name: string, tests: () => void): void {
  if (found[engine]) describe(name, tests);
  else describe.skip(`${name} (${howToInstall[engine]})`, tests);
}

/** A browser, to be shared by pages: starting one takes a second or two. */
export async function startBrowser({ engine = 'chromium', loopbackIce = false, dark = false, reducedMotion = false }: BrowserOptions = {}): Promise<Browser> {
  const executablePath = found[engine];
  if (executablePath === undefined) throw new Error(howToInstall[engine]);
  if (engine === 'chromium') {
    return onceUnpacked(() => chromium.launch({ executablePath, args: [...chromiumFlags, ...(loopbackIce ? ['--allow-loopback-in-peer-connection'] : [])] }));
  }
  // Any Firefox, over WebDriver BiDi: Playwright's own build is another one.
  return firefox.launch({
    executablePath, channel: 'moz-firefox',
    firefoxUserPrefs: { ...firefoxPreferences, 'ui.systemUsesDarkTheme': Number(dark), 'ui.prefersReducedMotion': Number(reducedMotion) },
  });
}

/** Another worker of these tests may be unpacking the package's Chromium just now: then it is a file that is being written. */
async function onceUnpacked(launch: () => Promise<Browser>): Promise<Browser> {
  for (const end = performance.now() + 20_000; ;) {
    try {
      return await launch();
    } catch (error) {
      if (!String(error).includes('ETXTBSY') || performance.now() > end) throw error;
      await setTimeout(500);
    }
  }
}

/**
 * Bundles the entry, serves it on loopback and opens it in a page of its own profile. Everything is closed again at the end
 * of the scope, and if opening fails.
 *
 * @example
 * await using opened = await openPage<typeof import('./pages/ice.ts')>({ entry: 'test/browser/pages/ice.ts', loopbackIce: true, lab: { relays } });
 * const sample = await opened.call('probe', 'fra');
 * expect(opened.errors).toEqual([]);
 */
export async function openPage<E = Exports>(options: PageOptions): Promise<OpenedPage<E>> {
  const ends: (() => PromiseLike<void>)[] = [];
  const close = async (): Promise<void> => {
    for (let end = ends.pop(); end; end = ends.pop()) await end();
  };
  try {
    return await open(options, ends, close);
  } catch (error) {
    await close();
    throw error;
  }
}

const emptyPage = '<!doctype html><html lang="en"><title>page</title><body></body></html>';
const script = '<script type="module" src="/entry.js"></script>';

async function open<E>(options: PageOptions, ends: (() => PromiseLike<void>)[], close: () => Promise<void>): Promise<OpenedPage<E>> {
  const { html = emptyPage, headers = {} } = options;
  const files = new Map(await bundle(options)).set('index.html', html.includes('</body>') ? html.replace('</body>', `${script}</body>`) : html + script);
  const server = await servePage(files, headers);
  ends.push(() => server[Symbol.asyncDispose]());
  const lab = options.lab && await createLab(options.lab);
  if (lab) ends.push(lab.close);
  const browser = options.browser ?? await startBrowser(options);
  if (browser !== options.browser) ends.push(() => browser.close());
  const context = await browser.newContext(options.context);
  ends.push(() => context.close());
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error') errors.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => { errors.push(`uncaught: ${error.message}`); });
  page.on('crash', () => { errors.push('the page crashed'); });
  const map = options.map ?? lab?.plainMap;
  if (map) await page.addInitScript(`globalThis.labMap = ${JSON.stringify(map)};`);
  await page.goto(server.url, { waitUntil: 'load' });
  return {
    page,
    url: server.url,
    lab,
    errors,
    call: (name, ...args) => page.evaluate(callExport, { name, args }) as Promise<never>,
    [Symbol.asyncDispose]: close,
  };
}

/** Runs in the page. */
function callExport({ name, args }: { name: string; args: readonly unknown[] }): unknown {
  const { entry } = globalThis as unknown as { entry: Record<string, (...args: readonly unknown[]) => unknown> };
  const exported = entry[name];
  if (!exported) throw new Error(`the entry exports no ${name}`);
  return exported(...args);
}
