// Packets through one derper on loopback, and pings to it, by our client and by Tailscale's own in Go, in turns. As many packets
// are under way at once as the relay queues for a client that is slower, so that none is dropped.
//   npm run build && node bench/derp.mjs
// Needs derper and, for the comparison, Go with Tailscale's module in its cache: it is built offline.
import { execFile, spawn } from 'node:child_process';
import { access, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { connectDerp } from '../dist/derp/index.js';
import { derpStream } from '../dist/node/index.js';

const run = promisify(execFile);
const CACHE = new URL('../.cache/', import.meta.url).pathname;
const ROUNDS = 3;
const SECONDS = 1;
const WARM_UP_MS = 500;
const PINGS = 2000;
/** Longer than anything takes on loopback. */
const PATIENCE_MS = 200;
/** Of the 32 packets that derper queues for a client. */
const WINDOW = 24;
const SIZES = [1200, 65_536];

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const exists = (path) => access(path).then(() => true, () => false);

export async function program(name) {
  const given = process.env[name.toUpperCase()];
  const places = [join(CACHE, 'bin', name), ...(given ? [given] : []), ...(process.env.PATH ?? '').split(delimiter).filter(Boolean).map((folder) => join(folder, name))];
  for (const path of places) if (await exists(path)) return path;
  return undefined;
}

export async function startDerper(path) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-derp-'));
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address();
  free.close();
  const child = spawn(path, ['-a', `127.0.0.1:${port}`, '-c', join(folder, 'key'), '-stun=false'], { stdio: 'ignore' });
  const accepts = () => new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false)).once('connect', () => socket.destroy());
  });
  while (!(await accepts())) if (child.exitCode !== null) throw new Error(`derper ended with ${child.exitCode}`);
  return {
    port,
    signal: (name) => child.kill(name),
    async stop() {
      if (child.kill()) await once(child, 'close');
      await rm(folder, { recursive: true });
    },
  };
}

/** Tailscale's client, built from its module in Go's cache; undefined where there is no Go, or no module. */
async function goPeer() {
  const folder = join(CACHE, 'derp-peer');
  await mkdir(folder, { recursive: true });
  await copyFile(new URL('derp-peer/main.go', import.meta.url), join(folder, 'main.go'));
  await writeFile(join(folder, 'go.mod'), 'module derp-peer\n\ngo 1.26.5\n\nrequire tailscale.com v1.102.0\n');
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', GOSUMDB: 'off', GOTOOLCHAIN: 'local' };
  return run('go', ['build', '-o', 'peer', '.'], { cwd: folder, env }).then(() => join(folder, 'peer'), () => undefined);
}

/** As docs/derp.md says for TLS: what masking costs. */
class Unmasked extends WebSocket {
  constructor(url, protocols) {
    super(url, protocols, { generateMask: (mask) => mask.fill(0) });
  }
}

const ways = {
  upgrade: async (port, more) => connectDerp({ ...more, stream: await derpStream({ name: 'a', host: '127.0.0.1', derp: { port }, https: { port, path: '/', scheme: 'http' } }) }),
  WebSocket: (port, more) => connectDerp({ ...more, url: `ws://127.0.0.1:${port}/derp`, WebSocket }),
  'WebSocket, unmasked': (port, more) => connectDerp({ ...more, url: `ws://127.0.0.1:${port}/derp`, WebSocket: Unmasked }),
};

async function ours(way, port, bytes) {
  // A window of the largest packets is more than waits by default.
  const from = await ways[way](port, { maxBufferedBytes: 1e9 });
  const packet = new Uint8Array(bytes);
  let received = 0;
  let isOver = false;
  const to = await ways[way](port, {
    onPacket() {
      received++;
      if (!isOver) from.send(to.publicKey, packet);
    },
  });
  const fill = () => {
    for (let count = 0; count < WINDOW; count++) from.send(to.publicKey, packet);
  };
  fill();
  let seen = 0;
  const refill = setInterval(() => {
    // The relay dropped them after all.
    if (received === seen) fill();
    seen = received;
  }, PATIENCE_MS);
  const after = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
  await after(WARM_UP_MS);
  const before = received;
  const start = performance.now();
  await after(SECONDS * 1000);
  const packetsPerSecond = (received - before) / ((performance.now() - start) / 1000);
  isOver = true;
  clearInterval(refill);
  await after(100);
  const rttsMs = [];
  for (let count = 0; count < PINGS; count++) rttsMs.push(await from.ping());
  await Promise.all([from.close(), to.close()]);
  return { packetsPerSecond, rttMs: median(rttsMs) };
}

const theirs = async (peer, port, bytes) => JSON.parse((await run(peer, [`http://127.0.0.1:${port}/derp`, bytes, WINDOW, SECONDS, PINGS].map(String), { timeout: 60_000 })).stdout);

export async function derp() {
  const path = await program('derper');
  if (!path) {
    process.stderr.write('derp: no derper, nothing measured\n');
    return [];
  }
  const peer = await goPeer();
  const derper = await startDerper(path);
  const rows = [];
  try {
    for (const bytes of SIZES) {
      const results = { go: [], ...Object.fromEntries(Object.keys(ways).map((way) => [way, []])) };
      for (let round = 0; round < ROUNDS; round++) {
        for (const way of Object.keys(ways)) results[way].push(await ours(way, derper.port, bytes));
        if (peer) results.go.push(await theirs(peer, derper.port, bytes));
      }
      const of = (who, what) => (results[who].length > 0 ? median(results[who].map((result) => result[what])) : undefined);
      for (const way of Object.keys(ways)) {
        const compare = (name, what, unit, scale) => {
          const [value, other] = [of(way, what) * scale, of('go', what) && of('go', what) * scale];
          rows.push({ name: `DERP by ${way}: ${name}`, value, unit, against: 'Go', other, ratio: other && value / other });
        };
        compare(`packets of ${bytes} bytes`, 'packetsPerSecond', 'MB/s', bytes / 1e6);
        if (bytes === SIZES[0]) compare('ping, median', 'rttMs', 'ms', 1);
      }
    }
  } finally {
    await derper.stop();
  }
  return rows;
}

if (import.meta.filename === process.argv[1]) console.table(await derp());
