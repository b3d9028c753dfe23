import { spawn } from 'node:child_process';
import { builtinModules } from 'node:module';
import type { Plugin, UserConfig } from 'vite';
import { defineConfig } from 'vitest/config';
import manifest from './package.json' with { type: 'json' };

/** What the package exports, and the two programs that are started: the command and the lab's thread. */
const entries = ['universal/index', 'core/wire/stun', 'core/judge/index', 'node/index', 'node/cli/main', 'web/index', 'web/widget/index', 'lab/index', 'lab/worker'];

// A few files instead of two hundred: each file costs a start of the command a third of a ms. Types come from tsc.
const library: UserConfig['build'] = {
  target: 'node20',
  outDir: 'dist',
  emptyOutDir: false,
  minify: false,
  ssr: true,
  rolldownOptions: {
    input: Object.fromEntries(entries.map((name) => [name, `${name}.ts`])),
    external: [/^node:/, ...builtinModules, ...Object.keys(manifest.dependencies), /^simple-peer\//, /^nearest-relay\//],
    output: { format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
  },
};

/** The widget in one file, for a page without a bundler: `<script type="module" src="widget.js">`. */
const widget: UserConfig['build'] = {
  target: 'es2022',
  outDir: 'dist',
  emptyOutDir: false,
  modulePreload: false,
  rolldownOptions: { input: 'web/widget/index.ts', output: { entryFileNames: 'widget.js' } },
};

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
    rolldownOptions: { output: { entryFileNames: 'demo.js', chunkFileNames: '[name].js', assetFileNames: '[name][extname]' } },
  },
};

export default defineConfig(({ mode }) => mode === 'page' ? page : {
  build: mode === 'widget' ? widget : library,
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Interop and lab tests measure time: files that share two cores with seven others would measure those.
    maxWorkers: 2,
  },
});
