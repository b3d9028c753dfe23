// How right the lab's delays are, what an idle lab costs, and how fast it starts.
// Delays are compared with a responder that waits with `setTimeout`, asked in turns with the lab, so that a busy machine
// disturbs both alike. The client is this process: its own waking (0.05 to 0.2 ms) is part of both errors.
//   npm run build && node bench/lab-delay.mjs
import { randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { encodeBindingRequest } from '../dist/core/wire/stun.js';
import { createLab, fleet } from '../dist/lab/index.js';

const ROUND_TRIPS_MS = [2, 5, 10, 20, 50, 100, 200];
const TRIES = 31;
/** What is promised: of the median error over all round trips, ms; of the start with six relays, ms; of one core when idle, %. */
const GOAL = { errorMs: 0.3, startMs: 60, idlePercent: 0.5 };

/** Of a goal at least this much holds on a machine that others use as well. */
const BUSY = 0.5;

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const better = (value, other) => other / Math.max(value, 0.001);

/** Echoes after `setTimeout`, each round trip on its own port, in a thread of its own as the lab is. */
const naive = `
  const { parentPort, workerData } = require('node:worker_threads');
  const dgram = require('node:dgram');
  Promise.all(workerData.map((ms) => new Promise((resolve) => {
    const socket = dgram.createSocket({ type: 'udp4', lookup: (host, _, done) => done(null, host, 4) });
    socket.on('message', (bytes, from) => setTimeout(() => socket.send(bytes, from.port, from.address), ms));
    socket.bind(0, '127.0.0.1', () => resolve(socket.address().port));
  }))).then((ports) => parentPort.postMessage(ports));`;

async function askMs(socket, port) {
  const sentAt = performance.now();
  socket.send(encodeBindingRequest(randomBytes(12)), port, '127.0.0.1');
  await new Promise((resolve) => { socket.once('message', resolve); });
  return performance.now() - sentAt;
}

async function delays() {
  const lab = await createLab({ relays: ROUND_TRIPS_MS.map((rttMs) => ({ code: `r${rttMs}`, rttMs })) });
  const labPorts = lab.map.regions.map((region) => region.nodes[0].stun.port);
  const worker = new Worker(naive, { eval: true, workerData: ROUND_TRIPS_MS });
  const naivePorts = await new Promise((resolve) => { worker.once('message', resolve); });
  const socket = dgram.createSocket({ type: 'udp4', lookup: (host, _, done) => done(null, host, 4) });
  const rows = [];
  const errors = [];
  for (const [index, rttMs] of ROUND_TRIPS_MS.entries()) {
    const ours = [];
    const theirs = [];
    for (let tried = 0; tried < TRIES; tried++) {
      ours.push((await askMs(socket, labPorts[index])) - rttMs);
      theirs.push((await askMs(socket, naivePorts[index])) - rttMs);
    }
    errors.push(Math.abs(median(ours)));
    rows.push({ name: `error of a ${rttMs} ms round trip, median`, value: median(ours), unit: 'ms', against: 'setTimeout', other: median(theirs), ratio: better(Math.abs(median(ours)), Math.abs(median(theirs))) });
  }
  socket.close();
  await worker.terminate();
  await lab.close();
  const value = median(errors);
  return [...rows, { name: 'error over all round trips, median', value, unit: 'ms', against: 'goal', other: GOAL.errorMs, ratio: better(value, GOAL.errorMs), bound: BUSY }];
}

async function idleCpu() {
  const lab = await createLab({ relays: fleet });
  await sleep(500);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await sleep(3000);
  const { user, system } = process.cpuUsage(before);
  const value = (user + system) / 10 / (performance.now() - startedAt);
  await lab.close();
  return { name: 'processor use of an idle lab', value, unit: '% of a core', against: 'goal', other: GOAL.idlePercent, ratio: better(value, GOAL.idlePercent), bound: BUSY };
}

async function startAndClose() {
  const starts = [];
  const closes = [];
  for (let tried = 0; tried < 15; tried++) {
    const startedAt = performance.now();
    const lab = await createLab({ relays: fleet.slice(0, 6) });
    const ready = performance.now();
    await lab.close();
    starts.push(ready - startedAt);
    closes.push(performance.now() - ready);
  }
  return [
    { name: 'start of a lab with six relays, median', value: median(starts), unit: 'ms', against: 'goal', other: GOAL.startMs, ratio: better(median(starts), GOAL.startMs), bound: BUSY },
    { name: 'close of a lab with six relays, median', value: median(closes), unit: 'ms', against: 'its start', other: median(starts), ratio: better(median(closes), median(starts)) },
  ];
}

/**
 * Lower values are better; `ratio` is how many times better than `other`, and must reach `bound` where there is one.
 *
 * @returns {Promise<{ name: string, value: number, unit: string, against: string, other: number, ratio: number, bound?: number }[]>}
 */
export async function labDelay() {
  return [...await delays(), await idleCpu(), ...await startAndClose()];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.table(await labDelay());
