// What a page downloads for what it imports, minified and gzipped by the bundler that it would use: first, and later when
// that is wanted.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { workerKb } from './worker-size.mjs';

const entry = 'virtual:page';
const dist = (file) => JSON.stringify(new URL(`../dist/${file}`, import.meta.url).pathname);
const kbOf = (code) => gzipSync(code, { level: 9 }).length / 1000;

/** What is imported, how many kB it was meant to be at most, and what the chunks are for that it loads later. */
const pages = [
  { name: 'core: createPicker with steady', code: `import { createPicker } from ${dist('universal/index.js')}; globalThis.page = createPicker;`, boundKb: 12, later: {} },
  { name: 'core with netcheck and parseRelayMap', code: `import { createPicker, parseRelayMap, netcheck } from ${dist('universal/index.js')}; globalThis.page = [createPicker, parseRelayMap, netcheck];`, later: {} },
  {
    name: 'nearest() for a page', code: `import { nearest } from ${dist('web/index.js')}; globalThis.page = nearest;`, boundKb: 15,
    later: { 'read-map': 'for a map by URL, while that is on its way', foreign: 'for a DERP map or RTCIceServers' },
  },
  {
    name: 'watchIceServers() for a page', code: `import { watchIceServers } from ${dist('web/index.js')}; globalThis.page = watchIceServers;`,
    later: { 'read-map': 'for a map by URL, while that is on its way', foreign: 'for a DERP map or RTCIceServers' },
  },
  { name: 'connectDerp() with its cryptography', code: `import { connectDerp } from ${dist('derp/index.js')}; globalThis.page = connectDerp;`, later: {} },
];

/** The files of the widget; the land counts as part of it. */
const widget = { name: 'the widget with its land', files: ['widget.js', 'widget-land.js'], boundKb: 20, later: { 'widget-maps.js': 'for a DERP map or RTCIceServers', 'widget-netcheck.js': 'for strategy="netcheck"' } };

/** The chunks of one page's script, the first of which loads the others later. Built as for a server: Vite adds 0.9 kB of its own to a page that loads anything later, once for all of it. */
async function chunksOf(code) {
  const { output } = await build({
    configFile: false, logLevel: 'silent', ssr: { noExternal: [/^@noble\//] },
    plugins: [{ name: 'page', resolveId: (id) => (id === entry ? `\0${entry}` : undefined), load: (id) => (id === `\0${entry}` ? code : undefined) }],
    build: { write: false, minify: true, ssr: true, target: 'es2022', rolldownOptions: { input: entry } },
  });
  return output;
}

const row = (name, kb, boundKb) => ({ name: `${name}, min + gzip`, value: kb, unit: 'kB', ...(boundKb ? { against: 'bound', other: boundKb, ratio: kb / boundKb, most: 1 } : { against: '' }) });

async function pageRows({ name, code, boundKb, later }) {
  const chunks = await chunksOf(code);
  return chunks.map((chunk) => {
    const purpose = chunk.isEntry ? '' : later[chunk.name.replace(/\d+$/, '')];
    if (purpose === undefined) throw new Error(`${name} loads ${chunk.name} later: what for?`);
    return chunk.isEntry ? row(name, kbOf(chunk.code), boundKb) : row(`  later, ${purpose}`, kbOf(chunk.code));
  });
}

function widgetRows({ name, files, boundKb, later }) {
  const fileKb = (file) => kbOf(readFileSync(new URL(`../dist/${file}`, import.meta.url)));
  const first = row(name, files.reduce((sum, file) => sum + fileKb(file), 0), boundKb);
  return [first, ...Object.entries(later).map(([file, purpose]) => row(`  later, ${purpose}`, fileKb(file)))];
}

export async function bundleSize() {
  const rows = [];
  for (const page of pages) rows.push(...await pageRows(page));
  return [...rows, ...widgetRows(widget), row('the Worker with its dashboard', workerKb(), 60)];
}

if (import.meta.filename === process.argv[1]) console.table(await bundleSize());
