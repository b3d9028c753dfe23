// One thousand STUN probes at 10 a ms against a responder on loopback in a thread of its own: how many are answered, and how
// much longer the median takes than the bare echo of a datagram, one at a time. And: how long the first 32 probes of a process
// take to go out.
//   npm run build && node bench/stun-burst.mjs
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { stun } from '../dist/node/index.js';
import { decodeBindingRequest, encodeBindingResponse } from '../dist/core/wire/stun.js';

const PROBES = 1000;
const PROBES_A_MS = 10;
const WARM_UP_ROUNDS = 3;
const ROUNDS = 25;
const COLD_STARTS = 15;
const COLD_PROBES = 32;

/** What is promised: nothing lost, the median at most so much above a bare echo, a cold fleet asked in so many ms. */
const BOUND = { answered: 1, excessMs: 0.3, coldMs: 2 };

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const node = (port) => ({ name: 'a', host: 'relay.test', ipv4: '127.0.0.1', stun: { port, dialect: 'tailscale' } });

function respond() {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  socket.on('message', (bytes, from) => {
    const request = workerData === 'stun' ? decodeBindingRequest(bytes) : undefined;
    socket.send(request ? encodeBindingResponse(request.txid, from.address, from.port) : bytes, from.port, from.address);
  });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  socket.bind(0, '127.0.0.1', () => parentPort.postMessage(socket.address().port));
}

async function startResponder(what) {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: what });
  const [port] = await once(worker, 'message');
  return { port, close: () => worker.terminate() };
}

/** Calls `send` with 0, 1, … at the pace; spins, as a timer of 1 ms is too coarse, but lets the event loop turn. */
async function paced(count, send) {
  const start = performance.now();
  for (let sent = 0; sent < count;) {
    const due = Math.min(count, Math.ceil((performance.now() - start) * PROBES_A_MS));
    while (sent < due) send(sent++);
    await new Promise((resolve) => { setImmediate(resolve); });
  }
}

async function burstOfProbes(port) {
  const transport = stun();
  await transport.open();
  const signal = AbortSignal.timeout(3000);
  const latencies = [];
  const lost = [];
  const probes = [];
  await paced(PROBES, () => {
    probes.push(transport.probe(node(port), { family: 4, signal }).then((sample) => latencies.push(sample.latencyMs), (error) => lost.push(error)));
  });
  await Promise.all(probes);
  transport.close();
  return { answered: latencies.length / PROBES, medianMs: median(latencies) };
}

/** Datagrams of the same length, one after another, with nothing done for them but to take the time. */
async function bareEcho(port) {
  const socket = createSocket({ type: 'udp4', lookup: (address, _, callback) => callback(null, address, 4) });
  socket.bind(0);
  const bytes = Buffer.alloc(40);
  const latencies = [];
  for (let index = 0; index < PROBES; index++) {
    await new Promise((resolve) => {
      let sentAt = 0;
      socket.once('message', () => {
        latencies.push(performance.now() - sentAt);
        resolve();
      });
      sentAt = performance.now();
      socket.send(bytes, port, '127.0.0.1');
    });
  }
  socket.close();
  return median(latencies);
}

/** In a process of its own: ms from the first probe to the last datagram handed to the system. */
async function cold(port) {
  const transport = stun();
  await transport.open();
  const signal = AbortSignal.timeout(3000);
  const start = performance.now();
  const probes = Array.from({ length: COLD_PROBES }, () => transport.probe(node(port), { family: 4, signal }));
  const outMs = performance.now() - start;
  await Promise.all(probes);
  transport.close();
  return outMs;
}

export async function stunBurst() {
  const [relay, echo] = await Promise.all([startResponder('stun'), startResponder('echo')]);
  try {
    for (let round = 0; round < WARM_UP_ROUNDS; round++) await burstOfProbes(relay.port);
    const bursts = [];
    const echoes = [];
    for (let round = 0; round < ROUNDS; round++) {
      echoes.push(await bareEcho(echo.port));
      bursts.push(await burstOfProbes(relay.port));
    }
    // Other work on the machine only ever adds: of each the quietest round tells what the code itself costs.
    const burst = Math.min(...bursts.map(({ medianMs }) => medianMs));
    const alone = Math.min(...echoes);
    const colds = Array.from({ length: COLD_STARTS }, () => Number(execFileSync(process.execPath, [fileURLToPath(import.meta.url), 'cold', String(relay.port)], { encoding: 'utf8' })));
    const name = `STUN, ${PROBES} probes at ${PROBES_A_MS} a ms`;
    return [
      { name: `${name}: answered`, value: Math.min(...bursts.map(({ answered }) => answered)), unit: 'share', against: 'bound', other: BOUND.answered, ratio: Math.min(...bursts.map(({ answered }) => answered)) / BOUND.answered, bound: 1 },
      { name: `${name}: median`, value: burst, unit: 'ms', against: 'bare dgram echo, one at a time', other: alone, ratio: burst / alone },
      { name: `${name}: median beyond the bare echo`, value: burst - alone, unit: 'ms', against: 'bound', other: BOUND.excessMs, ratio: (burst - alone) / BOUND.excessMs, most: 1 },
      { name: `STUN, the first ${COLD_PROBES} probes of a process: out`, value: Math.min(...colds), unit: 'ms', against: 'bound', other: BOUND.coldMs, ratio: Math.min(...colds) / BOUND.coldMs, most: 1 },
    ];
  } finally {
    await Promise.all([relay.close(), echo.close()]);
  }
}

if (!isMainThread) respond();
else if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv[2] === 'cold') console.log(await cold(Number(process.argv[3])));
  else console.table(await stunBurst());
}
