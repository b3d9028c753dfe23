import { builtinModules } from 'node:module';
import type { UserConfig } from 'vite';
import { defineConfig } from 'vitest/config';
import manifest from './package.json' with { type: 'json' };

/** What the package exports, and the two programs that are started: the command and the lab's thread. */
const entries = ['universal/index', 'core/wire/stun', 'node/index', 'node/cli/main', 'web/index', 'web/widget/index', 'lab/index', 'lab/worker'];

/** The widget in one file, for a page without a bundler: `<script type="module" src="widget.js">`. */
const widget: UserConfig['build'] = {
  target: 'es2022',
  outDir: 'dist',
  emptyOutDir: false,
  modulePreload: false,
  rolldownOptions: { input: 'web/widget/index.ts', output: { entryFileNames: 'widget.js' } },
};

/** A few files instead of two hundred: each file costs a start of the command a third of a ms. Types come from tsc. */
const packageFiles: UserConfig['build'] = {
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

export default defineConfig(({ mode }) => ({
  build: mode === 'widget' ? widget : packageFiles,
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Interop and lab tests measure time: files that share two cores with seven others would measure those.
    maxWorkers: 2,
  },
}));
