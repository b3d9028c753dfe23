// The edge on Node in a process of its own, in front of a lab, and what its clients ask.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLab, fleet } from '../dist/lab/index.js';
import { formatRelayMap } from '../dist/universal/index.js';

/** As many as may post at that rate without being limited: a client has ten reports at once, then one in three seconds. */
const CLIENTS = 40_000;

const command = new URL('../dist/node/cli/main.js', import.meta.url).pathname;
const addressOf = (n) => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

/** Starts a server that prints its URL. */
export async function start(args, { stderr = () => {} } = {}) {
  const child = spawn(process.execPath, args, { cwd: new URL('..', import.meta.url), stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr.setEncoding('utf8').on('data', stderr);
  let said = '';
  while (!said.includes('\n')) said += (await once(child.stdout, 'data'))[0];
  return {
    port: Number(/:(\d+)\//.exec(said)[1]),
    pid: child.pid,
    signal: (name) => child.kill(name),
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** The next client's turn, through all rounds. */
let turns = 0;
const nextAddress = () => addressOf(turns++ % CLIENTS);

export const get = () => `GET /v1/hint HTTP/1.1\r\nHost: edge.test\r\nX-Forwarded-For: ${nextAddress()}\r\n\r\n`;
export const post = (body) => () => `POST /v1/reports HTTP/1.1\r\nHost: edge.test\r\nX-Forwarded-For: ${nextAddress()}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** A report such as a client posts, on all regions of the lab. */
export const reportOn = (regions) => JSON.stringify({
  at: Date.now(), full: true, durationMs: 300, strategy: 'steady', udp: true, ipv4: true, notes: [],
  regions: Object.fromEntries(Object.entries(regions).map(([id, { latencyMs }]) => [id, { code: `r${id}`, latencyMs, kind: 'stun', family: 4, v4Ms: latencyMs, samples: 1, lost: 0, doubt: ['single'], kinds: { stun: { ms: latencyMs, v4Ms: latencyMs, samples: 1, lost: 0 } } }])),
});

/** The edge, with its data in a file, as a proxy's clients see it. `node`: flags of Node. */
export async function startEdge({ node = [], stderr } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'edge-'));
  const lab = await createLab({ relays: fleet });
  await writeFile(join(folder, 'map.json'), JSON.stringify(formatRelayMap(lab.map)));
  const served = await start([...node, command, 'serve', '--map', join(folder, 'map.json'), '--port', '0', '--trust-proxy', '--location', 'fra', '--data', join(folder, 'edge.sqlite')], { stderr });
  return {
    ...served,
    ask: async (path) => (await fetch(`http://127.0.0.1:${served.port}${path}`)).json(),
    async stop() {
      await served.stop();
      await lab.close();
      await rm(folder, { recursive: true });
    },
  };
}
