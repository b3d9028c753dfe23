// What a page downloads for what it imports, minified and gzipped by the bundler that it would use.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const entry = 'virtual:page';
const dist = (file) => JSON.stringify(new URL(`../dist/${file}`, import.meta.url).pathname);

/** What is imported, and how many kB it was meant to be at most. */
const pages = [
  { name: 'bundle of the core', code: `import { createPicker, parseRelayMap, netcheck, steady } from ${dist('universal/index.js')}; globalThis.page = [createPicker, parseRelayMap, netcheck, steady];`, boundKb: 12 },
  { name: 'bundle of nearest() for a page', code: `import { nearest } from ${dist('web/index.js')}; globalThis.page = nearest;`, boundKb: 15 },
];

/** The kB of one page's script. Chunks that it loads later do not count. */
async function sizeOf(code) {
  const { output } = await build({
    configFile: false, logLevel: 'silent',
    plugins: [{ name: 'page', resolveId: (id) => (id === entry ? `\0${entry}` : undefined), load: (id) => (id === `\0${entry}` ? code : undefined) }],
    build: { write: false, minify: true, target: 'es2022', modulePreload: false, rolldownOptions: { input: entry } },
  });
  return gzipSync(output.find(({ type, isEntry }) => type === 'chunk' && isEntry).code, { level: 9 }).length / 1000;
}

const widgetBoundKb = 20;
const workerBoundKb = 60;

/** The kB of the Worker as `wrangler deploy` would upload it. */
function workerSize() {
  const folder = mkdtempSync(join(tmpdir(), 'worker-'));
  try {
    const root = new URL('..', import.meta.url).pathname;
    const env = { ...process.env, CLOUDFLARE_CF_FETCH_ENABLED: 'false', WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true', DO_NOT_TRACK: '1' };
    execFileSync(process.execPath, [join(root, 'node_modules/wrangler/bin/wrangler.js'), 'deploy', '--dry-run', '--outdir', folder], { cwd: root, env, stdio: 'pipe' });
    return gzipSync(readFileSync(join(folder, 'worker.js')), { level: 9 }).length / 1000;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function bundleSize() {
  const widgetKb = gzipSync(readFileSync(new URL('../dist/widget.js', import.meta.url)), { level: 9 }).length / 1000;
  const rows = [{ name: 'the widget in one file, min + gzip', value: widgetKb, unit: 'kB', against: 'bound', other: widgetBoundKb, ratio: widgetKb / widgetBoundKb, most: 1 }];
  const workerKb = workerSize();
  rows.push({ name: 'the Worker with its dashboard, min + gzip', value: workerKb, unit: 'kB', against: 'bound', other: workerBoundKb, ratio: workerKb / workerBoundKb, most: 1 });
  for (const { name, code, boundKb } of pages) {
    const kb = await sizeOf(code);
    rows.push({ name: `${name}, min + gzip`, value: kb, unit: 'kB', against: 'bound', other: boundKb, ratio: kb / boundKb, most: 1 });
  }
  return rows;
}

if (import.meta.filename === process.argv[1]) console.table(await bundleSize());
