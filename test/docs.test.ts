import { spawn } from 'node:child_process';
import { access, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attentions } from '../core/home/attention.ts';
import { formatRelayMap } from '../core/map/format.ts';
import { MAX_NODES, MAX_REGIONS, MAX_TEXT, MAX_URLS } from '../core/map/limits.ts';
import { parseRelayMap } from '../core/map/parse.ts';
import { createMetrics } from '../core/metrics.ts';
import { maxNetworks } from '../core/picker/memory.ts';
import { defaultPace } from '../core/probe/pace.ts';
import * as steadyConstants from '../core/strategy/steady/constants.ts';
import { gaugesText } from '../edge/fleet/gauges.ts';
import { createEdgeMetrics } from '../edge/metrics.ts';
import document from '../edge/openapi/document.json' with { type: 'json' };
import * as edgeBounds from '../edge/storage/bounds.ts';
import { createLab, fleet, parseFleet, type Lab } from '../lab/index.ts';
import { help } from '../node/cli/help.ts';
import { maxStoreBytes } from '../node/store/file.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md',
  ...(await readdir(join(root, 'docs'))).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)];

interface Block { readonly language: string; readonly text: string; readonly file?: string }

/** Fenced code, and the file that a comment on the line before says it is. */
const blocksOf = (markdown: string): Block[] =>
  [...markdown.matchAll(/(?:^<!-- (\S+) -->\n)?^```(\w*)\n([^]*?)^```$/gm)].map(([, file, language = '', text = '']) => ({ language, text, ...(file !== undefined && { file }) }));

/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string): string => heading.trim().toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
const withoutCode = (markdown: string): string => markdown.replace(/^```[^]*?^```$/gm, '');
const headingsOf = (markdown: string): string[] => [...withoutCode(markdown).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);

