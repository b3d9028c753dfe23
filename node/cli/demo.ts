import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import type { LabOptions } from '../../lab/index.ts';
import { runCheck } from './check.ts';
import { serveDemo, type StaticFile } from './demo-server.ts';
import { trackWeather } from './demo-weather.ts';
import { exitCodes, UsageError } from './errors.ts';
import type { CommandContext } from './main.ts';
import { parse, readMeasureOptions, whole } from './options.ts';
import { readFleet, startLab } from './start-lab.ts';

/**
 * `nearest-relay demo`: relays on loopback, one check of them as a report, and a page that shows them live and changes their
 * weather. Prints the page's URL last; ends when interrupted.
 */
export async function demo({ args, signal }: CommandContext): Promise<number> {
  const values = parse(args, { fleet: { type: 'string' }, port: { type: 'string' } });
  const port = values['port'] === undefined ? 0 : whole('--port', values['port'] as string, 1, 65_535);
  const options = onLoopback(await readFleet(values['fleet'] as string | undefined));
  const files = await readPage();
  const lab = await startLab(options, signal);
  try {
    await using server = await serveDemo({ files, map: lab.plainMap, weather: trackWeather(lab, options.relays), port });
    const measure = readMeasureOptions('check', ['--map', 'lab'], {});
    const code = await runCheck(measure, signal, { map: lab.map, source: 'lab', close: async () => {} });
    if (code === exitCodes.interrupted) return code;
    process.stdout.write(`Demo: ${server.url}\n`);
    if (process.stderr.isTTY) process.stderr.write('Open it in a browser on this machine; Ctrl-C ends it\n');
    if (!signal.aborted) await once(signal, 'abort');
    return exitCodes.interrupted;
  } finally {
    await lab.close();
  }
}

/** The page changes relays for whoever opens it: they stay on this machine. */
function onLoopback(options: LabOptions): LabOptions {
  const { host = '127.0.0.1' } = options;
  if (!/^(127\.[\d.]+|::1)$/.test(host)) throw new UsageError(`the demo is for this machine alone: the fleet's host must be on loopback, not ${host}`);
  return options;
}

const types: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml' };

/** The page as it was built, all of it, so that no request ever names a file. */
async function readPage(): Promise<ReadonlyMap<string, StaticFile>> {
  const folder = dirname(createRequire(import.meta.url).resolve('#demo'));
  const names = await readdir(folder).catch(() => {
    throw new UsageError('the demo page is not built: npm run build');
  });
  const built = names.filter((name) => extname(name) in types);
  const files = await Promise.all(built.map(async (name): Promise<[string, StaticFile]> =>
    [name === 'index.html' ? '/' : `/${name}`, { type: types[extname(name)] ?? '', body: await readFile(join(folder, name)) }]));
  return new Map(files);
}
