import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatRelayMap, type RelayMap } from '../../../core/index.ts';
import { createLab, type Lab } from '../../../lab/index.ts';
import { mapOf } from '../../maps.ts';
import { hasIpv6 } from '../../servers/ipv6.ts';
import { jsonLinesOf, linesOf, run, start } from './run-command.ts';
import { objectOf, readResult } from './results.ts';

// Four relays on loopback, the last of them dead, the others so far apart that a busy machine ranks them right. Whatever a check asks is in this lab, or is answered by a stand-in.
let lab: Lab;
let folder: string;
let labFile: string;

async function fileOf(name: string, map: RelayMap): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(formatRelayMap(map)));
  return file;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'command-'));
  lab = await createLab({ relays: [{ code: 'fra', rttMs: 8 }, { code: 'par', rttMs: 40 }, { code: 'nyc', rttMs: 50 }, { code: 'sin', name: 'Singapore', rttMs: 90, dead: true }] });
  labFile = await fileOf('lab.json', lab.map);
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true });
});

const check = (...flags: string[]) => run(['check', '--map', labFile, ...flags]);

describe('each format: the result alone on stdout, nothing on stderr', () => {
  it.each(['json', 'json-line'])('%s', async (format) => {
    const { code, stdout, stderr } = await check('--format', format);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(linesOf(stdout).length > 1).toBe(format === 'json');
    const { report, decision, timing } = readResult(JSON.parse(stdout));
    expect(report).toMatchObject({ full: true, strategy: 'steady', mapSource: labFile, udp: true, ipv4: true, ipv4CanSend: true, mappingVariesByDestIp: false });
    expect(report.globalV4).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(report.regions['1']).toMatchObject({ code: 'fra', kind: 'stun' });
    expect(report.regions['1']?.latencyMs).toBeGreaterThan(7.5);
    expect(decision).toMatchObject({ home: '1', changed: true, state: 'settled', reason: 'first', equals: [] });
    expect(decision).not.toHaveProperty('previous');
    expect(decision.sentence).toMatch(/^chose fra: nearest of 3 that answered at \d+(\.\d)? ms$/);
    expect(timing.packetsSent).toBeGreaterThanOrEqual(hasIpv6 ? 8 : 4);
    expect(timing.estimated).toEqual({ packets: 0, bytes: 0 });
    expect(timing.firstAnswerMs).toBeLessThanOrEqual(timing.decisionMs ?? 0);
    expect(timing.decisionMs).toBeLessThanOrEqual(timing.totalMs);
  });

  it('what was not measured is absent, and unknown is never false', async () => {
    const { report, timing } = readResult(JSON.parse((await check('--format', 'json', '--no-checks', '-4')).stdout));
    for (const name of ['ipv6', 'ipv6CanSend', 'globalV6', 'icmpv4', 'hairpinning', 'captivePortal', 'portMapping', 'partial']) expect(report).not.toHaveProperty(name);
    const silent = objectOf(report.regions['4']);
    expect(silent).toMatchObject({ code: 'sin', samples: 0, atLeastBy: 'silence' });
    // IP, UDP and a bare request.
    expect(timing.bytesSent).toBe(timing.packetsSent * (20 + 8 + 20));
    for (const name of ['latencyMs', 'kind', 'family', 'v4Ms', 'v6Ms', 'pending']) expect(silent).not.toHaveProperty(name);
    expect(JSON.stringify(report)).not.toContain('null');
  });

  it('concise', async () => {
    const { code, stdout, stderr } = await check('--format', 'concise', '-4');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^udp=true v6=false v6os=(true|false) mapvarydest=false portmap=\? v4a=127\.0\.0\.1:\d+ derp=1 derpdist=1v4:\d+ms,2v4:\d+ms,3v4:\d+ms\n$/);
  });

  it('tailscale-json', async () => {
    const { code, stdout, stderr } = await check('--format', 'tailscale-json', '-4');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ UDP: true, IPv4: true, IPv6: false, PreferredDERP: 1, MappingVariesByDestIP: false, UPnP: null, CaptivePortal: null });
    expect(Object.keys(report.RegionLatency)).toEqual(['1', '2', '3']);
    for (const ns of Object.values(report.RegionLatency)) expect(ns).toSatisfy(Number.isInteger);
    expect(report.RegionLatency['1']).toBeGreaterThan(7_500_000);
  });

  it('text, without a colour', async () => {
    const { code, stdout, stderr } = await check();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/\n {2}\* Nearest relay: fra, sure \d+ %\n/);
    expect(stdout).toMatch(/\n {4}- sin: no answer, at least \d+ ms +Singapore\n/);
    expect(stdout).not.toContain('\u001B');
  });
});

