import { resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '../..');
const bundleEntry = '\0entry';
const inlineEntry = `${root}/inline-entry.ts`;

/** What is bundled: a TypeScript file, by its path from the repository's root, or code whose imports start there. */
export type Entry = { readonly entry: string } | { readonly code: string };

/** Bundles for a page, in memory, from the sources: file name to text. `entry.js` is first; what it exports is `globalThis.entry`. */
export async function bundle(source: Entry): Promise<ReadonlyMap<string, string>> {
  const target = 'entry' in source ? resolve(root, source.entry) : inlineEntry;
  const result = await build({
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [{
      name: 'entry',
      resolveId: (id) => (id === bundleEntry || id === inlineEntry ? id : undefined),
      load(id) {
        if (id === bundleEntry) return `import * as entry from ${JSON.stringify(target)}; globalThis.entry = entry;`;
        return id === inlineEntry && 'code' in source ? source.code : undefined;
      },
    }],
    build: {
      write: false, minify: false, target: 'es2022', modulePreload: false, copyPublicDir: false,
      rolldownOptions: { input: bundleEntry, output: { entryFileNames: 'entry.js', chunkFileNames: '[name].js', assetFileNames: '[name][extname]' } },
    },
  });
  if (!('output' in result)) throw new Error('vite did not bundle');
  return new Map(result.output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : String(file.source)]));
}
