// What `import { createPicker, parseRelayMap, netcheck, steady } from 'nearest-relay'` adds to a page.
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const boundKb = 12;
const entry = 'virtual:page';

/** Minified and gzipped by the bundler that a page would use. */
export async function bundleSize() {
  const page = `import { createPicker, parseRelayMap, netcheck, steady } from ${JSON.stringify(new URL('../dist/universal/index.js', import.meta.url).pathname)};
    globalThis.page = [createPicker, parseRelayMap, netcheck, steady];`;
  const { output } = await build({
    configFile: false, logLevel: 'silent',
    plugins: [{ name: 'page', resolveId: (id) => (id === entry ? `\0${entry}` : undefined), load: (id) => (id === `\0${entry}` ? page : undefined) }],
    build: { write: false, minify: true, target: 'es2022', modulePreload: false, rollupOptions: { input: entry } },
  });
  const code = output.find(({ type }) => type === 'chunk').code;
  const kb = gzipSync(code, { level: 9 }).length / 1000;
  return [{ name: 'bundle of the core, min + gzip', value: kb, unit: 'kB', against: 'bound', other: boundKb, ratio: kb / boundKb, bound: 1 }];
}

if (import.meta.filename === process.argv[1]) console.table(await bundleSize());