describe('exit', () => {
  it('1 where nothing answers; the report is printed all the same', async () => {
    const dead = await createLab({ relays: [{ code: 'fra', rttMs: 8, dead: true }, { code: 'par', rttMs: 9, dead: true, tcp: 'refused' }] });
    const map = await fileOf('dead.json', dead.map);
    const { code, stdout, stderr } = await run(['check', '--map', map, '--timeout', '900', '--format', 'json-line', '-4']);
    await dead.close();
    const { report, decision, timing } = readResult(JSON.parse(stdout));
    expect({ code, stderr, decision }).toMatchObject({ code: 1, stderr: '', decision: { changed: false, state: 'unreachable', reason: 'no-answer', sure: 0 } });
    expect(decision).not.toHaveProperty('home');
    for (const name of ['decisionMs', 'settledMs', 'firstAnswerMs']) expect(timing).not.toHaveProperty(name);
    expect(report).toMatchObject({ ipv4CanSend: true });
    expect(report).not.toHaveProperty('udp');
    for (const region of Object.values(report.regions)) expect(region).toMatchObject({ samples: 0, kinds: { stun: { samples: 0 }, https: { samples: 0, lost: 1 } } });
  });

  it.each<[string, RelayMap, string]>([
    ['an empty map', { version: 1, regions: [] }, 'no-map'],
    ['regions without nodes', { version: 1, regions: [{ id: '1', code: 'fra', name: 'F', nodes: [] }, { id: '2', code: 'par', name: 'P', nodes: [] }] }, 'no-answer'],
  ])('1 with %s, whatever the strategy', async (_, map, reason) => {
    const file = await fileOf('barren.json', map);
    const results = await Promise.all(['steady', 'netcheck', 'netcheck-2022'].map((strategy) => run(['check', '--map', file, '--strategy', strategy, '--format', 'json', '--no-checks'])));
    for (const { code, stdout, stderr } of results) {
      const { report, decision } = readResult(JSON.parse(stdout));
      expect({ code, stderr, reason: decision.reason }).toEqual({ code: 1, stderr: '', reason });
      for (const region of Object.values(report.regions)) expect(region).toMatchObject({ samples: 0, lost: 0, skipped: expect.any(String) });
    }
  });

  it.each<[string[], string]>([
    [['check'], 'no relay map: '],
    [[], 'no relay map: '],
    [['chekc'], 'no command chekc: there are check, watch, lab, '],
    [['toString'], 'no command toString: '],
    [['check', '--map', 'lab', '--bogus'], "Unknown option '--bogus'"],
    [['watch', '--map', 'lab', '--repeat', '2'], "Unknown option '--repeat'"],
    [['check', '--map', 'lap'], '--map lap: there is no such file'],
    [['check', '--map', 'LABFILE', '--force', 'nowhere'], '--force nowhere: the map has no region of that id or code'],
    [['check', '--map', 'LABFILE', '--fake', 'nowhere=3'], '--fake nowhere: the map has no region of that code'],
    [['check', '--map', 'LABFILE', '--trace', '/nonexistent/trace'], '--trace /nonexistent/trace: ENOENT'],
    [['watch', '--map', 'LABFILE', '--metrics', '192.0.2.1:9100'], '--metrics 192.0.2.1:9100: '],
  ])('2 on %j, with one line that says what is wrong', async (args, message) => {
    const { code, stdout, stderr } = await run(args.map((arg) => (arg === 'LABFILE' ? labFile : arg)));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^nearest-relay: [^\n]+\n$/);
    expect(stderr).toContain(`nearest-relay: ${message}`);
  });

  it('130 when it is interrupted, in a report or between two', async () => {
    const file = await fileOf('never.json', mapOf(['fra']));
    const between = start(['check', '--map', labFile, '--repeat', '2', '--interval', '1m', '--format', 'json-line']);
    await between.until((stdout) => stdout.endsWith('\n'));
    between.interrupt();
    const { code, stdout, stderr } = await between.ended;
    expect({ code, lines: linesOf(stdout).length, stderr }).toEqual({ code: 130, lines: 1, stderr: '' });

    // The stand-in answers in a minute, the second report waits for it.
    const within = start(['check', '--map', file, '--fake', 'fra=60000', '--repeat', '2', '--interval', '0', '--timeout', '200', '--format', 'json-line']);
    await within.until((stdout) => stdout.endsWith('\n'));
    within.interrupt();
    expect(await within.ended).toMatchObject({ code: 130, stderr: '' });
  });
});

