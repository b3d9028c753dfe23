import { spawn } from 'node:child_process';
import { builtinModules } from 'node:module';
import { relative } from 'node:path';
import { build, type Plugin, type UserConfig } from 'vite';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import manifest from './package.json' with { type: 'json' };
import { workerdObstacle, workersProject } from './test/workers/project.ts';

/** What the package exports, and the programs that are started: the command, its threads and the lab's. */
const entries = ['universal/index', 'core/wire/stun', 'core/judge/index', 'node/index', 'node/cli/main', 'node/cli/simulate-worker', 'web/index', 'web/widget/index', 'edge/index', 'edge/cloudflare/index', 'derp/index', 'lab/index', 'lab/worker'];

// A few files instead of two hundred: each file costs a start of the command a third of a ms. Types come from tsc.
const library: UserConfig['build'] = {
  target: 'node20',
  outDir: 'dist',
  emptyOutDir: false,
  minify: false,
  ssr: true,
  rolldownOptions: {
    input: Object.fromEntries(entries.map((name) => [name, `${name}.ts`])),
    external: [/^node:/, /^cloudflare:/, ...builtinModules, ...Object.keys(manifest.dependencies), /^simple-peer\//, /^@noble\//, /^nearest-relay\//],
    output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
  },
};

/** What one page loads later another has from the start: no mistake. */
const checks = { ineffectiveDynamicImport: false };

/** One file, minified, for a page without a bundler. As for a server, because Vite adds 1 kB for preloading to a page's chunks. */
const oneFile = (input: string, fileName: string): UserConfig['build'] => ({
  target: 'es2022',
  outDir: 'dist',
  emptyOutDir: false,
  copyPublicDir: false,
  minify: true,
  ssr: true,
  rolldownOptions: { input, checks, output: { entryFileNames: fileName } },
});

/** What the widget loads when it is wanted, and the files beside it that have it. */
const parts: Readonly<Record<string, string>> = {
  'core/map/foreign.ts': 'widget-maps.js',
  'core/strategy/netcheck/netcheck.ts': 'widget-netcheck.js',
  'universal/world/land.ts': 'widget-land.js',
};

/** Each part stands alone: as a chunk it would import the widget by its name, and a page may serve that under another. */
const besides: Plugin = {
  name: 'besides',
  async resolveDynamicImport(specifier, importer) {
    const target = typeof specifier === 'string' ? await this.resolve(specifier, importer) : null;
    const file = target && parts[relative(import.meta.dirname, target.id)];
    return file ? { id: `./${file}`, external: true } : null;
  },
  async generateBundle() {
    for (const [input, fileName] of Object.entries(parts)) {
      const built = await build({ configFile: false, logLevel: 'error', build: { ...oneFile(input, fileName), write: false } });
      if (!('output' in built)) throw new Error(`${input} was not built`);
      this.emitFile({ type: 'asset', fileName, source: built.output[0].code });
    }
  },
};

/** `<script type="module" src="widget.js">`. */
const widget: UserConfig = { plugins: [besides], build: oneFile('web/widget/index.ts', 'widget.js') };

/** Where the command serves the relays to a page that Vite serves. */
const labPort = 4180;

/** `vite --mode page`: Vite serves the page as it is edited, the built command the relays behind it. */
const labBehind: Plugin = {
  name: 'lab-behind',
  apply: 'serve',
  configureServer({ httpServer }) {
    const command = spawn(process.execPath, [manifest.bin['nearest-relay'], 'demo', '--port', String(labPort)], { stdio: ['ignore', 'ignore', 'inherit'] });
    httpServer?.once('close', () => command.kill());
  },
};

const behind = { target: `http://127.0.0.1:${labPort}`, changeOrigin: true, headers: { origin: `http://127.0.0.1:${labPort}` } };

/** The demo page. Names without hashes: its server knows them, and lets nobody keep them. */
const page: UserConfig = {
  root: 'web/demo',
  plugins: [labBehind],
  server: { host: '127.0.0.1', proxy: { '/relays.json': behind, '/weather': behind } },
  build: {
    target: 'es2022',
    outDir: '../../dist/demo',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { checks, output: { entryFileNames: 'demo.js', chunkFileNames: '[name].js', assetFileNames: '[name][extname]' } },
  },
};

/** Most tests run in Node; those of the Worker in workerd, where this machine can run it. */
async function testProjects(): Promise<TestProjectConfiguration[]> {
  const node = { test: { name: 'node', include: ['test/**/*.test.ts'], exclude: ['test/workers/**'], testTimeout: 20_000, hookTimeout: 30_000 } };
  const obstacle = workerdObstacle();
  if (obstacle === undefined) return [node, await workersProject()];
  console.warn(`The tests in workerd are left out, as it cannot run here: ${obstacle}`);
  return [node];
}

export default defineConfig(async ({ mode }) => mode === 'page' ? page : mode === 'widget' ? widget : {
  build: library,
  test: mode !== 'test' ? undefined : {
    projects: await testProjects(),
    // Interop and lab tests measure time: files that share two cores with seven others would measure those.
    maxWorkers: 2,
  },
});
