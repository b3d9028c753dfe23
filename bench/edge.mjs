// Requests a second of the edge on Node beside a bare Hono route that answers as much, in turns on the same machine.
//   npm run build && node bench/edge.mjs
import { readFile } from 'node:fs/promises';
import { get, post, reportOn, start, startEdge } from './edge-server.mjs';
import { load } from './http-load.mjs';

/** Many short turns: what else the machine does then falls on both alike. */
const ROUNDS = 15;
const ROUND_MS = 500;
const WARM_UP_MS = 2_000;
const CONNECTIONS = 32;
/** What is promised: at least so much of the bare route. */
const BOUND = 0.5;

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** What the edge answers and takes, with nothing between: no check, no limit, nothing kept. */
const bare = (hint) => `
  import { serve } from '@hono/node-server';
  import { Hono } from 'hono';
  const app = new Hono();
  app.get('/v1/hint', (c) => c.json(${JSON.stringify(hint)}));
  app.post('/v1/reports', async (c) => { await c.req.json(); return c.body(null, 202); });
  serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log('Bare: http://127.0.0.1:' + port + '/'));
`;

/** Ticks are coarse: all rounds together. */
function perProcessorSecond(rounds, whose) {
  const sum = (what) => rounds.reduce((total, round) => total + what(round[whose]), 0);
  return sum(({ requests }) => requests) / (sum(({ processorMs }) => processorMs) / 1_000);
}

/** Processor time of a process, all its threads, in ms (proc(5)); NaN where there is no such file. */
async function processorMs(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

async function measured({ port, pid }, request) {
  const before = await processorMs(pid);
  const found = await load({ port, request, connections: CONNECTIONS, forMs: ROUND_MS });
  return { ...found, processorMs: (await processorMs(pid)) - before };
}

async function beside(name, { edge, plain, request, status, against }) {
  const rounds = [];
  await load({ port: edge.port, request, connections: CONNECTIONS, forMs: WARM_UP_MS });
  await load({ port: plain.port, request, connections: CONNECTIONS, forMs: WARM_UP_MS });
  for (let round = 0; round < ROUNDS; round++) {
    const other = await measured(plain, request);
    const own = await measured(edge, request);
    const failed = Object.keys(own.statuses).filter((one) => one !== status);
    if (failed.length > 0) throw new Error(`${name}: answered ${JSON.stringify(own.statuses)}`);
    rounds.push({ own, other, ratio: own.perSecond / other.perSecond });
  }
  const p99 = median(rounds.map(({ own }) => own.p99Ms));
  const bareP99 = median(rounds.map(({ other }) => other.p99Ms));
  return [
    { name: `${name}: requests a second`, value: median(rounds.map(({ own }) => own.perSecond)), unit: '1/s', against, other: median(rounds.map(({ other }) => other.perSecond)), ratio: median(rounds.map(({ ratio }) => ratio)), bound: BOUND },
    { name: `${name}: requests a second of processor time`, value: perProcessorSecond(rounds, 'own'), unit: '1/s', against, other: perProcessorSecond(rounds, 'other'), ratio: perProcessorSecond(rounds, 'own') / perProcessorSecond(rounds, 'other') },
    { name: `${name}: p99, ${CONNECTIONS} connections`, value: p99, unit: 'ms', against, other: bareP99, ratio: p99 / bareP99 },
  ];
}

/** @returns {Promise<{ name: string, value: number, unit: string, against: string, other: number, ratio: number, bound?: number }[]>} */
export async function edge() {
  const served = await startEdge();
  const { regions } = await served.ask('/v1/latency');
  const plain = await start(['--input-type=module', '-e', bare(await served.ask('/v1/hint'))]);
  try {
    return [
      ...await beside('POST /v1/reports', { edge: served, plain, request: post(reportOn(regions)), status: '202', against: 'a bare Hono route that reads the JSON, answers 202' }),
      // After the reports, which hints take into account.
      ...await beside('GET /v1/hint', { edge: served, plain, request: get, status: '200', against: 'a bare Hono route that writes the same JSON' }),
    ];
  } finally {
    await plain.stop();
    await served.stop();
  }
}

if (import.meta.filename === process.argv[1]) console.table(await edge());
