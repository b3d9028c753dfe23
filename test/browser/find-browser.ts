import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';
import { chromium } from 'playwright-core';

export const engines = ['chromium', 'firefox'] as const;
export type Engine = (typeof engines)[number];

/** What is looked at to find one. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  canRun(path: string): Promise<boolean>;
  /** Rejects where it is not installed. */
  importPackage(name: string): Promise<unknown>;
}

interface Search {
  /** The environment variable that names one. */
  readonly variable: string;
  readonly names: readonly string[];
  places(env: Machine['env']): readonly string[];
  /** An npm package that brings one. */
  readonly packaged?: string;
}

const programFiles = (env: Machine['env'], path: string): string[] => ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => env[name] ?? []).map((folder) => join(folder, path));

const searches: Readonly<Record<Engine, Search>> = {
  chromium: {
    variable: 'CHROMIUM',
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'],
    places: (env) => [
      '/snap/bin/chromium',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      ...programFiles(env, 'Google/Chrome/Application/chrome.exe'),
      chromium.executablePath(),
    ],
    packaged: '@sparticuz/chromium',
  },
  firefox: {
    variable: 'FIREFOX',
    names: ['firefox-esr', 'firefox'],
    places: (env) => ['/snap/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox', ...programFiles(env, 'Mozilla Firefox/firefox.exe')],
  },
};

/** What to do where there is none. */
export const howToInstall: Readonly<Record<Engine, string>> = {
  chromium: 'no Chromium was found: `apt-get install chromium`, or `npx playwright-core install chromium`, or `npm install --no-save @sparticuz/chromium@147.0.0`, or name one in the environment variable CHROMIUM',
  firefox: 'no Firefox was found: `apt-get install firefox-esr`, or name one in the environment variable FIREFOX',
};

const thisMachine: Machine = {
  env,
  canRun: (path) => access(path, constants.X_OK).then(() => true, () => false),
  importPackage: (name) => import(name),
};

/**
 * The path of the browser that the engine's environment variable names (then it alone counts), else the first on the PATH, in the usual
 * places, or in a package, for machines that can install nothing but packages. Undefined: there is none.
 *
 * @throws Error if the variable names what is not there: a typing error must not pass as skipped tests
 */
export async function findBrowser(engine: Engine, machine: Machine = thisMachine): Promise<string | undefined> {
  const { variable, names, places, packaged } = searches[engine];
  const { [variable]: named = '', PATH: path = '' } = machine.env;
  if (named !== '') {
    if (!(await machine.canRun(named))) throw new Error(`${variable}=${named} is no program that can be run`);
    return named;
  }
  const onPath = path.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  for (const executablePath of [...onPath, ...places(machine.env)]) {
    if (await machine.canRun(executablePath)) return executablePath;
  }
  return packaged === undefined ? undefined : fromPackage(packaged, machine);
}

/**
 * The package is nobody's dependency, and may be missing. If it is there and does not run here, that is told. Its own flags
 * stay out: they are for small clouds, put all into one process, which does not outlive its first context, and end web security.
 */
async function fromPackage(name: string, machine: Machine): Promise<string | undefined> {
  const module = await machine.importPackage(name).catch(() => undefined);
  return module === undefined ? undefined : (module as { readonly default: { executablePath(): Promise<string> } }).default.executablePath();
}