describe.each(pages)('%s', (page) => {
  it('has links that lead somewhere', async () => {
    const broken: string[] = [];
    for (const [, target = ''] of withoutCode(await read(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : relative(root, resolve(root, dirname(page), path));
      const exists = await access(join(root, file)).then(() => true, () => false);
      const isThere = exists && (anchor === undefined || headingsOf(await read(file)).map(anchorOf).includes(anchor));
      if (!isThere) broken.push(target);
    }
    expect(broken).toEqual([]);
  });

  it('shows samples that are the files of examples/', async () => {
    for (const { language, text, file } of blocksOf(await read(page))) {
      if (language === 'js') expect(file, text).toMatch(/^examples\//);
      if (file !== undefined) expect(text, file).toBe(await read(file));
    }
  });

  it('names no path of a machine', async () => {
    expect(await read(page)).not.toMatch(/(?<!\w)\/(?:home|root|tmp|work|Users)\//);
  });
});

/** Members of a union of words, with the comment behind each, as `core/model/decision.ts` writes them. */
const wordsOf = (source: string, type: string): string[] => [...(new RegExp(`export type ${type} =([^;]*);`).exec(source)?.[1] ?? '').matchAll(/\| '([\w-]+)'/g)].map(([, word = '']) => word);
const fieldsOf = (source: string, type: string): string[] =>
  [...(new RegExp(`export interface ${type}(?:<[^>]*>)? \\{\\n([^]*?)^\\}`, 'm').exec(source)?.[1] ?? '').matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name = '']) => name);

/** First cells of a page's tables, taken apart into what stands in backquotes. */
const rowsOf = (markdown: string): string[] => [...markdown.matchAll(/^\| (`[^|]*(?:\\\|[^|]*)*)\|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word));

describe('docs say all there is', () => {
  it.each([['Reason', 'Reasons'], ['DecisionState', 'States']])('a paragraph for each %s', async (type, heading) => {
    const wanted = wordsOf(await read('core/model/decision.ts'), type);
    expect(wanted.length).toBeGreaterThan(5);
    const section = (await read('docs/reasons.md')).split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
    const paragraphs = [...section.matchAll(/^### (\S+)\n\n\S/gm)].map(([, word = '']) => word);
    expect(paragraphs).toEqual(wanted);
  });

  it.each(['check', 'watch', 'lab', 'replay', 'explain', 'what-if', 'simulate', 'demo', 'serve'])('every flag of %s', async (command) => {
    const page = await read('docs/command.md');
    const flags = [...help(command).matchAll(/(?<=[\s,])--?[a-z\d][\w-]*/g)].map(([flag]) => flag);
    expect(flags.length).toBeGreaterThan(0);
    expect(flags.filter((flag) => !new RegExp(`\`[^\`]*(?<![\\w-])${flag}(?![\\w-])`).test(page))).toEqual([]);
  });

  it('no flag that is not there', async () => {
    const known = ['check', 'watch', 'lab', 'replay', 'explain', 'what-if', 'simulate', 'demo', 'serve'].map(help).join(' ');
    const named = new Set([...(await read('docs/command.md')).matchAll(/(?<![\w-])--[a-z][\w-]*/g)].map(([flag]) => flag));
    expect([...named].filter((flag) => !['--help', '--version'].includes(flag) && !known.includes(flag))).toEqual([]);
  });

  it.each([
    { source: 'core/model/report.ts', type: 'Report', page: 'docs/report.md' },
    { source: 'core/model/report.ts', type: 'RegionReport', page: 'docs/report.md' },
    { source: 'core/model/decision.ts', type: 'Decision', page: 'docs/report.md' },
    { source: 'core/picker/timing.ts', type: 'Timing', page: 'docs/report.md' },
    { source: 'core/model/map.ts', type: 'Region', page: 'docs/relay-map.md' },
    { source: 'core/model/map.ts', type: 'RelayNode', page: 'docs/relay-map.md' },
    { source: 'core/model/context.ts', type: 'Preferences', page: 'docs/library.md' },
    { source: 'core/picker/picker.ts', type: 'PickerOptions', page: 'docs/library.md' },
    { source: 'lab/weather.ts', type: 'Weather', page: 'docs/lab.md' },
    ...['FleetView', 'RegionView', 'RegretView', 'LocationView', 'LatencyView', 'Candidate'].map((type) => ({ source: 'edge/fleet/view-form.ts', type, page: 'docs/edge.md' })),
  ])('every field of $type', async ({ source, type, page }) => {
    const fields = fieldsOf(await read(source), type);
    expect(fields.length).toBeGreaterThan(4);
    const rows = rowsOf(await read(page));
    expect(fields.filter((field) => !rows.includes(field))).toEqual([]);
  });

  it('every constant of steady, with its value', async () => {
    const rows = [...(await read('docs/strategies.md')).matchAll(/^\| `(\w+)` \| ([\d.,]+) \|/gm)].map(([, name, value = '']) => [name, Number(value.replaceAll(',', ''))]);
    expect(Object.fromEntries(rows)).toEqual({ ...steadyConstants });
  });

  it('every metric, and no other', async () => {
    const made = [...createMetrics().text().matchAll(/^# TYPE (\S+) (\S+)/gm)].map(([, name, type]) => [name, type]);
    const told = [...(await read('docs/metrics.md')).matchAll(/^\| `(nearest_relay_\w+)` \| (\w+) \|/gm)].map(([, name, type]) => [name, type]);
    expect(told).toEqual(made);
  });

  it('every metric of the edge, and no other', async () => {
    const made = [...(createEdgeMetrics().text() + gaugesText({ map: { version: 1, regions: [] }, locations: [] })).matchAll(/^# TYPE (\S+) (\S+)/gm)].map(([, name, type]) => [name, type]);
    const told = [...(await read('docs/edge.md')).matchAll(/^\| `(nearest_relay_edge_\w+)` \| (\w+) \|/gm)].map(([, name, type]) => [name, type]);
    expect(told).toEqual(made);
  });

  it('every route of the edge, and no other', async () => {
    const made = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect(rowsOf(await read('docs/edge.md')).filter((word) => /^(GET|POST) /.test(word))).toEqual(made);
  });

  it('every event', async () => {
    const types = [...(await read('core/events.ts')).matchAll(/readonly type: '(\w+)'/g)].map(([, type = '']) => type);
    expect(types.length).toBeGreaterThan(5);
    const rows = rowsOf(await read('docs/library.md'));
    expect(types.filter((type) => !rows.includes(type))).toEqual([]);
  });

  it('every export of the package’s main entry that is a function or an error', async () => {
    const page = await read('docs/library.md');
    const names = Object.keys(await import('../universal/index.ts'));
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(page) && name !== 'steady')).toEqual([]);
    expect(page + (await read('docs/strategies.md'))).toContain('steady()');
  });

  it('every function, error code and event of the DERP client', async () => {
    const page = await read('docs/derp.md');
    const names = Object.keys(await import('../derp/index.ts'));
    const codes = [...(await read('core/wire/derp-error.ts')).matchAll(/^ {2}\| '([\w-]+)'/gm)].map(([, code = '']) => code);
    const events = [...(await read('derp/client.ts')).matchAll(/^ {2}\| \{ readonly type: '(\w+)'/gm)].map(([, type = '']) => type);
    const options = [...fieldsOf(await read('derp/client.ts'), 'ClientOptions'), ...fieldsOf(await read('derp/connect.ts'), 'ConnectOptions extends ClientOptions')];
    expect([names.length, codes.length, events.length, options.length].every((count) => count > 4)).toBe(true);
    expect([...names, ...codes, ...events, ...options].filter((name) => !new RegExp(`\`[^\`]*\\b${name}\\b[^\`]*\``).test(page))).toEqual([]);
  });

  it('every option, event and reason of a home', async () => {
    const page = await read('docs/home.md');
    const events = await read('core/home/events.ts');
    const types = [...new Set([...events.matchAll(/readonly type: '(\w+)'/g)].map(([, type = '']) => type))];
    const words = [...fieldsOf(await read('core/home/home.ts'), 'HomeOptions'), ...fieldsOf(await read('core/home/connection.ts'), 'RelayConnection'), ...types, ...wordsOf(events, 'HomeReason')];
    expect(words.length).toBeGreaterThan(25);
    expect(words.filter((word) => !new RegExp(`\`[^\`]*\\b${word}\\b[^\`]*\``).test(page))).toEqual([]);
    for (const { everyMs, knownWithinMs } of Object.values(attentions)) expect(page).toContain(`| ${everyMs / 1000} s | ${knownWithinMs / 1000} s |`);
  });

  it('every option, event and change of living ICE servers', async () => {
    const page = await read('docs/ice-servers.md');
    const events = await read('core/ice/events.ts');
    const types = [...events.matchAll(/readonly type: '(\w+)'/g)].map(([, type = '']) => type);
    const live = await read('core/ice/live.ts');
    const words = [...fieldsOf(await read('core/ice/ice-servers.ts'), 'IceServersOptions extends LiveOptions'), ...fieldsOf(live, 'LiveOptions'), ...fieldsOf(live, 'LiveIceServers'), ...fieldsOf(events, 'IceServers'), ...types, ...wordsOf(events, 'IceServersChange')];
    expect(words.length).toBeGreaterThan(18);
    expect(words.filter((word) => !new RegExp(`\`[^\`]*\\b${word}\\b[^\`]*\``).test(page))).toEqual([]);
  });

  it('the limits that the code has', async () => {
    const page = await read('SECURITY.md');
    const text = (value: number): string => value.toLocaleString('en');
    for (const limits of [`${text(MAX_REGIONS)}, ${MAX_NODES}, ${MAX_URLS}`, text(MAX_TEXT), `${text(maxStoreBytes)} bytes, ${maxNetworks} networks`, `${text(defaultPace.maxUdp)} UDP, ${defaultPace.maxOther} of each`, `${defaultPace.burst} at once, then ${defaultPace.perMs} a ms`]) expect(page).toContain(limits);
  });

  it('what the edge keeps, and each of its variables', async () => {
    const page = await read('docs/edge.md');
    for (const limit of [`| ${edgeBounds.mostPoints} |`, `${edgeBounds.mostReports} a location`, `${edgeBounds.mostReportsOfNetwork} of one network`, `${edgeBounds.retentionMs / 3_600_000} h`]) expect(page).toContain(limit);
    expect(rowsOf(page).filter((word) => /^[A-Z_]+$/.test(word)).sort()).toEqual(fieldsOf(await read('edge/cloudflare/env.ts'), 'Env').sort());
  });
});

describe('documents in the docs', () => {
  it('are relay maps', async () => {
    const blocks = blocksOf(await read('docs/relay-map.md')).filter(({ language }) => language === 'json');
    expect(blocks.map(({ text }) => parseRelayMap(text).regions.length)).toEqual([1, 1, 1, 2]);
    // The fullest one has every field that the form knows.
    const full = parseRelayMap(blocks[1]?.text ?? '');
    expect(formatRelayMap(full)).toEqual({ ...JSON.parse(blocks[1]?.text.replace(' "stunTestIp": "",', '') ?? '') as object });
    expect(parseRelayMap(/`(\{ "version": 1.*\})`/.exec(await read('README.md'))?.[1] ?? '').regions).toHaveLength(1);
  });

  it('are fleets of a lab', async () => {
    const blocks = blocksOf(await read('docs/lab.md')).filter(({ language }) => language === 'json');
    expect(blocks.map(({ text }) => parseFleet(text).relays.length)).toEqual([2]);
  });
});

/** Commands that are shown, but not `npm ci`, and not those that would leave this machine. */
const commands = [...new Set((await Promise.all(pages.map(read))).flatMap((page) => [...page.matchAll(/^\$ npx nearest-relay ?(.*)$/gm)].map(([, args = '']) => args)))];

describe('commands in the docs', () => {
  let lab: Lab;
  let folder: string;
  beforeAll(async () => {
    lab = await createLab({ relays: fleet });
    folder = await mkdtemp(join(tmpdir(), 'docs-'));
    await writeFile(join(folder, 'relays.json'), JSON.stringify(formatRelayMap(lab.map)));
    await writeFile(join(folder, 'fleet.json'), blocksOf(await read('docs/lab.md')).find(({ language }) => language === 'json')?.text ?? '');
  });
  afterAll(async () => {
    await lab.close();
    await rm(folder, { recursive: true, force: true });
  });

  const isEndless = (command: string): boolean => /^(?:watch|lab|serve|demo)\b/.test(command);
  it.each(commands.filter((command) => !command.includes('tailscale ') && !/--map tailscale/.test(command)))('nearest-relay %s', async (command) => {
    // Ports are free ones where the tests of several folders run at once.
    const args = command.replace(/ > .*/, '').replace(/--(metrics|port) \d+/, (_, flag: string) => (flag === 'metrics' ? '--metrics 0' : '')).split(' ').filter(Boolean);
    // The one command that has a log.
    const isLogging = args[0] === 'serve';
    if (isLogging) args.push('--port', '0');
    const { status, stdout, stderr: said } = await run(args, folder, isEndless(command));
    const stderr = isLogging ? said.replace(/^\{"at":.*\}\n/gm, '') : said;
    expect({ status, stderr }).toEqual({ status: isEndless(command) ? 130 : 0, stderr: '' });
    expect(stdout).not.toBe('');
  });

  it('print what the README shows', async () => {
    const shown = blocksOf(await read('README.md')).find(({ language }) => language === 'text')?.text ?? '';
    const { stdout } = await run(['check', '--map', 'lab'], folder, false);
    expect(shapeOf(shown)).toMatchObject({ map: 'lab, 8 regions', reason: true, regions: expect.objectContaining({ length: 8 }) as unknown });
    expect(shapeOf(stdout)).toEqual(shapeOf(shown));
    expect(JSON.parse(await read('package.json'))).toMatchObject({ scripts: { start: 'node dist/node/cli/main.js demo' } });
  });
});

/** Labels of a report in their order, and which regions it lists. Figures, and what hangs on them, a busy machine changes. */
const shapeOf = (report: string): unknown => ({
  head: report.trim().split('\n')[0],
  labels: [...report.matchAll(/^ {2}\* ([\w ]+):/gm)].map(([, label]) => label),
  map: /\* Map: (.*)/.exec(report)?.[1],
  regions: [...report.matchAll(/^ {4}[▸≈-] (\w+): .*?([A-Z][a-z]+(?: [A-Z][a-z]+)*)(?: {2}.*)?$/gm)].map(([, code, name]) => `${code} ${name}`).sort(),
  reason: /^ {6}(chose \w+): nearest of \d that answered at [\d.]+ ms$/m.test(report),
});

interface Outcome { readonly status: number | null; readonly stdout: string; readonly stderr: string }

/** Runs the built command; one without an end is interrupted once it has said something. */
function run(args: readonly string[], cwd: string, isEndless: boolean): Promise<Outcome> {
  return new Promise((done, fail) => {
    const { NEAREST_RELAY_MAP: _map, NEAREST_RELAY_FAKE: _fake, NEAREST_RELAY_FORCE: _force, ...env } = process.env;
    const child = spawn(process.execPath, [join(root, 'dist/node/cli/main.js'), ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 18_000 });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text: Buffer) => {
      stdout += text.toString();
      // Once: a second interrupt ends a command without ceremony.
      if (isEndless && !child.killed) child.kill('SIGINT');
    });
    child.stderr.on('data', (text: Buffer) => { stderr += text.toString(); });
    child.once('error', fail).once('close', (status) => done({ status, stdout, stderr }));
  });
}
