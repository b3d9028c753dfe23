// Builds the dashboard into one page that any platform can serve from memory: `node edge/dashboard/make.mjs > edge/dashboard/page.ts`.
// It is kept beside its sources, as Workers are bundled straight from the sources; a test says where it is out of date.
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const source = fileURLToPath(new URL('./source/', import.meta.url));

/** The page with its script and style inside. */
export async function dashboardHtml() {
  const { output } = await build({
    configFile: false, root: source, logLevel: 'error',
    build: { write: false, minify: true, target: 'es2022', cssTarget: ['chrome123', 'firefox120', 'safari17.5'], modulePreload: false, assetsInlineLimit: 0, rolldownOptions: { input: `${source}index.html`, output: { entryFileNames: 'main.js', assetFileNames: '[name][extname]' } } },
  });
  const textOf = (name) => {
    const file = output.find(({ fileName }) => fileName.endsWith(name));
    return (file.type === 'chunk' ? file.code : String(file.source)).trim();
  };
  const script = textOf('main.js');
  if (script.includes('</script')) throw new Error('the script ends itself');
  // Functions, as text has patterns of its own in a replacement.
  return textOf('index.html')
    .replace(/<script[^>]*src=[^>]*><\/script>/, '')
    .replace(/>\s*\n\s*</g, '><')
    .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${textOf('.css')}</style>`)
    .replace('</body>', () => `<script type="module">${script}</script></body>`);
}

/** The module that hands it out. */
export const pageModule = (html) => `/** The dashboard: a page without data, which asks /v1/fleet for it. Made by \`make.mjs\` from \`source/\`. */
export const dashboardPage: string = ${JSON.stringify(html)};
`;

if (import.meta.filename === process.argv[1]) process.stdout.write(pageModule(await dashboardHtml()));
