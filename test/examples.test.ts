import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatRelayMap } from '../core/map/format.ts';
import { createLab, fleet, type Lab } from '../lab/index.ts';

const root = resolve(import.meta.dirname, '..');
const examples = join(root, 'examples');

/** What each example says, on the lab's fleet where it reads `relays.json`. Figures are left open, and the nearest of near ones: a busy machine may see it otherwise. */
const says: Readonly<Record<string, RegExp>> = {
  'nearest.mjs': /^(?:fra|ams|lon) 127\.0\.0\.1\nchose \w+: nearest of \d that answered at [\d.]+ ms\n$/,
  'watch.mjs': /^home is \d: chose \w+: .*\n/,
  'relay-maps.mjs': /^fra fra fra1\.example\.org\n4 fra derp4c\.example\.org\n1 fra fra\.example\.org\n2 par par\.example\.org\nfalse\ntype regions\[0\]\.nodes\[0\]\.stun\.port \| .*, not 70000\n$/,
  'connections.mjs': /^first: chose fra: .*\nheard: kept fra: .*\nmoved-home-dead: moved to par: the connection to fra died\nmoved-drained: moved to lon: par is being drained\n$/,
  'events.mjs': /^after [\d.]+ ms: chose fra: [^]*Nearest relay: fra, sure \d+ %[^]*nearest_relay_home_info\{region="fra"\} 1\ntrace report decision\n$/,
  'checks.mjs': /^\{ udp: true, hairpinning: true, captivePortal: undefined \}\n$/,
  'transport.mjs': /^chose fra: nearest of 2 .*\nfra by https, family undefined; par by https, family undefined\n$/,
  'store.mjs': /^first: starts with no-answer, full\nfirst: chose fra: .*\nsecond: starts with remembered, incremental\nsecond: kept fra: .*\n$/,
  'lab.mjs': /^chose (?:fra|par): .*\nchose (?:par|nyc): .*\n\{\n  received: \d+,\n  answered: \d+,\n  lostThere: \d+,\n  lostBack: \d+,\n  blocked: 0,\n  ignored: 0\n\}\n$/,
  'derp.mjs': /^round trip of 5 ms and a little: true\nhello from bob: true\nalice hears peerGone\nover: closed\n$/,
  'home.mjs': /^up 1 first \ndown 1 transport \nup 2 failover after \d+ ms without\nreached at 2 as nodekey:\na peer elsewhere: true\ndown 2 closed \n$/,
  'ice-servers.mjs': /^first fra par\n2 time:bot good for 10 min\norder par (?:fra|nyc)\n$/,
  'stun.mjs': /^40 12\n203\.0\.113\.7 41641\nundefined\n$/,
};

/** Those that go on until they are interrupted. */
const endless = new Set(['watch.mjs']);

describe('examples', () => {
  let lab: Lab;
  let folder: string;
  beforeAll(async () => {
    lab = await createLab({ relays: fleet });
    folder = await mkdtemp(join(tmpdir(), 'examples-'));
    await writeFile(join(folder, 'relays.json'), JSON.stringify(formatRelayMap(lab.map)));
  });
  afterAll(async () => {
    await lab.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are all run here', async () => {
    expect((await readdir(examples)).filter((file) => file.endsWith('.mjs')).sort()).toEqual(Object.keys(says).sort());
  });

  it.each(Object.entries(says))('%s does what it says, and ends', async (file, wanted) => {
    const { status, stdout, stderr } = await run(join(examples, file), folder, endless.has(file));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(wanted);
  });

  it('fit the types of the package', async () => {
    for (const project of ['examples/tsconfig.json', 'examples/worker/tsconfig.json']) {
      expect(await run(join(root, 'node_modules/typescript/bin/tsc'), root, false, ['-p', project])).toMatchObject({ status: 0, stdout: '' });
    }
  });
});

interface Outcome { readonly status: number | null; readonly stdout: string; readonly stderr: string }

/** Runs a program to its end; an endless one is interrupted once it has said something. */
function run(file: string, cwd: string, isEndless: boolean, args: readonly string[] = []): Promise<Outcome> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [file, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: 18_000 });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text: Buffer) => {
      stdout += text.toString();
      if (isEndless) child.kill('SIGINT');
    });
    child.stderr.on('data', (text: Buffer) => { stderr += text.toString(); });
    child.once('error', fail).once('close', (status) => done({ status, stdout, stderr }));
  });
}
