import { delimiter } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBrowser, type Engine, type Machine } from './find-browser.ts';

const packaged = { default: { args: ['--single-process'], executablePath: async () => '/tmp/chromium' } };

interface Case { what: string; engine?: Engine; env?: Machine['env']; programs?: readonly string[]; packages?: Readonly<Record<string, unknown>>; expected: object | undefined }

const path = { PATH: ['/usr/bin', '/opt/bin'].join(delimiter) };

const machineOf = ({ env = path, programs = [], packages = {} }: Case): Machine => ({
  env,
  canRun: async (program) => programs.includes(program),
  importPackage: async (name) => {
    if (!Object.hasOwn(packages, name)) throw new Error(`Cannot find package '${name}'`);
    return packages[name];
  },
});

describe('findBrowser()', () => {
  it.each<Case>([
    { what: 'nothing', expected: undefined },
    { what: 'the first on the PATH', programs: ['/opt/bin/chromium', '/usr/bin/google-chrome'], expected: { executablePath: '/usr/bin/google-chrome', args: [] } },
    { what: 'one in a usual place', programs: ['/snap/bin/chromium'], expected: { executablePath: '/snap/bin/chromium', args: [] } },
    { what: 'one where Windows has it', env: { PROGRAMFILES: '/c' }, programs: ['/c/Google/Chrome/Application/chrome.exe'], expected: { executablePath: '/c/Google/Chrome/Application/chrome.exe', args: [] } },
    { what: 'the one that is named, before all others', env: { ...path, CHROMIUM: '/my/chromium' }, programs: ['/my/chromium', '/usr/bin/chromium'], expected: { executablePath: '/my/chromium', args: [] } },
    { what: 'an empty name, which is none', env: { ...path, CHROMIUM: '' }, programs: ['/usr/bin/chromium'], expected: { executablePath: '/usr/bin/chromium', args: [] } },
    { what: 'one in a package, with the flags that it needs', packages: { '@sparticuz/chromium': packaged }, expected: { executablePath: '/tmp/chromium', args: ['--single-process'] } },
    { what: 'an installed one before the package', programs: ['/usr/bin/chromium'], packages: { '@sparticuz/chromium': packaged }, expected: { executablePath: '/usr/bin/chromium', args: [] } },
    { what: 'Firefox ESR before another Firefox', engine: 'firefox', programs: ['/usr/bin/firefox', '/usr/bin/firefox-esr'], expected: { executablePath: '/usr/bin/firefox-esr', args: [] } },
    { what: 'the Firefox that is named', engine: 'firefox', env: { ...path, FIREFOX: '/my/firefox', CHROMIUM: '/my/chromium' }, programs: ['/my/firefox'], expected: { executablePath: '/my/firefox', args: [] } },
    { what: 'no Firefox where there is only Chromium', engine: 'firefox', programs: ['/usr/bin/chromium'], packages: { '@sparticuz/chromium': packaged }, expected: undefined },
  ])('finds $what', async (one) => {
    expect(await findBrowser(one.engine ?? 'chromium', machineOf(one))).toEqual(one.expected);
  });

  it.each<Case>([
    { what: 'a name of nothing', env: { ...path, CHROMIUM: '/tpyo' }, programs: ['/usr/bin/chromium'], expected: { message: 'CHROMIUM=/tpyo is no program that can be run' } },
    { what: 'a Firefox that is none', engine: 'firefox', env: { FIREFOX: '/tpyo' }, expected: { message: 'FIREFOX=/tpyo is no program that can be run' } },
    { what: 'a package that cannot unpack', packages: { '@sparticuz/chromium': { default: { args: [], executablePath: async () => { throw new Error('no room'); } } } }, expected: { message: 'no room' } },
  ])('does not pass over $what', async (one) => {
    await expect(findBrowser(one.engine ?? 'chromium', machineOf(one))).rejects.toMatchObject(one.expected ?? {});
  });
});
