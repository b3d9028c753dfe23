import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const exec = promisify(execFile);

/** What each folder may import, beside itself. */
const folders: Readonly<Record<string, readonly string[]>> = {
  core: [],
  universal: ['core'],
  lab: ['core', 'universal', 'node', 'derp'],
  node: ['core', 'universal'],
  web: ['core', 'universal'],
  edge: ['core', 'universal'],
  derp: ['core', 'universal'],
};
/** The command alone may start the lab and the edge app, and connect to what it measured. */
const commandMay = new Set(['lab', 'edge', 'derp']);

/** Within core the arrows run one way. A tier may import those before it; `probe` is the seam that choice and report know nothing of. */
const tiers: readonly (readonly string[])[] = [['model', 'errors.ts', 'clock.ts'], ['map', 'probe', 'choice', 'report', 'wire', 'events.ts'], ['strategy'], ['picker', 'metrics.ts', 'trace.ts'], ['home', 'ice', 'place', 'judge', 'doctor'], ['index.ts']];

interface Import { readonly from: string; readonly to: string; readonly typeOnly: boolean }

async function importsBelow(folder: string): Promise<Import[]> {
  const files = (await readdir(join(root, folder), { recursive: true }).catch(() => [])).filter((file) => file.endsWith('.ts'));
  const found: Import[] = [];
  for (const file of files) {
    const from = join(folder, file);
    const text = await readFile(join(root, from), 'utf8');
    for (const [statement, specifier = ''] of text.matchAll(/(?:^(?:import|export)\b[^'"]*?|\bimport\()['"](\.[^'"]*)['"]/gm)) {
      found.push({ from, to: relative(root, resolve(root, dirname(from), specifier)), typeOnly: /^(import|export) type\b/.test(statement) });
    }
  }
  return found;
}

describe('imports point inward', () => {
  it.each(Object.keys(folders))('%s', async (folder) => {
    const breaches = (await importsBelow(folder)).filter(({ from, to }) => {
      const target = to.split('/')[0] ?? '';
      const isCommand = from.startsWith('node/cli/') && commandMay.has(target);
      return target !== folder && !folders[folder]?.includes(target) && !isCommand;
    });
    expect(breaches).toEqual([]);
  });

  it('within core, from tier to tier', async () => {
    const tierOf = (path: string): number => tiers.findIndex((tier) => tier.includes(path.split('/')[1] ?? ''));
    const imports = await importsBelow('core');
    expect(imports.length).toBeGreaterThan(50);
    const breaches = imports.filter(({ from, to, typeOnly }) => tierOf(from) < tierOf(to) && !typeOnly);
    expect(breaches).toEqual([]);
  });
});

describe('core is pure', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'breach-'));
    await mkdir(join(folder, 'core'));
    await cp(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    await cp(join(root, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await cp(join(root, 'core/tsconfig.json'), join(folder, 'core/tsconfig.json'));
    await cp(join(root, 'core/universal.d.ts'), join(folder, 'core/universal.d.ts'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const verdict = async (file: string, args: string[]): Promise<string> => {
    try {
      await exec(process.execPath, [join(root, 'node_modules', file), ...args], { cwd: folder });
      return 'fine';
    } catch (error) {
      return String((error as { stdout?: string }).stdout);
    }
  };
  const lint = (): Promise<string> => verdict('oxlint/bin/oxlint', ['--deny-warnings', 'core']);
  const compile = (): Promise<string> => verdict('typescript/bin/tsc', ['-p', 'core', '--noEmit']);

  it.each([
    { name: 'a clock', code: 'export const at: number = Date.now();', says: 'Date' },
    { name: 'randomness', code: 'export const chance: number = Math.random();', says: 'Randomness is injected' },
  ])('lint refuses $name', async ({ code, says }) => {
    await writeFile(join(folder, 'core/breach.ts'), `${code}\n`);
    expect(await lint()).toContain(says);
  });

  it.each([
    'setTimeout(() => {}, 1);', 'setInterval(() => {}, 1);', 'performance.now();', 'void fetch("https://relay.test");', 'new WebSocket("wss://relay.test");',
    'crypto.randomUUID();', 'console.log(1);', 'process.exit();', 'document.title;', 'new RTCPeerConnection();', "import 'node:net';", 'queueMicrotask(() => {});',
  ])('the compiler refuses %s', async (code) => {
    await writeFile(join(folder, 'core/breach.ts'), `${code}\nexport {};\n`);
    expect(await compile()).toMatch(/core\/breach\.ts\(1,\d+\): error TS(2304|2307|2552|2580|2584|2591|2882)/);
  });

  it('both pass what is pure', async () => {
    await writeFile(join(folder, 'core/breach.ts'), 'export const sum = (a: number, b: number): number => a + b;\n');
    expect([await lint(), await compile()]).toEqual(['fine', 'fine']);
  });
});