describe('reports', () => {
  it('--repeat 3: three outputs, the first report full, in one process', async () => {
    const { code, stdout } = await check('--repeat', '3', '--interval', '0', '--format', 'json-line');
    const results = jsonLinesOf(stdout).map(readResult);
    expect({ code, full: results.map(({ report }) => report.full) }).toEqual({ code: 0, full: [true, false, false] });
    expect(results.map(({ decision }) => [decision.home, decision.previous, decision.changed])).toEqual([['1', undefined, true], ['1', '1', false], ['1', '1', false]]);
    const ends = results.map(({ report }) => report.at);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
  });

  it('--interval counts from one’s end to the next one’s start', async () => {
    const { stdout } = await check('--repeat', '2', '--interval', '120', '--format', 'json-line', '-4');
    const [first, second] = jsonLinesOf(stdout).map((line) => readResult(line).report);
    expect((second?.at ?? 0) - (second?.durationMs ?? 0) - (first?.at ?? 0)).toBeGreaterThan(115);
  });

  it('--timeout ends each, and what was silent until then is lost', async () => {
    // With one answer of two netcheck waits for 3 s.
    const file = await fileOf('two.json', { ...lab.map, regions: lab.map.regions.filter(({ code }) => code === 'fra' || code === 'sin') });
    const { code, stdout } = await run(['check', '--map', file, '--timeout', '300', '--format', 'json', '--strategy', 'netcheck']);
    const { report } = readResult(JSON.parse(stdout));
    expect(code).toBe(0);
    expect(report.durationMs).toBeLessThan(2_000);
    expect(report.regions['1']).toHaveProperty('latencyMs');
    expect(report.regions['4']).toMatchObject({ samples: 0 });
  });

  it.runIf(hasIpv6)('-4 and -6: that family only', async () => {
    for (const [flag, family] of [['-4', 4], ['-6', 6]] as const) {
      const { report } = readResult(JSON.parse((await check('--format', 'json', flag)).stdout));
      expect(report.regions['1']).toMatchObject({ family });
      expect(report).toHaveProperty(`globalV${family}`);
      expect(report).not.toHaveProperty(`globalV${10 - family}`);
    }
  });

  it.each([['netcheck', 'netcheck'], ['netcheck-2022', 'netcheck-2022']])('--strategy %s', async (name, strategy) => {
    const { report, decision } = readResult(JSON.parse((await check('--format', 'json', '--strategy', name, '--no-checks')).stdout));
    expect({ strategy: report.strategy, home: decision.home }).toEqual({ strategy, home: '1' });
  });
});

