import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';
import { chromium } from 'playwright-core';

/** A browser to start: where it is, and the flags without which that build does not run. */
export interface FoundBrowser {
  readonly executablePath: string;
  readonly args: readonly string[];
}

/** What to do where there is none. */
export const howToInstall = 'no Chromium was found: `apt-get install chromium`, or `npx playwright-core install chromium`, or name one in the environment variable CHROMIUM';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

const knownPlaces = [
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ...['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => env[name] ?? []).map((folder) => join(folder, 'Google/Chrome/Application/chrome.exe')),
];

/**
 * The browser that the environment variable CHROMIUM names (then it alone counts), else the first Chromium on the PATH, in the
 * usual places, as installed by Playwright, or in the package `@sparticuz/chromium`, for machines that can install nothing
 * but packages. Undefined: there is none.
 *
 * @throws Error if CHROMIUM names what is not there: a typing error must not pass as skipped tests
 */
export async function findBrowser(): Promise<FoundBrowser | undefined> {
  const named = env['CHROMIUM'] ?? '';
  if (named !== '') {
    if (!(await canRun(named))) throw new Error(`CHROMIUM=${named} is no program that can be run`);
    return { executablePath: named, args: [] };
  }
  const onPath = (env['PATH'] ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  for (const executablePath of [...onPath, ...knownPlaces, chromium.executablePath()]) {
    if (await canRun(executablePath)) return { executablePath, args: [] };
  }
  return packaged();
}

async function packaged(): Promise<FoundBrowser | undefined> {
  // Out of a variable: the package is nobody's dependency, and must be missing without an error.
  const name = '@sparticuz/chromium';
  try {
    const { default: build } = (await import(name)) as { readonly default: { readonly args: readonly string[]; executablePath(): Promise<string> } };
    return { executablePath: await build.executablePath(), args: build.args };
  } catch {
    return undefined;
  }
}

const canRun = (path: string): Promise<boolean> => access(path, constants.X_OK).then(() => true, () => false);
