import { delimiter } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBrowser, type Engine, type Machine } from './find-browser.ts';

const packaged = { default: { executablePath: async () => '/tmp/chromium' } };

interface Case { what: string; engine?: Engine; env?: Machine['env']; programs?: readonly string[]; packages?: Readonly<Record<string, unknown>>; expected?: string }
interface Refusal extends Case { message: string }

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
    { what: 'the first on the PATH', programs: ['/opt/bin/chromium', '/usr/bin/google-chrome'], expected: '/usr/bin/google-chrome' },
    { what: 'one in a usual place', programs: ['/snap/bin/chromium'], expected: '/snap/bin/chromium' },
    { what: 'one where Windows has it', env: { PROGRAMFILES: '/c' }, programs: ['/c/Google/Chrome/Application/chrome.exe'], expected: '/c/Google/Chrome/Application/chrome.exe' },
    { what: 'the one that is named, before all others', env: { ...path, CHROMIUM: '/my/chromium' }, programs: ['/my/chromium', '/usr/bin/chromium'], expected: '/my/chromium' },
    { what: 'an empty name, which is none', env: { ...path, CHROMIUM: '' }, programs: ['/usr/bin/chromium'], expected: '/usr/bin/chromium' },
    { what: 'one in a package', packages: { '@sparticuz/chromium': packaged }, expected: '/tmp/chromium' },
    { what: 'an installed one before the package', programs: ['/usr/bin/chromium'], packages: { '@sparticuz/chromium': packaged }, expected: '/usr/bin/chromium' },
    { what: 'Firefox ESR before another Firefox', engine: 'firefox', programs: ['/usr/bin/firefox', '/usr/bin/firefox-esr'], expected: '/usr/bin/firefox-esr' },
    { what: 'the Firefox that is named', engine: 'firefox', env: { ...path, FIREFOX: '/my/firefox', CHROMIUM: '/my/chromium' }, programs: ['/my/firefox'], expected: '/my/firefox' },
    { what: 'no Firefox where there is only Chromium', engine: 'firefox', programs: ['/usr/bin/chromium'], packages: { '@sparticuz/chromium': packaged }, expected: undefined },
  ])('finds $what', async (one) => {
    expect(await findBrowser(one.engine ?? 'chromium', machineOf(one))).toEqual(one.expected);
  });

  it.each<Refusal>([
    { what: 'a name of nothing', env: { ...path, CHROMIUM: '/tpyo' }, programs: ['/usr/bin/chromium'], message: 'CHROMIUM=/tpyo is no program that can be run' },
    { what: 'a Firefox that is none', engine: 'firefox', env: { FIREFOX: '/tpyo' }, message: 'FIREFOX=/tpyo is no program that can be run' },
    { what: 'a package that cannot unpack', packages: { '@sparticuz/chromium': { default: { executablePath: async () => { throw new Error('no room'); } } } }, message: 'no room' },
  ])('does not pass over $what', async (one) => {
    await expect(findBrowser(one.engine ?? 'chromium', machineOf(one))).rejects.toThrow(one.message);
  });
});