describe('stand-ins', () => {
  // These hosts do not exist; what would go out to them would be counted.
  const fakeOf = async (flags: string[], env: Record<string, string> = {}) => {
    const file = await fileOf('nobody.json', mapOf(['fra', 'par']));
    const { code, stdout, stderr } = await run(['check', '--format', 'json', ...flags.map((flag) => (flag === 'FILE' ? file : flag))], { env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value === 'FILE' ? file : value])) });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return readResult(JSON.parse(stdout));
  };

  it('answer for their region alone, whatever its nodes are called', async () => {
    const map = mapOf(['fra', 'par']);
    const file = await fileOf('namesakes.json', { ...map, regions: map.regions.map((region) => ({ ...region, nodes: region.nodes.map((node) => ({ ...node, name: 'a' })) })) });
    const { code, stdout } = await run(['check', '--map', file, '--fake', 'par=35', '--timeout', '200', '--no-checks', '--format', 'json']);
    expect(code).toBe(0);
    const { report } = readResult(JSON.parse(stdout));
    expect(report.regions[2]).toMatchObject({ latencyMs: 35, kind: 'fake' });
    expect(report.regions[1]).not.toHaveProperty('latencyMs');
  });

  it.each<[string, string[], Record<string, string>]>([
    ['--fake', ['--map', 'FILE', '--fake', 'fra=32,par=35'], {}],
    ['NEAREST_RELAY_FAKE and NEAREST_RELAY_MAP', [], { NEAREST_RELAY_MAP: 'FILE', NEAREST_RELAY_FAKE: 'fra=32,par=35' }],
  ])('%s answers without a packet', async (_, flags, env) => {
    const { report, decision, timing } = await fakeOf(flags, env);
    expect(decision.home).toBe('1');
    expect(report.regions).toMatchObject({ 1: { latencyMs: 32, kind: 'fake' }, 2: { latencyMs: 35, kind: 'fake' } });
    expect(timing).toMatchObject({ packetsSent: 0, bytesSent: 0, estimated: { packets: 0, bytes: 0 } });
    for (const name of ['udp', 'ipv4', 'ipv6', 'ipv4CanSend', 'globalV4', 'globalCounters']) expect(report).not.toHaveProperty(name);
  });

  it.each<[string, string[], Record<string, string>]>([
    ['by id', ['--force', '2'], {}],
    ['by code', ['--force', 'par'], {}],
    ['by the environment', [], { NEAREST_RELAY_FORCE: 'par' }],
  ])('--force %s pins', async (_, flags, env) => {
    expect((await fakeOf(['--map', 'FILE', '--fake', 'fra=3,par=35', ...flags], env)).decision).toMatchObject({ home: '2', reason: 'pinned' });
  });

  it('--force is told in the concise form, and loses to silence', async () => {
    expect((await check('--force', 'par', '--format', 'concise')).stdout).toContain(' force=2 derp=2 ');
    expect((await check('--force', 'sin', '--format', 'concise')).stdout).toContain(' force=4 derp=1 ');
  });
});

describe('checks', () => {
  // Without UDP there may be a portal; these relays answer plain HTTP, and so there is none.
  it.each<[string[], false | undefined]>([[['--checks', 'portal'], false], [['--checks', 'hairpin'], undefined], [['--no-checks'], undefined]])('%j', async (flags, captivePortal) => {
    const open = await createLab({ relays: [{ code: 'fra', rttMs: 4 }], ipv6: false });
    await open.set('fra', { udp: false });
    const file = await fileOf('portal.json', { ...open.plainMap, regions: open.plainMap.regions.map((region) => ({ ...region, nodes: region.nodes.map((node) => ({ ...node, canPort80: true })) })) });
    const { stdout } = await run(['check', '--map', file, '--format', 'json', ...flags]);
    await open.close();
    const { report } = readResult(JSON.parse(stdout));
    expect(report).toMatchObject({ udp: false, regions: { 1: { kind: 'https' } } });
    expect(report.captivePortal).toBe(captivePortal);
  });
});

describe('help', () => {
  it.each([['--help', 'nearest-relay lab'], ['-h', 'nearest-relay check'], ['help', 'nearest-relay watch'], ['check --help', '--repeat N'], ['watch -h', '--metrics'], ['help lab', '--fleet FILE'], ['help nonsense', 'nearest-relay check']])('%s', async (args, holds) => {
    const { code, stdout, stderr } = await run(args.split(' '));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(holds);
    for (const line of linesOf(stdout)) expect(line.length).toBeLessThanOrEqual(120);
  });

  it('names every flag', async () => {
    const { stdout } = await run(['check', '--help']);
    for (const flag of ['map', 'strategy', 'format', 'timeout', 'interval', 'repeat', 'state', 'trace', 'trace-addresses', 'checks', 'no-checks', 'force', 'fake', 'insecure', 'verbose']) expect(stdout).toContain(`--${flag}`);
    expect(stdout).toContain('-4, -6');
  });

  it('--version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
  });

  it('check is the default', async () => {
    expect((await run(['--map', labFile, '--format', 'concise'])).stdout).toContain(' derp=1 ');
  });
});

it('a reader that has seen enough ends it, without a word', async () => {
  const running = start(['check', '--map', labFile, '--repeat', '1000', '--interval', '0', '--format', 'json']);
  await running.until((stdout) => stdout.includes('\n'));
  running.stopReading();
  expect(await running.ended).toMatchObject({ code: 130, stderr: '' });
});
