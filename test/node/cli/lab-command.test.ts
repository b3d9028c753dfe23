import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRelayMap } from '../../../core/index.ts';
import { run, start } from './run-command.ts';

let folder: string;
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'lab-')); });
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(content: unknown): Promise<string> {
  const file = join(folder, 'fleet.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** Its map is whole with the brace that closes it. */
const isWhole = (stdout: string): boolean => stdout.endsWith('\n}\n');

it('prints its relay map, answers by it while it runs, and ends when interrupted', async () => {
  const fleet = await fileOf({ relays: [{ code: 'fra', name: 'Frankfurt', rttMs: 45 }, { code: 'par', rttMs: 4 }, { code: 'web', rttMs: 50, udp: false }] });
  const lab = start(['lab', '--fleet', fleet]);
  await lab.until(isWhole);
  const map = parseRelayMap(lab.stdout);
  expect(map.regions.map(({ code, name }) => [code, name])).toEqual([['fra', 'Frankfurt'], ['par', 'par'], ['web', 'web']]);
  const file = join(folder, 'map.json');
  await writeFile(file, lab.stdout);
  const checked = await run(['check', '--map', file, '--format', 'json']);
  expect(checked).toMatchObject({ code: 0, stderr: '' });
  // The one that speaks no UDP is measured by HTTPS: its certificate is the one that the map pins.
  expect(JSON.parse(checked.stdout)).toMatchObject({ decision: { home: '2' }, report: { regions: { 1: { kind: 'stun' }, 2: { kind: 'stun' }, 3: { kind: 'https' } } } });
  lab.interrupt();
  expect(await lab.ended).toMatchObject({ code: 130, stderr: '' });
});

it('without a fleet has the built-in one; --port says where', async () => {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const taken = await run(['lab', '--port', String(Math.min(port, 65_000))]);
  expect(taken).toMatchObject({ code: 2, stdout: '' });
  expect(taken.stderr).toMatch(/^nearest-relay: the lab cannot start: .*EADDRINUSE[^\n]*\n$/);
  listener.close();

  const lab = start(['lab']);
  await lab.until(isWhole);
  expect(parseRelayMap(lab.stdout).regions.map(({ code }) => code)).toEqual(['fra', 'ams', 'lon', 'mad', 'nyc', 'sfo', 'sin', 'syd']);
  lab.interrupt();
  expect(await lab.ended).toMatchObject({ code: 130 });
});

describe('2 on a fleet that is none', () => {
  it.each<[string, unknown, string]>([
    ['no JSON', '{"relays":', 'not JSON: '],
    ['no relays', {}, 'relays: is missing'],
    ['none', { relays: [] }, 'relays: must be a list of 1 to 256 relays, is []'],
    ['an unknown field', { relays: [{ code: 'fra', rttMs: 8, rtt: 3 }] }, 'relays[0].rtt: no such field; '],
    ['a wrong value', { relays: [{ code: 'fra', rttMs: -1 }] }, 'relays[0].rttMs: must be a number from 0 to 60000, is -1'],
    ['more relays than ports', { port: 65_534, relays: [{ code: 'fra', rttMs: 8 }, { code: 'par', rttMs: 9 }] }, 'port: leaves no room for 2 relays of two ports'],
    ['one code twice', { relays: [{ code: 'fra', rttMs: 8 }, { code: 'fra', rttMs: 9 }] }, 'relays[1].code: "fra" is there already'],
  ])('%s', async (_, content, message) => {
    const file = await fileOf(content);
    const { code, stdout, stderr } = await run(['lab', '--fleet', file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^nearest-relay: [^\n]+\n$/);
    expect(stderr).toContain(`nearest-relay: --fleet ${file}: ${message}`);
  });

  it.each<[string[], string]>([
    [['--fleet', '/nonexistent/fleet'], '--fleet /nonexistent/fleet: ENOENT'],
    [['--port', '80000'], '--port 80000: must be a whole number from 1 to 65000'],
    [['--map', 'x'], "Unknown option '--map'"],
  ])('%j', async (flags, message) => {
    const { code, stderr } = await run(['lab', ...flags]);
    expect(code).toBe(2);
    expect(stderr).toContain(`nearest-relay: ${message}`);
  });

  it('an address of another machine', async () => {
    const elsewhere = await run(['lab', '--fleet', await fileOf({ host: '192.0.2.1', relays: [{ code: 'fra', rttMs: 8 }] })]);
    expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringMatching(/^nearest-relay: the lab cannot start: .*EADDRNOTAVAIL[^\n]*\n$/) });
  });
});
