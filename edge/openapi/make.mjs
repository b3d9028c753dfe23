// Writes document.json from what the routes say of themselves. Part of `npm run build`; a test fails where it was not run.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';
import manifest from '../../package.json' with { type: 'json' };

const file = new URL('document.json', import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));
const { module } = await runnerImport('/edge/openapi/make.ts', { root, configFile: false, logLevel: 'error' });
const text = `${JSON.stringify(module.makeDocument(manifest.version), undefined, 2)}\n`;
// Not touched where it is the same: what was built from it need not be built again.
if (text !== (await readFile(file, 'utf8').catch(() => undefined))) await writeFile(file, text);
