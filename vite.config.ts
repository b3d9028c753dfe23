import { builtinModules } from 'node:module';
import { defineConfig } from 'vitest/config';
import manifest from './package.json' with { type: 'json' };

/** What the package exports, and the two programs that are started: the command and the lab's thread. */
const entries = ['universal/index', 'core/wire/stun', 'node/index', 'node/cli/main', 'web/index', 'lab/index', 'lab/worker'];

export default defineConfig({
  // A few files instead of two hundred: each file costs a start of the command a third of a ms. Types come from tsc.
  build: {
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
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Interop and lab tests measure time: files that share two cores with seven others would measure those.
    maxWorkers: 2,
  },
});
