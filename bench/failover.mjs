// From a fault to the new home's announcement, with attention `live`: in the lab, where the next relay is 25 ms away, and between
// two derpers where there is one. Each time beside its bound: how long the connect took that came to it, and what is promised beyond.
//   npm run build && node bench/failover.mjs
import { setTimeout as sleep } from 'node:timers/promises';
import { createHome, createPicker } from '../dist/universal/index.js';
import { connectDerpHome } from '../dist/derp/index.js';
import { createLab } from '../dist/lab/index.js';
import { derpStream, nodeTransports } from '../dist/node/index.js';
import { program, startDerper } from './derp.mjs';

const TRIES = 20;
/** Faults come at all moments between two pings. */
const EVERY_MS = 500;
const PATIENCE_MS = 20_000;
/** Beyond the connect, ms: what is known at once, and what silence takes. */
const AT_ONCE_MS = 300;
const BY_SILENCE_MS = 1_300;

/** A home on region 1 that has seen all of the map. */
async function settle(map, laterMs) {
  const picker = createPicker({ map, transports: nodeTransports({ kinds: ['stun', 'https'] }), preferences: { pin: '1' } });
  const events = [];
  let look = () => {};
  const home = createHome({ picker, connect: connectDerpHome({ stream: derpStream }), attention: 'live', idleCloseMs: 50, onEvent(event) {
    events.push(event);
    look();
  } });
  const until = (isIt) => new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('no home')), PATIENCE_MS);
    look = () => {
      const found = events.find(isIt);
      if (!found) return;
      clearTimeout(late);
      look = () => {};
      resolve(found);
    };
    look();
  });
  await until((event) => event.type === 'home' && event.region === '1');
  await picker.report();
  // The first to answer may have been another, whose connection would be a home at once.
  while (home.connections.length > 1) await sleep(10);
  await sleep(laterMs);
  return {
    async after(fault) {
      events.length = 0;
      const beganAt = Date.now();
      await fault();
      const { at, region } = await until((event) => event.type === 'home' && event.event === 'up');
      const connecting = events.findLast((event) => event.type === 'connection' && event.region === region && event.state === 'connecting');
      return { ms: at - beganAt, connectMs: at - connecting.at };
    },
    async close() {
      await home.close();
      await picker.close();
    },
  };
}

async function inLab(weather, laterMs) {
  const lab = await createLab({ relays: [{ code: 'fra', rttMs: 5 }, { code: 'par', rttMs: 25 }, { code: 'nyc', rttMs: 80 }] });
  const settled = await settle(lab.map, laterMs);
  try {
    return await settled.after(() => lab.set('fra', weather));
  } finally {
    await settled.close();
    await lab.close();
  }
}

async function betweenDerpers(path, signal, laterMs) {
  const derpers = [await startDerper(path), await startDerper(path)];
  const regions = derpers.map(({ port }, at) => ({
    id: String(at + 1), code: `d${at + 1}`, name: '',
    nodes: [{ name: `d${at + 1}a`, host: '127.0.0.1', derp: { port }, https: { port, path: '/derp/probe', scheme: 'http' } }],
  }));
  const settled = await settle({ version: 1, regions }, laterMs);
  try {
    return await settled.after(() => derpers[0].signal(signal));
  } finally {
    await settled.close();
    derpers[0].signal('SIGCONT');
    await Promise.all(derpers.map((derper) => derper.stop()));
  }
}

/** Median and worst, each beside its own bound: no more than once that. */
async function rowsOf(name, beyondMs, once) {
  const times = [];
  for (let tried = 0; tried < TRIES; tried++) times.push(await once((EVERY_MS * tried) / TRIES));
  times.sort((a, b) => a.ms - b.ms);
  const row = (what, { ms, connectMs }) => ({ name: `failover: ${name}, ${what} of ${TRIES}`, value: ms, unit: 'ms', against: `its connect + ${beyondMs} ms`, other: connectMs + beyondMs, ratio: ms / (connectMs + beyondMs), most: 1 });
  return [row('median', times[times.length >> 1]), row('worst', times.at(-1))];
}

export async function failover() {
  const rows = [
    ...await rowsOf('relay killed', AT_ONCE_MS, (laterMs) => inLab({ tcp: 'refused', udp: false }, laterMs)),
    ...await rowsOf('relay vanishes', BY_SILENCE_MS, (laterMs) => inLab({ dead: true }, laterMs)),
    ...await rowsOf('its STUN answers, its service is mute', BY_SILENCE_MS, (laterMs) => inLab({ tcp: 'silent' }, laterMs)),
  ];
  const path = await program('derper');
  if (!path) {
    process.stderr.write('failover: no derper, nothing measured between two\n');
    return rows;
  }
  rows.push(...await rowsOf('derper killed', AT_ONCE_MS, (laterMs) => betweenDerpers(path, 'SIGKILL', laterMs)));
  rows.push(...await rowsOf('derper held up', BY_SILENCE_MS, (laterMs) => betweenDerpers(path, 'SIGSTOP', laterMs)));
  return rows;
}

if (import.meta.filename === process.argv[1]) console.table(await failover());
